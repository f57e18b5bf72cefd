#pragma once
#include <string>
#include <vector>

#include "modules/io/sample_spectra/kernel.hpp"
#include "pipeline/core/table.hpp"

namespace litho {

/// Columns of spectra.csv, one row a spectrum: file, role, region, block, format, axis, points, low_ev,
/// high_ev (as stored), photon_energy_ev, pass_energy_ev, dwell_s, scans, unit, intensity_sum.
std::vector<std::string> spectra_columns();
std::vector<Cell> spectra_cells(const SampleSpectrum& spectrum);

/// The spectra alone; those whose file names no region are named as the sheet's row has it.
std::vector<Spectrum> spectra_of(const SampleSpectra& sample);

}  // namespace litho
