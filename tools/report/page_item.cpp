#include "tools/report/page_item.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <cctype>

#include "pipeline/core/file.hpp"
#include "pipeline/core/number.hpp"
#include "pipeline/core/table.hpp"

namespace litho::report {
namespace {

namespace fs = std::filesystem;

std::string base64(const std::vector<std::uint8_t>& bytes) {
  constexpr char kDigits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t left = std::min<std::size_t>(3, bytes.size() - i);
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 3; ++k) group = group << 8 | (k < left ? bytes[i + k] : 0U);
    for (std::size_t k = 0; k < 4; ++k) out += k <= left ? kDigits[group >> (18 - 6 * k) & 63U] : '=';
  }
  return out;
}

/// A relative link: what a URL cannot hold is escaped.
std::string link(const std::string& path) {
  std::string out;
  for (const char c : path) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0 || std::string_view("/-_.~").find(c) != std::string_view::npos)
      out += c;
    else
      out += fmt::format("%{:02X}", byte);
  }
  return out;
}

Json url_of(const fs::path& run, const std::string& file, bool embed) {
  if (!embed) return link(file);
  const auto bytes = read_file(run / file);
  if (!bytes) return nullptr;
  return (file.ends_with(".svg") ? "data:image/svg+xml;base64," : "data:image/png;base64,") + base64(*bytes);
}

Json remarks(const Errors& errors) {
  Json out = Json::array();
  for (const Error& error : errors)
    out.push_back({{"code", error.code}, {"message", error.message}, {"hint", error.hint}});
  return out;
}
Json remarks(const std::vector<Flag>& flags) {
  Json out = Json::array();
  for (const Flag& flag : flags) out.push_back({{"code", flag.code}, {"message", flag.message}});
  return out;
}

Json column_values(const Csv& csv, std::size_t column, int valid, std::size_t step) {
  Json values = Json::array();
  for (std::size_t r = 0; r < csv.rows.size(); r += step) {
    const auto& fields = csv.rows[r].fields;
    const bool shown = valid < 0 || fields[static_cast<std::size_t>(valid)] == "1";
    const auto value = shown ? parse_double(fields[column]) : std::nullopt;
    values.push_back(value ? Json(*value) : Json(nullptr));
  }
  return values;
}

/// Profiles: thickness against place. Fits: counts and curves against binding energy, which falls to the
/// right.
Json plot_of(const fs::path& run, const std::string& file, std::size_t most_points) {
  const auto text = read_text_file(run / file);
  if (!text) return nullptr;
  const auto csv = read_csv(*text);
  if (!csv || csv->rows.empty() || csv->columns.size() < 2) return nullptr;
  const std::size_t step = (csv->rows.size() + most_points - 1) / most_points;
  const bool fit = csv->columns.front() == "binding_energy_ev";
  Json plot{{"title", file}, {"x", csv->columns.front()}, {"reversed", fit}, {"series", Json::array()}};
  plot["at"] = column_values(*csv, 0, -1, step);
  // uPlot wants rising places.
  const bool falling = csv->rows.size() > 1 && plot["at"].front() > plot["at"].back();
  const auto put = [&](std::size_t column, int valid, bool points) {
    Json values = column_values(*csv, column, valid, step);
    if (falling) std::reverse(values.begin(), values.end());
    plot["series"].push_back(
        {{"name", csv->columns[column]}, {"points", points}, {"values", std::move(values)}});
  };
  if (fit) {
    plot["y"] = "counts";
    for (std::size_t c = 1; c < csv->columns.size(); ++c)
      if (csv->columns[c] != "residual_sigma") put(c, -1, csv->columns[c] == "counts");
  } else if (const int column = csv->column("thickness_um"); column >= 0) {
    plot["y"] = "thickness (µm)";
    put(static_cast<std::size_t>(column), csv->column("valid"), false);
  } else {
    return nullptr;
  }
  if (falling) std::reverse(plot["at"].begin(), plot["at"].end());
  return plot;
}

}  // namespace

Json page_item(const fs::path& run, const std::string& stem, const ItemRecord& record,
               const Embedding& embedding) {
  Json item{{"name", record.name},
            {"stem", stem},
            {"status", to_text(record.status)},
            {"errors", remarks(record.errors)},
            {"flags", remarks(record.flags)},
            {"notes", remarks(record.notes)},
            {"inputs", Json::array()},
            {"picture", nullptr},
            {"overlay", nullptr},
            {"plots", Json::array()},
            {"figures", Json::array()}};
  for (const InputHash& input : record.inputs)
    item["inputs"].push_back({{"file", input.file}, {"sha256", input.sha256}});
  for (const ArtifactEntry& artifact : record.artifacts) {
    const std::string& file = artifact.file;
    if (file.ends_with(".png") && file.starts_with("pictures/"))
      item["picture"] = url_of(run, file, embedding.pictures);
    else if (file.ends_with(".png") && file.starts_with("overlays/"))
      item["overlay"] = url_of(run, file, embedding.pictures);
    else if (file.ends_with(".svg") || file.ends_with(".png"))
      item["figures"].push_back({{"title", file}, {"url", url_of(run, file, embedding.pictures)}});
    else if (file.ends_with(".csv") && embedding.plot_points > 0)
      if (Json plot = plot_of(run, file, embedding.plot_points); !plot.is_null())
        item["plots"].push_back(std::move(plot));
  }
  return item;
}

}  // namespace litho::report
