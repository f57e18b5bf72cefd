#pragma once
#include <string>
#include <vector>

#include "modules/io/spectrum_words/kernel.hpp"

namespace litho {

/// True where the first line that is not blank is the format identifier of ISO 14976.
bool is_vamas(Bytes bytes);

/// Every spectrum in the order of the file. Errors, with "file:line": vamas.not_vamas, vamas.truncated (the
/// file ends within a block), vamas.bad_line (a line is not what the standard puts there), vamas.no_spectra.
Result<std::vector<Spectrum>> read_vamas(Bytes bytes, const std::string& file_name);

}  // namespace litho
