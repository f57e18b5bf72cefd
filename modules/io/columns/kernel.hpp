#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "modules/io/spectrum_words/kernel.hpp"

namespace litho {

/// What a user says of a file that does not say it itself; never overrides what a file says.
struct StatedFacts {
  std::optional<EnergyAxis> axis;
  std::optional<IntensityUnit> unit;
  std::optional<double> photon_energy_ev;
  std::optional<double> dwell_s;  ///< per point and scan
  std::optional<int> scan_count;
};

/// The one spectrum of a table. Errors, with the line: columns.no_table, columns.bad_line, columns.ambiguous
/// (which column is what), columns.axis (state binding or kinetic), columns.energy_unit (not eV),
/// columns.decimal_comma, columns.sum, columns.no_spectra.
Result<std::vector<Spectrum>> read_columns(std::string_view text, const std::string& file_name,
                                           const StatedFacts& stated = {});

}  // namespace litho
