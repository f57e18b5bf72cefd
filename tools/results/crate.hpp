#pragma once
#include <string>
#include <vector>

namespace litho {

/// A run, and the folder it is in as seen from the crate: "" for the crate's own.
struct CratePart {
  std::string folder;
  std::string run_json;
};

/// ro-crate-metadata.json of a run folder or a study, from its runs and the names of the tables and other
/// files at its top. RO-Crate 1.1 [w3id.org/ro/crate/1.1], Process Run Crate 0.5. One run at least.
std::string ro_crate(const std::vector<CratePart>& parts, const std::vector<std::string>& files);

}  // namespace litho
