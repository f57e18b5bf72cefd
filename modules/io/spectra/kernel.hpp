#pragma once
#include <string>
#include <vector>

#include "modules/io/columns/kernel.hpp"

namespace litho {

/// Largest file that is read: 256 MB.
constexpr std::size_t kMaxSpectraBytes = std::size_t{256} << 20;

/// Every spectrum of the file, in its order. Errors: those of the reader its content asks for, and
/// spectra.too_large, spectra.empty, spectra.unknown (with what the file is, where that can be told).
Result<std::vector<Spectrum>> read_spectra(Bytes bytes, const std::string& file_name,
                                           const StatedFacts& stated = {});

}  // namespace litho
