#pragma once
#include "pipeline/engine/run_folder.hpp"

namespace litho {

/// Writes `report.html` of a run folder from its run.json, tables and items: one file that opens without a
/// network. Pictures and plots are within it for up to 40 items; of a longer run the pictures are linked from
/// the run folder, and plots are thinned. Without a script (browser or build) it still shows the table of
/// items. Cost about 1 ms an item. Errors: run.no_tables (merge first), file.unwritable.
Status write_report(const RunFolder& folder);

}  // namespace litho
