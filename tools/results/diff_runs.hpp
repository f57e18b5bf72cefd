#pragma once
#include <filesystem>
#include <string>

#include "pipeline/core/result.hpp"

namespace litho {

/// What differs between two run folders, as text: the causes (version, libraries, seed, options, edges,
/// inputs, what the sheet says of them), then every column whose values differ, with how many rows, the
/// largest difference and the causes that can have made it. A row whose own input differs is told apart from
/// the rest. Rows are matched by image or sample and their order within. Errors: those of reading,
/// run.bad_plan.
Result<std::string> diff_runs(const std::filesystem::path& a, const std::filesystem::path& b);

}  // namespace litho
