#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "modules/io/spectrum_words/kernel.hpp"

namespace litho {

/// A compound file with a workbook. / A zip archive that names a workbook. / A dump of a Thermo data space.
bool is_xls(Bytes bytes);
bool is_xlsx(Bytes bytes);
bool is_avg(std::string_view text);

/// One spectrum a sheet, binding or kinetic axis as titled. Errors: those of CompoundFile, avantage.corrupt,
/// avantage.too_large, avantage.no_spectra.
Result<std::vector<Spectrum>> read_avantage_xls(Bytes bytes, const std::string& file_name);
Result<std::vector<Spectrum>> read_avantage_xlsx(Bytes bytes, const std::string& file_name);
/// The one spectrum of a dump. Errors, with the line: avantage.avg_axis, avantage.avg_unsupported,
/// avantage.avg_data, avantage.no_spectra.
Result<std::vector<Spectrum>> read_avantage_avg(std::string_view text, const std::string& file_name);

}  // namespace litho
