#pragma once
#include "pipeline/engine/merge.hpp"

namespace litho {

/// Merges a run folder and writes all that is made of its tables (see README). Errors: those of merge_run.
Result<Merged> write_results(const RunFolder& folder);

/// The workbook of tables: one sheet each, `units`, and `inputs` and `run` from the texts of the run.json of
/// the runs they come from. Tables that do not fit into a sheet are named in `run`.
Result<std::string> results_workbook(const NamedTables& tables, const std::vector<std::string>& run_jsons);

}  // namespace litho
