#pragma once
#include "pipeline/engine/run_folder.hpp"

namespace litho {

/// Writes `report.html` of a run folder from its run.json, tables and items: one file that opens without a
/// network. Up to 20 MB of pictures are within it; of a larger run they are linked from the run folder and
/// plots are thinned (none above 2000 items). Without a script (browser or build) it still shows the table of
/// items. The same run gives the same bytes. Cost about 1 ms an item. Errors: run.no_tables (merge first),
/// file.unwritable.
Status write_report(const RunFolder& folder);

/// The same of a study: one item a sample, with the pictures, plots and figures of all its parts (folders of
/// `folder`), and the joined tables. Errors: as above, and those of opening a part.
Status write_study_report(const std::filesystem::path& folder, const std::vector<std::string>& parts);

}  // namespace litho
