#pragma once
#include <string>
#include <vector>

namespace litho {

/// ro-crate-metadata.json of a run folder, from the text of its run.json and the names of the tables and
/// other files at its top. RO-Crate 1.1 [w3id.org/ro/crate/1.1], Process Run Crate 0.5.
std::string ro_crate(const std::string& run_json, const std::vector<std::string>& files);

}  // namespace litho
