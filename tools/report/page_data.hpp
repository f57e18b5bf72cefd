#pragma once
#include <nlohmann/json.hpp>

#include "pipeline/engine/run_folder.hpp"

namespace litho::report {

using Json = nlohmann::ordered_json;

/// What the page shows, but for the items' own pictures and plots, which page_item makes one at a time: a
/// run's pictures together may be large.
struct PageData {
  Json page;  ///< title, run, main table (one row an item), other tables, views, citation
  std::vector<std::string> stems;
  std::vector<ItemRecord> records;
};
/// Errors: see write_report.
Result<PageData> page_data(const RunFolder& folder);

}  // namespace litho::report
