#pragma once
#include <filesystem>

#include "pipeline/engine/item_record.hpp"
#include "tools/report/page_data.hpp"

namespace litho::report {

/// How much of an item's files goes into the page itself.
struct Embedding {
  bool pictures = true;         ///< else linked by their place beside the report
  std::size_t plot_points = 0;  ///< most points of one plot
};
/// For a report over these records.
Embedding embedding(const std::vector<const ItemRecord*>& records);

/// One item: name, stem, sample, status, remarks, inputs, views (a picture and the overlays on it), plots
/// from its CSV files, figures. `part` is the run's folder as seen from the report, "" where they are
/// together; an overlay is called after it.
Json page_item(const std::filesystem::path& run, const std::string& part, const std::string& stem,
               const ItemRecord& record, const Embedding& embedding);

/// Items that belong together as one: views of one micrograph share its picture; the rest follows on.
Json joined_item(const std::string& name, const std::vector<Json>& items);

}  // namespace litho::report
