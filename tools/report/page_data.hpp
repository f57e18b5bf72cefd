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

/// A study's page; one row and item a sample.
struct StudyPage {
  Json page;
  std::vector<std::string> samples;
};
/// From the joined tables in `folder` and the pages of its parts by name. Errors: run.no_tables.
Result<StudyPage> study_page(const std::filesystem::path& folder,
                             const std::vector<std::pair<std::string, PageData>>& parts);

}  // namespace litho::report
