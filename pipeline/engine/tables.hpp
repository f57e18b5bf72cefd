#pragma once
#include <string>
#include <utility>
#include <vector>

#include "pipeline/engine/item_record.hpp"

namespace litho {

using NamedTables = std::vector<std::pair<std::string, Table>>;

/// The tables of a run, made from its items in input order. A table with one row an item: image (or sample),
/// sample, status, flags, message, its own columns, input_sha256 (of the file; of the list of hashes where
/// the item has several), run_id (of the plan: options and versions), the sheet's columns; any other: image
/// (or sample), its own columns, sample, the sheet's. A sheet column whose name is taken is called
/// sheet_<name>.
class TableMerge {
 public:
  /// `item_column` is "image" or "sample".
  TableMerge(std::vector<TableSpec> specs, std::string item_column, std::vector<std::string> sheet_columns);
  void add(const ItemRecord& record);
  const NamedTables& tables() const { return tables_; }

 private:
  std::vector<TableSpec> specs_;
  bool by_image_;
  NamedTables tables_;
};

}  // namespace litho
