#pragma once
#include <filesystem>
#include <nlohmann/json_fwd.hpp>

#include "pipeline/core/result.hpp"

namespace litho {

/// What `inspect --json` says of a file: micrograph or spectra, by content.
Result<nlohmann::ordered_json> inspect_file(const std::filesystem::path& path);

}  // namespace litho
