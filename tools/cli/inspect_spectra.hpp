#pragma once
#include <nlohmann/json_fwd.hpp>
#include <vector>

#include "pipeline/core/spectrum.hpp"

namespace litho {

/// What `inspect --json` says of a file of spectra: `format` and one entry a region.
nlohmann::ordered_json spectra_json(const std::vector<Spectrum>& spectra);

}  // namespace litho
