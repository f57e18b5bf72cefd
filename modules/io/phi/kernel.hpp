#pragma once
#include <string>
#include <vector>

#include "modules/io/spectrum_words/kernel.hpp"

namespace litho {

bool is_phi(Bytes bytes);

/// One spectrum a region and cycle. Errors, with the byte: phi.not_phi, phi.unsupported (images, maps, other
/// techniques), phi.truncated, phi.corrupt, phi.no_spectra.
Result<std::vector<Spectrum>> read_phi(Bytes bytes, const std::string& file_name);

}  // namespace litho
