#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "modules/io/spectrum_words/kernel.hpp"

namespace litho {

bool is_specs_xy(std::string_view text);

/// One spectrum a region, cycle and curve. Errors: specs_xy.bad_line (with the line), specs_xy.no_spectra.
Result<std::vector<Spectrum>> read_specs_xy(std::string_view text, const std::string& file_name);

}  // namespace litho
