#include "tools/report/page_data.hpp"

#include <map>
#include <optional>

#include "pipeline/core/file.hpp"
#include "pipeline/core/number.hpp"
#include "pipeline/core/table.hpp"

namespace litho::report {
namespace {

constexpr std::size_t kLargestSideTable = 500;  // rows; longer tables are for a spreadsheet

/// Columns shown at first, and figures worth a plot by condition; other tables show all columns.
struct View {
  std::vector<std::string> columns, figures;
};
const std::map<std::string, View>& views() {
  static const std::map<std::string, View> all{
      {"interphase",
       {{"image", "sample", "condition", "status", "thickness_um", "thickness_lo_um", "thickness_hi_um",
         "front_rq_um", "filament_count", "morphology", "flags"},
        {"thickness_um", "front_rq_um", "filament_density_per_mm", "filament_depth_p95_um"}}},
      {"fracture",
       {{"image", "sample", "condition", "status", "verdict", "crack_count", "crack_density_per_um",
         "crack_density_lo_per_um", "crack_density_hi_per_um", "opening_mean_um", "delamination_fraction",
         "flags"},
        {"crack_density_per_um", "opening_mean_um", "crack_area_fraction", "delamination_fraction"}}},
      {"coverage",
       {{"sample", "condition", "status", "decision", "cr2p_ratio", "cr2p_ratio_lo", "cr2p_ratio_hi",
         "cr2p_limit", "li1s_detected", "layer_model", "flags"},
        {"cr2p_ratio", "covered_fraction", "li_thickness_nm"}}}};
  return all;
}

Json table_json(const std::string& name, const Csv& csv) {
  Json rows = Json::array();
  for (const CsvRow& row : csv.rows) {
    Json cells = Json::array();
    for (const std::string& field : row.fields) {
      const auto number = parse_double(field);
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
  Json data{{"title", "Report"},        {"run", run_facts(run)},
            {"main", nullptr},          {"main_columns", Json::array()},
            {"figures", Json::array()}, {"tables", Json::array()},
            {"items", Json::array()}};
  for (const TableSpec& spec : plan.tables) {
    const auto csv = read_table(folder.path() / (spec.name + ".csv"));
    if (!csv) continue;
    if (spec.row_per_item && data["main"].is_null() && csv->rows.size() == records.size()) {
      data["main"] = table_json(spec.name, *csv);
      data["title"] = "lithoscope: " + spec.name;
      const auto view = views().find(spec.name);
      data["main_columns"] = view == views().end() ? csv->columns : view->second.columns;
      if (view != views().end()) data["figures"] = view->second.figures;
    } else if (csv->rows.size() <= kLargestSideTable) {
      data["tables"].push_back(table_json(spec.name, *csv));
    }
  }
  for (const char* name : {"group_summary", "group_differences", "growth_law", "summary"})
    if (const auto csv = read_table(folder.path() / (std::string(name) + ".csv")))
      data["tables"].insert(data["tables"].begin(), table_json(name, *csv));
  if (data["main"].is_null()) {
    data["main"] = plain_main(records);
    data["main_columns"] = data["main"]["columns"];
  }
  data["citation"] = "The lithoscope authors. lithoscope, version " + run.value("version", "") +
                     " (Apache-2.0), and the sources that the README of each module named above gives.";
  return PageData{std::move(data), std::move(stems), std::move(records)};
}

}  // namespace litho::report
