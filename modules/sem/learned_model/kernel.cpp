#include "modules/sem/learned_model/kernel.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <numeric>

#include "modules/sem/line_features/kernel.hpp"
#include "modules/sem/pixel_features/kernel.hpp"
#include "pipeline/core/bytes.hpp"
#include "pipeline/core/number.hpp"
#include "pipeline/core/sha256.hpp"

namespace litho {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kMagic = "lithoscope layer model ";
constexpr int kFormat = 2;
constexpr std::size_t kHashLength = 64;

Json number(double value) {
  return std::isfinite(value) ? Json(value) : Json();
}
double number(const Json& value) {
  return value.is_null() ? std::numeric_limits<double>::quiet_NaN() : value.get<double>();
}

Json card_json(const LearnedModel& m) {
  Json images = Json::array();
  for (const TrainedOn& i : m.images)
    images.push_back({{"file", i.file},
                      {"sha256", i.sha256},
                      {"labels_sha256", i.labels_sha256},
                      {"sample", i.sample},
                      {"pixel_size_nm", number(i.pixel_size_nm)},
                      {"side", std::string(to_string(i.side))},
                      {"iou", number(i.iou)},
                      {"boundary_um", number(i.boundary_um)},
                      {"agreement", number(i.agreement)},
                      {"support", number(i.support)},
                      {"strangeness", number(i.strangeness)},
                      {"crack_f1", number(i.crack_f1)}});
  return {{"program", m.program},
          {"feature_set", kPixelFeatureSet},
          {"features", pixel_feature_names()},
          {"label_classes", m.label_classes},
          {"seed", m.seed},
          {"cell_um", m.cell_um},
          {"exponent", m.exponent},
          {"least_agreement", m.least_agreement},
          {"least_support", m.least_support},
          {"most_strangeness", m.most_strangeness},
          {"importance", m.importance},
          {"line_features", line_feature_names()},
          {"line_um", m.line_um},
          {"line_threshold", m.line_threshold},
          {"lines_in_electrolyte", m.lines_in_electrolyte},
          {"images", images}};
}

void read_card(const Json& card, LearnedModel& m) {
  m.program = card.at("program").get<std::string>();
  m.label_classes = card.at("label_classes").get<std::string>();
  m.seed = card.at("seed").get<std::uint64_t>();
  m.cell_um = card.at("cell_um").get<double>();
  m.exponent = card.at("exponent").get<double>();
  m.least_agreement = card.at("least_agreement").get<double>();
  m.least_support = card.at("least_support").get<double>();
  m.most_strangeness = card.at("most_strangeness").get<double>();
  m.importance = card.at("importance").get<std::vector<double>>();
  m.line_um = card.at("line_um").get<double>();
  m.line_threshold = card.at("line_threshold").get<double>();
  m.lines_in_electrolyte = card.at("lines_in_electrolyte").get<bool>();
  for (const Json& i : card.at("images")) {
    TrainedOn image{i.at("file").get<std::string>(),
                    i.at("sha256").get<std::string>(),
                    i.at("labels_sha256").get<std::string>(),
                    i.at("sample").get<std::string>(),
                    number(i.at("pixel_size_nm")),
                    Side::top,
                    number(i.at("iou")),
                    number(i.at("boundary_um")),
                    number(i.at("agreement")),
                    number(i.at("support")),
                    number(i.at("strangeness")),
                    number(i.at("crack_f1"))};
    parse_side(i.at("side").get<std::string>(), image.side);
    m.images.push_back(std::move(image));
  }
}

template <class T>
void put_all(ByteWriter& out, const std::vector<T>& values) {
  out.put(static_cast<std::uint64_t>(values.size()));
  for (const T& v : values) out.put(v);
}
/// Stops at what the file cannot hold, so that a broken length costs nothing.
template <class T>
std::vector<T> get_all(ByteReader& in) {
  std::vector<T> out;
  const auto n = in.get<std::uint64_t>();
  for (std::uint64_t k = 0; k < n && in.ok(); ++k) out.push_back(in.get<T>());
  return out;
}

void put_forest(ByteWriter& out, const Forest& forest) {
  out.put(static_cast<std::int32_t>(forest.features)).put(static_cast<std::int32_t>(forest.classes));
  put_all(out, forest.trees);
  put_all(out, forest.nodes);
  put_all(out, forest.shares);
}
Forest get_forest(ByteReader& in) {
  Forest forest;
  forest.features = in.get<std::int32_t>();
  forest.classes = in.get<std::int32_t>();
  forest.trees = get_all<ForestTree>(in);
  forest.nodes = get_all<ForestNode>(in);
  forest.shares = get_all<float>(in);
  return forest;
}

Error damaged(const std::string& file) {
  return {"model.damaged", file, "the model's bytes are not those that were written",
          "copy it again, or train it again"};
}

}  // namespace

std::string encode_model(const LearnedModel& m) {
  ByteWriter body;
  body.put(std::string_view(card_json(m).dump(1)));
  put_all(body, m.lowest);
  put_all(body, m.highest);
  put_forest(body, m.forest);
  put_forest(body, m.edges);
  put_forest(body, m.lines);
  std::string out = std::string(kMagic) + std::to_string(kFormat) + "\n" + body.take();
  return out + sha256_hex(std::string_view(out));
}

