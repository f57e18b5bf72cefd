#include "pipeline/engine/tables.hpp"

#include <algorithm>

#include "pipeline/core/number.hpp"
#include "pipeline/core/sha256.hpp"

namespace litho {
namespace {

std::vector<std::string> columns_of(const TableSpec& spec, const std::string& item_column,
                                    const std::vector<std::string>& sheet_columns) {
  std::vector<std::string> columns{item_column};
  const bool sample = item_column == "image";
  if (sample && spec.row_per_item) columns.emplace_back("sample");
  if (spec.row_per_item)
    for (const char* name : {"status", "flags", "message"}) columns.emplace_back(name);
  columns.insert(columns.end(), spec.columns.begin(), spec.columns.end());
  const auto add = [&](const std::string& name) {
    columns.push_back(std::ranges::find(columns, name) == columns.end() ? name : "sheet_" + name);
  };
  if (sample && !spec.row_per_item) add("sample");
  if (spec.row_per_item)
    for (const char* name : {"input_sha256", "run_id"}) add(name);
  for (const std::string& name : sheet_columns) add(name);
  return columns;
}

/// Of the item's file; of the list of their hashes, one a line, where there are several.
std::string input_hash(const ItemRecord& record) {
  if (record.inputs.size() == 1) return record.inputs.front().sha256;
  std::string list;
  for (const InputHash& input : record.inputs) list += input.sha256 + "\n";
  return sha256_hex(list);
}

/// What a sheet says, as a number where that is the same text.
Cell sheet_cell(const std::string& text) {
  const auto number = parse_double(text);
  if (number && to_text(Cell(*number)) == text) return *number;
  return text;
}

}  // namespace

TableMerge::TableMerge(std::vector<TableSpec> specs, std::string item_column,
                       std::vector<std::string> sheet_columns)
    : specs_(std::move(specs)), by_image_(item_column == "image") {
  for (const TableSpec& spec : specs_)
    tables_.emplace_back(spec.name, Table(columns_of(spec, item_column, sheet_columns)));
}

void TableMerge::add(const ItemRecord& record) {
  for (std::size_t i = 0; i < specs_.size(); ++i) {
    const TableSpec& spec = specs_[i];
    Table& table = tables_[i].second;
    std::vector<Cell> head{record.name}, tail;
    if (by_image_) (spec.row_per_item ? head : tail).emplace_back(record.sample);
    if (spec.row_per_item) {
      head.emplace_back(std::string(to_text(record.status)));
      head.emplace_back(flags_column(record));
      head.emplace_back(message_column(record));
    }
    if (spec.row_per_item) tail.insert(tail.end(), {input_hash(record), record.plan});
    for (const std::string& value : record.sheet_values) tail.push_back(sheet_cell(value));
    const auto add_row = [&](const std::vector<Cell>& cells) {
      std::vector<Cell> row = head;
      row.insert(row.end(), cells.begin(), cells.end());
      row.resize(head.size() + spec.columns.size());
      row.insert(row.end(), tail.begin(), tail.end());
      row.resize(table.columns().size());
      table.add(std::move(row));
    };
    bool any = false;
    for (const Rows& rows : record.rows) {
      if (rows.table != spec.name) continue;
      for (const auto& cells : rows.rows) add_row(cells);
      any = any || !rows.rows.empty();
    }
    if (spec.row_per_item && !any) add_row({});
  }
}

}  // namespace litho
