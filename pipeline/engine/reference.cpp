#include "pipeline/engine/reference.hpp"

#include <algorithm>
#include <string_view>
#include <vector>

#include "pipeline/core/text.hpp"

namespace litho {
namespace {

using Row = std::vector<std::string>;

std::string type_of(const PortSpec& port) {
  return std::string(port.type) + (port.optional ? ", may stay open" : "");
}

std::vector<Row> port_rows(const std::vector<PortSpec>& ports) {
  std::vector<Row> rows;
  for (const PortSpec& port : ports) rows.push_back({port.name, type_of(port)});
  return rows;
}

std::vector<Row> option_rows(const std::vector<OptionSpec>& options) {
  std::vector<Row> rows;
  for (const OptionSpec& option : options) rows.push_back({option.name, describe_type(option), option.doc});
  return rows;
}

/// Of the stage with its default options.
std::vector<Row> table_rows(const Stage& stage) {
  std::vector<Row> rows;
  for (const TableSpec& table : stage.tables())
    rows.push_back({table.name + ".csv", join(table.columns, ", "),
                    table.row_per_item ? "one row an item" : "any number"});
  return rows;
}

std::string markdown_table(const Row& head, const std::vector<Row>& rows) {
  if (rows.empty()) return {};
  std::string out = "\n| " + join(head, " | ") + " |\n|";
  for (std::size_t i = 0; i < head.size(); ++i) out += " --- |";
  out += "\n";
  for (const Row& row : rows) {
    for (const std::string& cell : row) {
      out += "| ";
      for (const char c : cell) out += c == '|' ? "\\|" : std::string(1, c);
      out += " ";
    }
    out += "|\n";
  }
  return out;
}

/// Columns in line, the last one as long as it is.
std::string text_table(const std::string& title, const std::vector<Row>& rows) {
  if (rows.empty()) return {};
  std::vector<std::size_t> widths;
  for (const Row& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  std::string out = "\n" + title + "\n";
  for (const Row& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      line += "  " + row[i];
      if (i + 1 < row.size()) line.append(widths[i] - row[i].size(), ' ');
    }
    out += line + "\n";
  }
  return out;
}

std::string family_of(std::string_view name) {
  return std::string(split(name, '.').front());
}

}  // namespace

std::string stage_reference_markdown(const Registry& registry) {
  std::string out = "# Stages\n\nMade from what the stages declare; do not edit.\n";
  std::string family;
  for (const auto& [name, entry] : registry.stages()) {
    if (family_of(name) != family) out += "\n## " + (family = family_of(name)) + "\n";
    const auto stage = entry.make();
    out += "\n### " + name + "\n\n" + entry.info.doc + ". Results version " +
           std::to_string(entry.info.results_version) + ".\n";
    out += markdown_table({"Input", "Type"}, port_rows(stage->inputs()));
    out += markdown_table({"Output", "Type"}, port_rows(stage->outputs()));
    out += markdown_table({"Option", "Value", "Meaning"}, option_rows(entry.options));
    out += markdown_table({"Table", "Columns", "Rows"}, table_rows(*stage));
    if (!entry.info.references.empty()) out += "\nReferences: " + join(entry.info.references, "; ") + "\n";
  }
  return out;
}

std::string describe_stage(const StageEntry& entry) {
  const auto stage = entry.make();
  std::vector<Row> references;
  for (const std::string& reference : entry.info.references) references.push_back({reference});
  return entry.info.name + ": " + entry.info.doc + " (results version " +
         std::to_string(entry.info.results_version) + ")\n" +
         text_table("inputs", port_rows(stage->inputs())) +
         text_table("outputs", port_rows(stage->outputs())) +
         text_table("options", option_rows(entry.options)) + text_table("tables", table_rows(*stage)) +
         text_table("references", references);
}

}  // namespace litho
