#pragma once
#include <nlohmann/json.hpp>

#include "pipeline/engine/run_folder.hpp"

namespace litho::report {

using Json = nlohmann::ordered_json;

/// All that the page shows: title, run, main table (one row an item), other tables, items with their remarks,
/// pictures and plots. Errors: see write_report.
Result<Json> page_data(const RunFolder& folder);

}  // namespace litho::report
