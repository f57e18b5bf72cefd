#pragma once
#include <string>
#include <vector>

#include "samples/xps/region.hpp"

namespace litho::xps_sample {

/// ISO 14976 text: one block a region, counts over all sweeps, collection time a sweep.
std::string vamas_text(const std::vector<Region>& regions, const Film& film, const std::string& sample);

/// Two columns with a header; the sheet states what the file does not.
std::string column_text(const Region& region);

}  // namespace litho::xps_sample
