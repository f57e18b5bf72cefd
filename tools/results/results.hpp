#pragma once
#include "pipeline/engine/merge.hpp"

namespace litho {

/// Merges a run folder and writes all that is made of its tables (see README). Errors: those of merge_run.
Result<Merged> write_results(const RunFolder& folder);

/// The workbook of tables: one sheet each, `units`, and those of a run (`inputs`, `run`) from the text of its
/// run.json where there is one. Tables that do not fit into a sheet are named in `run`.
Result<std::string> results_workbook(const NamedTables& tables, const std::string& run_json);

}  // namespace litho
