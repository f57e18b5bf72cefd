#pragma once
#include <span>
#include <string>
#include <vector>

#include "modules/io/spectrum_words/kernel.hpp"

namespace litho {

/// True where the first line that is not blank is the format identifier of ISO 14976.
bool is_vamas(Bytes bytes);

/// Every spectrum in the order of the file. Errors, with "file:line": vamas.not_vamas, vamas.truncated (the
/// file ends within a block), vamas.bad_line (a line is not what the standard puts there), vamas.no_spectra.
Result<std::vector<Spectrum>> read_vamas(Bytes bytes, const std::string& file_name);

/// One block a spectrum, in counts or counts per second as they are. Energies, intensities, transmission,
/// times, photon and pass energy read back to the same bits: where an axis is not start + i x increment to
/// the last bit, the file is IRREGULAR. Not kept: single scans, notes, instruments other than the first
/// one's, and line ends or outer blanks in names; a product of dwell and scans becomes one scan; a spectrum
/// without a block's name gets that of its region.
std::string write_vamas(std::span<const Spectrum> spectra);

}  // namespace litho
