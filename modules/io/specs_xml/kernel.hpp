#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "modules/io/spectrum_words/kernel.hpp"

namespace litho {

bool is_specs_xml(std::string_view text);

/// One spectrum a region and cycle, in counts, kinetic axis, single scans kept. Errors: specs_xml.not_xml
/// (with the byte), specs_xml.too_large, specs_xml.no_spectra.
Result<std::vector<Spectrum>> read_specs_xml(std::string_view text, const std::string& file_name);

}  // namespace litho
