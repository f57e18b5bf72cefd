#pragma once
#include "pipeline/engine/run_folder.hpp"
#include "pipeline/engine/tables.hpp"

namespace litho {

struct Merged {
  int ok = 0;
  int flagged = 0;
  int failed = 0;
  std::vector<std::string> missing;  ///< names of items that have not ended
  NamedTables tables;                ///< as written, <name>.csv
};

/// Rebuilds the tables and run.json from the items of a run folder, whoever ended them: a function of the
/// plan and the items alone, but for the times in run.json. Errors: file.unwritable.
Result<Merged> merge_run(const RunFolder& folder);

}  // namespace litho
