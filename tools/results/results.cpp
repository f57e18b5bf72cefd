#include "tools/results/results.hpp"

#include <nlohmann/json.hpp>

#include "modules/io/workbook/kernel.hpp"
#include "pipeline/core/file.hpp"
#include "tools/results/crate.hpp"
#include "tools/results/figures.hpp"
#include "tools/results/groups.hpp"

namespace litho {
namespace {

using Json = nlohmann::ordered_json;

Table units_table(const NamedTables& tables) {
  Table out({"table", "column", "unit"});
  for (const auto& [name, table] : tables)
    for (const std::string& column : table.columns())
      if (std::string unit = unit_of_column(column); !unit.empty()) out.add({name, column, std::move(unit)});
  return out;
}

Table inputs_table(const std::vector<Json>& runs) {
  Table out({"graph", "item", "id", "status", "file", "sha256"});
  for (const Json& run : runs)
    for (const Json& item : run.at("items"))
      for (const Json& input : item.at("inputs"))
        out.add({run.at("graph").at("name").get<std::string>(), item.at("name").get<std::string>(),
                 item.at("id").get<std::string>(), item.at("status").get<std::string>(),
                 input.at("file").get<std::string>(), input.at("sha256").get<std::string>()});
  return out;
}

/// No times: the workbook is a function of plan and items.
Table run_table(const std::vector<Json>& runs, const std::vector<std::string>& left_out) {
  Table out({"graph", "what", "name", "value"});
  std::string graph;
  const auto add = [&](const char* what, const std::string& name, const Json& value) {
    out.add({graph, std::string(what), name, value.is_string() ? value.get<std::string>() : value.dump()});
  };
  for (const Json& run : runs) {
    graph = run.at("graph").at("name");
    add("program", "lithoscope", run.at("version"));
    for (const auto& [name, version] : run.at("libraries").items()) add("library", name, version);
    add("graph", "file", run.at("graph").at("file"));
    add("run", "seed", run.at("seed"));
    add("run", "complete", run.at("complete"));
    for (const auto& [node, stage] : run.at("stages").items()) {
      add("stage", node, stage.at("stage").get<std::string>() + " " + stage.at("results_version").dump());
      for (const auto& [option, value] : stage.at("options").items())
        add("option", node + "." + option, value);
    }
  }
  graph.clear();
  for (const std::string& name : left_out) add("left out", name, "too many rows for a sheet; see the CSV");
  return out;
}

}  // namespace

Result<std::string> results_workbook(const NamedTables& tables, const std::vector<std::string>& run_jsons) {
  std::vector<WorkbookSheet> sheets;
  std::vector<std::string> left_out;
  const auto add = [&](const std::string& name, const Table& table) {
    if (fits_in_sheet(table))
      sheets.push_back({name, &table});
    else
      left_out.push_back(name);
  };
  for (const auto& [name, table] : tables) add(name, table);
  std::vector<Json> runs;
  for (const std::string& text : run_jsons) runs.push_back(Json::parse(text));
  const Table units = units_table(tables), inputs = inputs_table(runs);
  add("units", units);
  add("inputs", inputs);
  const Table run = run_table(runs, left_out);
  add("run", run);
  return write_workbook(sheets);
}

Result<Merged> write_results(const RunFolder& folder) {
  auto merged = merge_run(folder);
  if (!merged) return merged;
  const auto run_json = read_text_file(folder.path() / "run.json");
  if (!run_json) return run_json.errors();
  NamedTables tables = merged->tables;
  const NamedTables groups = group_tables(merged->tables, folder.plan().sheet_columns);
  for (const auto& [name, table] : groups)
    if (const Status status = folder.write(name + ".csv", write_csv(table)); !status) return status.errors();
  tables.insert(tables.end(), groups.begin(), groups.end());
  const auto workbook = results_workbook(tables, {*run_json});
  if (!workbook) return workbook.errors();
  if (const Status status = folder.write("results.xlsx", *workbook); !status) return status.errors();
  std::vector<std::string> files{"run.json", "plan.json", "results.xlsx", "report.html"};
  for (const auto& [name, table] : tables) files.push_back(name + ".csv");
  if (const Status status = folder.write("ro-crate-metadata.json", ro_crate({{"", *run_json}}, files));
      !status)
    return status.errors();
  return merged;
}

}  // namespace litho
