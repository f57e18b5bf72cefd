#pragma once
#include <filesystem>

#include "pipeline/engine/item_record.hpp"
#include "tools/report/page_data.hpp"

namespace litho::report {

/// How much of an item's files goes into the page itself.
struct Embedding {
  bool pictures = true;         ///< else linked by their place in the run folder
  std::size_t plot_points = 0;  ///< most points of one plot
};

/// One item: name, stem, status, remarks, inputs, picture and overlay, plots from its CSV files, figures.
Json page_item(const std::filesystem::path& run, const std::string& stem, const ItemRecord& record,
               const Embedding& embedding);

}  // namespace litho::report
