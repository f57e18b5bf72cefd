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

Json url_of(const fs::path& run, const std::string& part, const std::string& file, bool embed) {
  if (!embed) return link((fs::path(part) / file).generic_string());
  const auto bytes = read_file(run / file);
  if (!bytes) return nullptr;
  return (file.ends_with(".svg") ? "data:image/svg+xml;base64," : "data:image/png;base64,") + base64(*bytes);
}

/// Failures, then flags, then notes; `of` says which file where the item has several.
Json remarks(const ItemRecord& record) {
  Json out = Json::array();
  for (const Error& error : record.errors)
    out.push_back(
        {{"kind", "failed"}, {"code", error.code}, {"message", error.message}, {"hint", error.hint}});
  for (const Flag& flag : record.flags)
    out.push_back({{"kind", "flagged"}, {"code", flag.code}, {"message", flag.message}});
  for (const Flag& note : record.notes)
    out.push_back({{"kind", "note"}, {"code", note.code}, {"message", note.message}});
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

Embedding embedding(const std::vector<const ItemRecord*>& records) {
  constexpr std::uint64_t kMostEmbedded = std::uint64_t{20} << 20;  // bytes of pictures and figures
  constexpr std::size_t kPlottedItems = 2000;
  std::uint64_t bytes = 0;
  for (const ItemRecord* record : records)
    for (const ArtifactEntry& artifact : record->artifacts)
      if (artifact.file.ends_with(".png") || artifact.file.ends_with(".svg")) bytes += artifact.bytes;
  const bool within = bytes <= kMostEmbedded;
  return {within, within ? std::size_t{800} : records.size() <= kPlottedItems ? std::size_t{120} : 0};
}

Json page_item(const fs::path& run, const std::string& part, const std::string& stem,
               const ItemRecord& record, const Embedding& embedding) {
  Json item{{"name", record.name},        {"stem", stem},
            {"sample", record.sample},    {"status", to_text(record.status)},
            {"remarks", remarks(record)}, {"inputs", Json::array()},
            {"views", Json::array()},     {"plots", Json::array()},
            {"figures", Json::array()}};
  for (const InputHash& input : record.inputs)
    item["inputs"].push_back({{"file", input.file}, {"sha256", input.sha256}});
  Json view{{"name", record.name}, {"picture", nullptr}, {"overlays", Json::array()}};
  const auto url = [&](const std::string& file) { return url_of(run, part, file, embedding.pictures); };
  for (const ArtifactEntry& artifact : record.artifacts) {
    const std::string& file = artifact.file;
    if (file.ends_with(".png") && file.starts_with("pictures/"))
      view["picture"] = url(file);
    else if (file.ends_with(".png") && file.starts_with("overlays/"))
      view["overlays"].push_back({{"name", part.empty() ? "overlay" : part}, {"url", url(file)}});
    else if (file.ends_with(".svg") || file.ends_with(".png"))
      item["figures"].push_back({{"title", file}, {"url", url(file)}});
    else if (file.ends_with(".csv") && embedding.plot_points > 0)
      if (Json plot = plot_of(run, file, embedding.plot_points); !plot.is_null())
        item["plots"].push_back(std::move(plot));
  }
  if (!view["picture"].is_null() || !view["overlays"].empty()) item["views"].push_back(std::move(view));
  return item;
}

Json joined_item(const std::string& name, const std::vector<Json>& items) {
  const auto all = [&](const char* status) {
    return std::ranges::all_of(items, [&](const Json& item) { return item["status"] == status; });
  };
  Json joined{{"name", name},
              {"stem", name},
              {"sample", name},
              {"status", all("ok")       ? "ok"
                         : all("failed") ? "failed"
                                         : "flagged"},
              {"remarks", Json::array()},
              {"inputs", Json::array()},
              {"views", Json::array()},
              {"plots", Json::array()},
              {"figures", Json::array()}};
  for (const Json& item : items) {
    for (Json remark : item["remarks"]) {
      remark["of"] = item["name"];
      joined["remarks"].push_back(std::move(remark));
    }
    for (const Json& input : item["inputs"])
      if (std::ranges::find(joined["inputs"], input) == joined["inputs"].end())
        joined["inputs"].push_back(input);
    for (const Json& view : item["views"]) {
      const auto same = std::ranges::find_if(
          joined["views"], [&](const Json& other) { return other["name"] == view["name"]; });
      if (same == joined["views"].end()) {
        joined["views"].push_back(view);
        continue;
      }
      if ((*same)["picture"].is_null()) (*same)["picture"] = view["picture"];
      for (const Json& overlay : view["overlays"]) (*same)["overlays"].push_back(overlay);
    }
    for (const char* list : {"plots", "figures"})
      for (const Json& entry : item[list]) joined[list].push_back(entry);
  }
  return joined;
}

}  // namespace litho::report
