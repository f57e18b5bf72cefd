#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "modules/io/spectrum_words/kernel.hpp"

namespace litho {

/// Either layout of CasaXPS's export.
bool is_casaxps_text(std::string_view text);

/// One spectrum a cycle, kinetic axis, counts. Errors: casaxps_text.rows (the layout that cannot be used),
/// casaxps_text.bad_line (with the line), casaxps_text.no_spectra.
Result<std::vector<Spectrum>> read_casaxps_text(std::string_view text, const std::string& file_name);

}  // namespace litho