Result<LearnedModel> decode_model(std::string_view bytes, const std::string& file) {
  const std::size_t line = bytes.substr(0, kMagic.size() + 12).find('\n');
  if (!bytes.starts_with(kMagic) || line == std::string_view::npos)
    return Error{"model.not_a_model", file, "this is not a model that `lithoscope train` wrote", ""};
  const auto format = parse_int(bytes.substr(kMagic.size(), line - kMagic.size()));
  if (format != kFormat)
    return Error{"model.version", file,
                 "the model has format " + std::string(bytes.substr(kMagic.size(), line - kMagic.size())) +
                     ", this program reads " + std::to_string(kFormat),
                 "train it again with this program"};
  if (bytes.size() < line + 1 + kHashLength ||
      sha256_hex(bytes.substr(0, bytes.size() - kHashLength)) != bytes.substr(bytes.size() - kHashLength))
    return damaged(file);
  ByteReader in(bytes.substr(line + 1, bytes.size() - line - 1 - kHashLength));
  const Json card = Json::parse(in.text(), nullptr, false);
  LearnedModel m;
  try {
    if (card.at("feature_set") != kPixelFeatureSet || card.at("features") != Json(pixel_feature_names()) ||
        card.at("line_features") != Json(line_feature_names()))
      return Error{"model.features", file,
                   "the model was trained on other features than this program computes",
                   "train it again with this program"};
    read_card(card, m);
  } catch (const Json::exception&) {
    return damaged(file);
  }
  m.lowest = get_all<std::uint8_t>(in);
  m.highest = get_all<std::uint8_t>(in);
  m.forest = get_forest(in);
  m.edges = get_forest(in);
  m.lines = get_forest(in);
  const std::size_t features = pixel_feature_names().size();
  const auto fits = [](const Forest& forest, std::size_t known, int classes) {
    return forest.trees.empty() ||
           (is_sound(forest) && forest.features == static_cast<int>(known) && forest.classes == classes);
  };
  if (!in.at_end() || !is_sound(m.forest) || m.forest.features != static_cast<int>(features) ||
      m.lowest.size() != features || m.highest.size() != features || m.importance.size() != features ||
      !fits(m.edges, features, 3) || !fits(m.lines, line_feature_names().size(), 2) ||
      (!m.lines.trees.empty() && !(m.line_um > 0)) || m.forest.classes < 3 || m.forest.classes > 4 ||
      !(m.cell_um > 0) || !(m.exponent > 0))
    return damaged(file);
  return m;
}

std::string model_card(const LearnedModel& m) {
  std::string out = "Layer model, trained by lithoscope " + m.program + " on " +
                    std::to_string(m.images.size()) + " images, seed " + std::to_string(m.seed) + "\n";
  out += "label values     " + m.label_classes + "\n";
  out += "classes          outside, interphase, electrolyte" +
         std::string(m.forest.classes > 3 ? ", crack" : "") + "\n";
  out += "grid             " + format_double(m.cell_um, 4) + " um a cell, feature set " +
         std::to_string(kPixelFeatureSet) + "\n";
  out += "forest           " + std::to_string(m.forest.trees.size()) + " trees, " +
         std::to_string(m.forest.nodes.size()) + " nodes; shares ^ " + format_double(m.exponent, 3) + "\n";
  out += "flagged where    expected IoU < " + format_double(m.least_agreement, 3) + ", edge support < " +
         format_double(m.least_support, 3) + " or strangeness > " + format_double(m.most_strangeness, 3) +
         "\n";
  out += m.lines.trees.empty()
             ? "cracks           none were labelled\n"
             : "cracks           lines at " + format_double(m.line_um, 4) + " um a pixel, from a share of " +
                   format_double(m.line_threshold, 2) +
                   (m.lines_in_electrolyte ? ", in layer and electrolyte\n" : ", in the layer\n");
  out +=
      "\nScores with the image's whole specimen left out (IoU; median boundary error, um; expected IoU; edge "
      "support; strangeness; F1 of crack pixels):\n";
  for (const TrainedOn& i : m.images)
    out += "  " + i.file + "  [" + i.sample + "]  " + format_double(i.pixel_size_nm, 5) + " nm/px, " +
           std::string(to_string(i.side)) + ":  " + format_double(i.iou, 3) + "  " +
           format_double(i.boundary_um, 3) + "  " + format_double(i.agreement, 3) + "  " +
           format_double(i.support, 3) + "  " + format_double(i.strangeness, 3) + "  " +
           format_double(i.crack_f1, 2) + "\n    image " + i.sha256 + "\n    labels " + i.labels_sha256 +
           "\n";
  std::vector<std::size_t> order(m.importance.size());
  std::iota(order.begin(), order.end(), 0U);
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return m.importance[a] > m.importance[b]; });
  out += "\nMost important features:";
  for (std::size_t k = 0; k < std::min<std::size_t>(8, order.size()); ++k)
    out +=
        (k ? ", " : " ") + pixel_feature_names()[order[k]] + " " + format_double(m.importance[order[k]], 2);
  return out + "\n";
}

}  // namespace litho
