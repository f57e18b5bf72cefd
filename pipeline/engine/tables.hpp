#pragma once
#include <string>
#include <utility>
#include <vector>

#include "pipeline/engine/item_record.hpp"
#include "pipeline/engine/run_plan.hpp"

namespace litho {

using NamedTables = std::vector<std::pair<std::string, Table>>;

/// The tables of a run, made from its items in input order. A table with one row an item: image (or sample),
/// sample, status, flags, message, its own columns, input_sha256 (of the file; of the list of hashes where
/// the item has several), settings_id (of stages, options, versions, seed), the sheet's columns; any other:
/// image (or sample), its own columns, sample, the sheet's. A sheet column whose name is taken is called
/// sheet_<name>.
class TableMerge {
 public:
  explicit TableMerge(const RunPlan& plan);
  void add(const ItemRecord& record);
  const NamedTables& tables() const { return tables_; }

 private:
  std::vector<TableSpec> specs_;
  bool by_image_;
  std::string settings_id_;
  NamedTables tables_;
};

}  // namespace litho
