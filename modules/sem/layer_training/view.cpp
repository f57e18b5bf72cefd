#include <algorithm>
#include <array>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "modules/sem/layer_training/kernel.hpp"
#include "modules/sem/layer_training/shift.hpp"
#include "modules/sem/mat_view/kernel.hpp"
#include "pipeline/core/number.hpp"
#include "pipeline/core/text.hpp"

namespace litho {
namespace {

using layer_training::EdgeRows;
using layer_training::find_label_shift;
using layer_training::LabelShift;

constexpr double kCellsAlong = 384;
constexpr double kPure = 0.6;  // of a cell's labelled pixels must say the same
constexpr std::array<std::pair<std::string_view, Meaning>, 8> kNames{{{"unlabelled", Meaning::unlabelled},
                                                                      {"outside", Meaning::outside},
                                                                      {"interphase", Meaning::interphase},
                                                                      {"electrolyte", Meaning::electrolyte},
                                                                      {"crack", Meaning::crack},
                                                                      {"pore", Meaning::pore},
                                                                      {"gap", Meaning::gap},
                                                                      {"other", Meaning::other}}};

struct Point {
  double x, y, n;
};

Point centre(const Image<Meaning>& meanings, Meaning wanted) {
  Point p{0, 0, 0};
  for (int y = 0; y < meanings.height(); ++y)
    for (int x = 0; x < meanings.width(); ++x)
      if (meanings(x, y) == wanted) p.x += x, p.y += y, p.n += 1;
  if (p.n > 0) p.x /= p.n, p.y /= p.n;
  return p;
}

/// From the layer's direction (the longer axis of its pixels), and from where outside and electrolyte lie if
/// both are labelled; else the outside is taken to be up, or left.
Side side_of(const Image<Meaning>& meanings) {
  const Point layer = centre(meanings, Meaning::interphase);
  const Point a = centre(meanings, Meaning::outside), b = centre(meanings, Meaning::electrolyte);
  if (a.n > 0 || b.n > 0) {
    const double dx = (b.n > 0 ? b.x : layer.x) - (a.n > 0 ? a.x : layer.x);
    const double dy = (b.n > 0 ? b.y : layer.y) - (a.n > 0 ? a.y : layer.y);
    if (std::abs(dy) >= std::abs(dx)) return dy >= 0 ? Side::top : Side::bottom;
    return dx >= 0 ? Side::left : Side::right;
  }
  double xx = 0, yy = 0;
  for (int y = 0; y < meanings.height(); ++y)
    for (int x = 0; x < meanings.width(); ++x)
      if (meanings(x, y) == Meaning::interphase)
        xx += (x - layer.x) * (x - layer.x), yy += (y - layer.y) * (y - layer.y);
  return xx >= yy ? Side::top : Side::left;
}

/// Per upright column the first and last row of the layer; where a column has none, the line through the
/// others.
struct Span {
  std::vector<double> top, bottom;
  std::vector<bool> seen;
};

Span layer_span(const Image<Meaning>& meanings, const Frame& frame) {
  const auto m = upright(meanings, frame);
  Span span;
  double n = 0, su = 0, sv = 0, suu = 0, suv = 0;
  for (int u = 0; u < m.width(); ++u) {
    int top = m.height(), bottom = -1;
    for (int v = 0; v < m.height(); ++v)
      if (m(u, v) == Meaning::interphase) {
        top = std::min(top, v), bottom = v;
        n += 1, su += u, sv += v, suu += static_cast<double>(u) * u, suv += static_cast<double>(u) * v;
      }
    span.top.push_back(top), span.bottom.push_back(bottom), span.seen.push_back(bottom >= 0);
  }
  const double spread = suu - su * su / std::max(1.0, n);
  const double slope = spread > 1e-9 ? (suv - su * sv / n) / spread : 0;
  for (std::size_t u = 0; u < span.top.size(); ++u)
    if (!span.seen[u])
      span.top[u] = span.bottom[u] = (sv + slope * (static_cast<double>(u) * n - su)) / std::max(1.0, n);
  return span;
}

std::uint8_t layer_class(Meaning meaning, double v, double top, double bottom) {
  switch (meaning) {
    case Meaning::outside:
      return static_cast<std::uint8_t>(LayerClass::outside);
    case Meaning::interphase:
      return static_cast<std::uint8_t>(LayerClass::interphase);
    case Meaning::electrolyte:
      return static_cast<std::uint8_t>(LayerClass::electrolyte);
    case Meaning::other:
      return v < top      ? static_cast<std::uint8_t>(LayerClass::outside)
             : v > bottom ? static_cast<std::uint8_t>(LayerClass::electrolyte)
                          : kNoClass;
    case Meaning::crack:
    case Meaning::pore:
      return v >= top && v <= bottom ? static_cast<std::uint8_t>(LayerClass::crack) : kNoClass;
    case Meaning::gap:
    case Meaning::unlabelled:
      break;
  }
  return kNoClass;
}

/// The layer's upper (or lower) edge where both its sides are labelled.
EdgeRows edge_rows(const Image<Meaning>& meanings, const Frame& frame, const Span& span, bool upper) {
  const auto m = upright(meanings, frame);
  EdgeRows rows(static_cast<std::size_t>(m.width()), -1);
  for (int u = 0; u < m.width(); ++u) {
    const auto k = static_cast<std::size_t>(u);
    if (!span.seen[k]) continue;
    const int row = upper ? static_cast<int>(span.top[k]) : static_cast<int>(span.bottom[k]) + 1;
    const int other = upper ? row - 1 : row;
    if (other >= 0 && other < m.height() && m(u, other) != Meaning::unlabelled) rows[k] = row;
  }
  return rows;
}

std::string shift_words(const LabelShift& shift) {
  std::string words;
  if (shift.x_px != 0)
    words += std::to_string(std::abs(shift.x_px)) + " px " + (shift.x_px > 0 ? "right" : "left");
  if (shift.y_px != 0)
    words += (words.empty() ? "" : " and ") + std::to_string(std::abs(shift.y_px)) + " px " +
             (shift.y_px > 0 ? "below" : "above");
  return words;
}

/// Dark lines of the picture, and which of them lie on a labelled crack (within 2 px), which far from any (6
/// px).
void add_lines(const LabelledPicture& p, const Image<Meaning>& meanings, const Span& span, bool electrolyte,
               double line_um, TrainingView& view) {
  constexpr double kOn = 2, kOff = 6;
  constexpr std::uint8_t kHalf = 64;  // of 255: a thin crack must outlive the shrinking
  const double zoom = line_zoom(line_um, p.card.pixel_size_nm);
  const auto masked = [&](auto chosen) {
    Image<std::uint8_t> mask(meanings.width(), meanings.height());
    for (std::size_t i = 0; i < mask.size(); ++i) mask.pixels()[i] = chosen(meanings.pixels()[i]) ? 255 : 0;
    return mask;
  };
  const Image<float> grey = at_line_scale(p.picture.grey, zoom);
  const Image<std::uint8_t> usable = at_line_scale(p.usable, zoom);
  const Image<std::uint8_t> known =
      at_line_scale(masked([](Meaning m) { return m != Meaning::unlabelled; }), zoom);
  Image<std::uint8_t> crack = masked([](Meaning m) { return m == Meaning::crack; });
  if (zoom != 1) {
    Image<std::uint8_t> small(grey.width(), grey.height());
    cv::Mat to = mat_view(small);
    cv::resize(mat_view(crack), to, to.size(), 0, 0, zoom > 1 ? cv::INTER_AREA : cv::INTER_NEAREST);
    crack = std::move(small);
  }
  Image<std::uint8_t> elsewhere(crack.width(), crack.height());
  for (std::size_t i = 0; i < crack.size(); ++i) elsewhere.pixels()[i] = crack.pixels()[i] < kHalf;
  cv::Mat distance;
  cv::distanceTransform(mat_view(elsewhere), distance, cv::DIST_L2, cv::DIST_MASK_PRECISE);
  const Frame frame = view.grid.frame;
  const auto rows = [&](const std::vector<double>& of) {
    return at_line_scale(std::vector<float>(of.begin(), of.end()), frame, zoom);
  };
  const LineArea area{
      {frame.side, grey.width(), grey.height()}, rows(span.top), rows(span.bottom), electrolyte};
  view.lines = line_pixels(grey, usable, find_ridges(grey, usable), area);
  for (const auto& [u, v] : view.lines.at) {
    const PointPx q = area.frame.to_image({u + 0.5, v + 0.5});
    const int x = static_cast<int>(q.x), y = static_cast<int>(q.y);
    const float off = distance.at<float>(y, x);
    view.line_labels.push_back(off <= kOn ? 1 : off > kOff && known(x, y) ? 0 : kNoClass);
  }
}

}  // namespace

bool cracks_in_electrolyte(const LabelClasses& classes) {
  return std::none_of(classes.begin(), classes.end(),
                      [](const auto& c) { return c.second == Meaning::other; });
}

LabelClasses default_label_classes() {
  LabelClasses classes;
  for (int value = 0; value < 7; ++value) classes[value] = kNames[static_cast<std::size_t>(value)].second;
  return classes;
}

Result<LabelClasses> parse_label_classes(std::string_view text) {
  LabelClasses classes;
  Errors errors;
  const auto wrong = [&](std::string_view part, const std::string& why) {
    errors.push_back({"train.classes", "--classes", "'" + std::string(part) + "' " + why,
                      "write value=name,...; names: unlabelled, outside, interphase, electrolyte, crack, "
                      "pore, gap, other"});
  };
  for (const std::string_view part : split(text, ',')) {
    const std::size_t at = part.find('=');
    const auto value = at == std::string_view::npos ? std::nullopt : parse_int(trim(part.substr(0, at)));
    if (!value || *value < 0 || *value > 65535) {
      wrong(part, "is not value=name");
      continue;
    }
    const std::string name = lower(trim(part.substr(at + 1)));
    const auto known =
        std::find_if(kNames.begin(), kNames.end(), [&](const auto& n) { return n.first == name; });
    if (known == kNames.end())
      wrong(part, "names no class");
    else if (!classes.emplace(static_cast<int>(*value), known->second).second)
      wrong(part, "gives a value a second meaning");
  }
  if (errors.empty() && std::none_of(classes.begin(), classes.end(),
                                     [](const auto& c) { return c.second == Meaning::interphase; }))
    wrong(text, "has no interphase");
  if (!errors.empty()) return errors;
  return classes;
}

double training_cell_um(const std::vector<double>& longest_side_um) {
  return *std::max_element(longest_side_um.begin(), longest_side_um.end()) / kCellsAlong;
}

Result<TrainingView> make_training_view(const LabelledPicture& p, const LabelClasses& classes, double cell_um,
                                        double line_um) {
  const std::string& file = p.card.file;
  const int w = p.labels.width(), h = p.labels.height();
  if (w != p.picture.grey.width() || h != p.picture.grey.height())
    return Error{"train.size", file,
                 "the labels are " + std::to_string(w) + " x " + std::to_string(h) + " px, the image is " +
                     std::to_string(p.picture.grey.width()) + " x " + std::to_string(p.picture.grey.height()),
                 "draw labels on the image as it is stored, databar included"};
  Image<Meaning> meanings(w, h);
  std::map<int, std::size_t> strangers;
  std::array<std::size_t, 8> found{};
  for (std::size_t i = 0; i < meanings.size(); ++i) {
    const auto known = classes.find(p.labels.pixels()[i]);
    if (known == classes.end()) {
      ++strangers[p.labels.pixels()[i]];
      continue;
    }
    meanings.pixels()[i] = p.usable.pixels()[i] ? known->second : Meaning::unlabelled;
    ++found[static_cast<std::size_t>(meanings.pixels()[i])];
  }
  if (!strangers.empty())
    return Error{"train.value", file,
                 "the labels hold the value " + std::to_string(strangers.begin()->first) + " in " +
                     std::to_string(strangers.begin()->second) + " px, which --classes does not name",
                 "name it in --classes, or correct the labels"};
  const std::size_t labelled = meanings.size() - found[0];
  if (labelled == 0)
    return Error{"train.empty", file, "nothing is labelled",
                 "label some interphase and something else, or leave the image out"};
  if (std::count_if(found.begin() + 1, found.end(), [](std::size_t n) { return n > 0; }) < 2)
    return Error{"train.one_class", file, "all labels say the same",
                 "label what is interphase and what is not"};
  if (found[static_cast<std::size_t>(Meaning::interphase)] == 0)
    return Error{"train.no_layer", file, "no interphase is labelled", "label some, or leave the image out"};

  TrainingView view;
  view.card = p.card;
  view.card.side = p.side ? *p.side : side_of(meanings);
  view.grid =
      make_feature_grid(p.picture.grey, p.usable, view.card.side, 1e3 * cell_um / p.card.pixel_size_nm);
  const Frame& frame = view.grid.frame;
  const Span span = layer_span(meanings, frame);
  const auto m = upright(meanings, frame);
  if (const auto shift = find_label_shift(p.picture.grey, frame, edge_rows(meanings, frame, span, true),
                                          edge_rows(meanings, frame, span, false)))
    return Error{"train.shifted", file,
                 "the labels lie " + shift_words(*shift) + " of the edges in the picture",
                 "move them there; if they are right, draw them where both edges of the layer can be seen"};
  view.features = pixel_features(view.grid);
  const int cells_w = view.grid.grey.width(), cells_h = view.grid.grey.height();
  view.cells = Image<std::uint8_t>(cells_w, cells_h, kNoClass);
  for (int cv = 0; cv < cells_h; ++cv)
    for (int cu = 0; cu < cells_w; ++cu) {
      if (!view.grid.seen(cu, cv)) continue;
      const auto edge = [](int cell, int cells, int size) { return cell * size / cells; };
      std::array<int, 4> votes{};
      int all = 0;
      const int u0 = edge(cu, cells_w, m.width()), u1 = std::max(u0 + 1, edge(cu + 1, cells_w, m.width()));
      const int v0 = edge(cv, cells_h, m.height()), v1 = std::max(v0 + 1, edge(cv + 1, cells_h, m.height()));
      for (int u = u0; u < std::min(u1, m.width()); ++u)
        for (int v = v0; v < std::min(v1, m.height()); ++v) {
          const auto k = static_cast<std::size_t>(u);
          const std::uint8_t c = layer_class(m(u, v), v, span.top[k], span.bottom[k]);
          if (c != kNoClass) ++votes[c], ++all;
        }
      const auto most = std::max_element(votes.begin(), votes.end());
      if (all > 0 && *most >= kPure * all)
        view.cells(cu, cv) = static_cast<std::uint8_t>(most - votes.begin());
    }
  if (std::any_of(classes.begin(), classes.end(), [](const auto& c) { return c.second == Meaning::crack; }))
    add_lines(p, meanings, span, cracks_in_electrolyte(classes), line_um, view);
  return view;
}

}  // namespace litho
