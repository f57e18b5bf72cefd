#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "modules/io/spectrum_words/kernel.hpp"

namespace litho {

bool is_scienta(std::string_view text);

/// One spectrum a region. Errors: scienta.bad_line (with the line), scienta.no_spectra.
Result<std::vector<Spectrum>> read_scienta(std::string_view text, const std::string& file_name);

}  // namespace litho
