#include "tools/report/page_data.hpp"

#include <algorithm>
#include <map>
#include <optional>

#include "pipeline/core/file.hpp"
#include "pipeline/core/number.hpp"
#include "pipeline/core/table.hpp"

namespace litho::report {
namespace {

/// Columns whose text is a name even where it reads as a number: sample "007" is not 7.
constexpr std::string_view kNames[]{"image", "sample", "item", "condition", "replicate"};
constexpr std::string_view kRunTables[]{"group_summary", "group_differences", "growth_law"};
constexpr std::size_t kLargestSideTable = 500;  // rows; longer tables are for a spreadsheet

/// Columns shown at first, figures and words worth a plot by condition; other tables show all columns.
struct View {
  std::vector<std::string> columns, figures, words;
};
const std::map<std::string, View>& views() {
  static const std::map<std::string, View> all{
      {"interphase",
       {{"image", "sample", "condition", "status", "thickness_um", "thickness_lo_um", "thickness_hi_um",
         "front_rq_um", "filament_count", "morphology", "flags"},
        {"thickness_um", "front_rq_um", "filament_density_per_mm", "filament_depth_p95_um"},
        {"morphology"}}},
      {"fracture",
       {{"image", "sample", "condition", "status", "verdict", "crack_count", "crack_density_per_um",
         "crack_density_lo_per_um", "crack_density_hi_per_um", "opening_mean_um", "delamination_fraction",
         "flags"},
        {"crack_density_per_um", "opening_mean_um", "crack_area_fraction", "delamination_fraction"},
        {"verdict"}}},
      {"coverage",
       {{"sample", "condition", "status", "decision", "cr2p_ratio", "cr2p_ratio_lo", "cr2p_ratio_hi",
         "cr2p_limit", "li1s_detected", "layer_model", "flags"},
        {"cr2p_ratio", "covered_fraction", "li_thickness_nm"},
        {"decision"}}},
      {"summary",
       {{"sample", "condition", "thickness_um", "thickness_lo_um", "thickness_hi_um", "morphology",
         "crack_density_per_um", "verdict", "decision", "failed", "flags"},
        {"thickness_um", "crack_density_per_um"},
        {"morphology", "verdict", "decision"}}}};
  return all;
}

Json table_json(const std::string& name, const Csv& csv) {
  Json rows = Json::array();
  for (const CsvRow& row : csv.rows) {
    Json cells = Json::array();
    for (std::size_t i = 0; i < row.fields.size(); ++i) {
      const std::string& field = row.fields[i];
      const bool is_name = std::ranges::find(kNames, csv.columns[i]) != std::end(kNames);
      const auto number = is_name ? std::nullopt : parse_double(field);
      cells.push_back(field.empty() ? Json(nullptr) : number ? Json(*number) : Json(field));
    }
    rows.push_back(std::move(cells));
  }
  return {{"name", name}, {"columns", csv.columns}, {"rows", std::move(rows)}};
}

std::optional<Csv> read_table(const std::filesystem::path& path) {
  const auto text = read_text_file(path);
  if (!text) return std::nullopt;
  auto csv = read_csv(*text);
  if (!csv) return std::nullopt;
  return *std::move(csv);
}

Json run_facts(const Json& run) {
  return {{"version", run.value("version", "")},
          {"libraries", run.value("libraries", Json::object())},
          {"seed", run.value("seed", 0)},
          {"stages", run.value("stages", Json::object())},
          {"graph", run.contains("graph") ? run["graph"].value("text", "") : ""}};
}

void set_main(Json& page, const std::string& name, const Csv& csv) {
  page["main"] = table_json(name, csv);
  const auto view = views().find(name);
  page["main_columns"] = view == views().end() ? csv.columns : view->second.columns;
  if (view == views().end()) return;
  page["figures"] = view->second.figures;
  page["words"] = view->second.words;
}

/// Tables that speak of the whole run come first.
void add_run_tables(Json& page, const std::filesystem::path& folder) {
  Json all = Json::array();
  for (const std::string_view name : kRunTables)
    if (const auto csv = read_table(folder / (std::string(name) + ".csv")))
      all.push_back(table_json(std::string(name), *csv));
  for (Json& table : page["tables"]) all.push_back(std::move(table));
  page["tables"] = std::move(all);
}

Json empty_page(const std::string& version) {
  return {
      {"title", "Report"},
      {"run", Json::object()},
      {"main", nullptr},
      {"main_columns", Json::array()},
      {"figures", Json::array()},
      {"words", Json::array()},
      {"tables", Json::array()},
      {"citation", "The lithoscope authors. lithoscope, version " + version +
                       " (Apache-2.0), and the sources that the README of each module named above gives."}};
}

/// One row an item where no table has one: a graph that only writes files.
Json plain_main(const std::vector<ItemRecord>& records) {
  Json rows = Json::array();
  for (const ItemRecord& record : records)
    rows.push_back({record.name, to_text(record.status), flags_column(record), message_column(record)});
  return {{"name", "items"}, {"columns", {"item", "status", "flags", "message"}}, {"rows", std::move(rows)}};
}

}  // namespace

Result<PageData> page_data(const RunFolder& folder) {
  const RunPlan& plan = folder.plan();
  const auto text = read_text_file(folder.path() / "run.json");
  const Json run = text ? Json::parse(*text, nullptr, false) : Json();
  if (!run.is_object())
    return Error{"run.no_tables", folder.path().string(), "has no whole run.json",
                 "run `lithoscope merge` on it first"};

  std::vector<ItemRecord> records;
  std::vector<std::string> stems;
  for (std::size_t i = 0; i < plan.items.size(); ++i)
    if (auto record = folder.read_item(i)) {
      records.push_back(*std::move(record));
      stems.push_back(plan.items[i].id.substr(plan.items[i].id.find('-') + 1));
    }
  Json data = empty_page(run.value("version", ""));
  data["run"] = run_facts(run);
  for (const TableSpec& spec : plan.tables) {
    const auto csv = read_table(folder.path() / (spec.name + ".csv"));
    if (!csv) continue;
    if (spec.row_per_item && data["main"].is_null() && csv->rows.size() == records.size()) {
      set_main(data, spec.name, *csv);
      data["title"] = "lithoscope: " + spec.name;
    } else if (csv->rows.size() <= kLargestSideTable) {
      data["tables"].push_back(table_json(spec.name, *csv));
    }
  }
  add_run_tables(data, folder.path());
  if (data["main"].is_null()) {
    data["main"] = plain_main(records);
    data["main_columns"] = data["main"]["columns"];
  }
  return PageData{std::move(data), std::move(stems), std::move(records)};
}

Result<StudyPage> study_page(const std::filesystem::path& folder,
                             const std::vector<std::pair<std::string, PageData>>& parts) {
  const auto summary = read_table(folder / "summary.csv");
  if (!summary || parts.empty())
    return Error{"run.no_tables", folder.string(), "has no whole summary.csv",
                 "run `lithoscope merge` on it first"};
  const Json& first = parts.front().second.page["run"];
  Json page = empty_page(first["version"]);
  page["title"] = "lithoscope: study";
  page["run"] = first;
  page["run"]["stages"] = Json::object();
  page["run"]["graph"] = "";
  set_main(page, "summary", *summary);
  for (const auto& [name, part] : parts) {
    for (const auto& [node, stage] : part.page["run"]["stages"].items())
      page["run"]["stages"][name + ": " + node] = stage;
    page["run"]["graph"] =
        page["run"]["graph"].get<std::string>() + part.page["run"]["graph"].get<std::string>() + "\n";
    if (part.page["main"]["rows"].size() <= kLargestSideTable) page["tables"].push_back(part.page["main"]);
    for (const Json& table : part.page["tables"])
      if (std::ranges::find(kRunTables, table["name"].get<std::string>()) == std::end(kRunTables))
        page["tables"].push_back(table);
  }
  add_run_tables(page, folder);
  StudyPage study{std::move(page), {}};
  for (const CsvRow& row : summary->rows) study.samples.push_back(row.fields.front());
  return study;
}

}  // namespace litho::report
