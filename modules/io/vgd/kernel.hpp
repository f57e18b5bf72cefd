#pragma once
#include <string>
#include <vector>

#include "modules/io/spectrum_words/kernel.hpp"

namespace litho {

/// A compound file with the streams of a Thermo spectrum.
bool is_vgd(Bytes bytes);

/// The one spectrum of the file, in counts, kinetic axis. Errors: those of CompoundFile, vgd.axis (no energy
/// axis, or one that is damaged), vgd.unsupported (more than one axis), vgd.length (values and axis differ),
/// vgd.no_spectra.
Result<std::vector<Spectrum>> read_vgd(Bytes bytes, const std::string& file_name);

}  // namespace litho
