#pragma once
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "pipeline/core/result.hpp"
#include "pipeline/core/spectrum.hpp"

namespace litho {

/// Counts over binding energies in eV (either order, even steps not needed), variance = dispersion x counts.
struct EnergySpectrum {
  std::span<const double> binding_ev;
  std::span<const double> counts;
  double dispersion = 1;
};

/// Charge shift = measured minus true binding energy: corrected = measured - shift. Positive for a surface
/// that charges positively.
struct ChargeShift {
  double shift_ev = 0;
  double u_ev = 0;         ///< standard uncertainty: fit and reference
  double measured_ev = 0;  ///< where the reference line was found
  double u_fit_ev = 0;     ///< of measured_ev
  double true_ev = 0;      ///< where it belongs
  std::string reference;   ///< "C 1s 284.8", "Au 4f7/2 83.96", "stated"
  /// energy.carbonate_possible: one line only, so high that it may be the carbonate's; energy.ambiguous:
  /// another reading of the spectrum fits as well, `other_shift_ev`; energy.poor_fit: chi-square over 3 a
  /// point.
  std::vector<std::string> flags;
  std::optional<double> other_shift_ev;
};

struct C1sOptions {
  double true_ev = 284.8;   ///< adventitious carbon
  double u_true_ev = 0.25;  ///< scatter of that over samples [doi:10.1016/j.apsusc.2022.153681]
  double lowest_ev = 278, highest_ev = 298;  ///< where the C 1s of the sample is looked for
};
/// From the hydrocarbon component of C 1s in a fit of hydrocarbon, C-O, O-C=O and carbonate at bounded
/// distances over a Shirley step and a line: neither the maximum nor the carbonate. About 70 ms.
/// Errors: energy.length, energy.no_region (fewer than 30 points there), energy.no_line (nothing
/// significant), energy.no_fit.
Result<ChargeShift> charge_shift_from_c1s(const EnergySpectrum& spectrum, const C1sOptions& options = {});

/// From Au 4f7/2 (83.96), Ag 3d5/2 (368.21) or Cu 2p3/2 (932.62 eV) of ISO 15472, by a parabola through the
/// top of the line as the standard has it; within 8 eV of its place. Errors: calibration.unknown_line,
/// energy.length, energy.no_region, energy.no_line.
Result<ChargeShift> charge_shift_from_metal(const EnergySpectrum& spectrum, std::string_view line);

/// Errors: energy.not_finite.
Result<ChargeShift> stated_charge_shift(double shift_ev, double u_ev);

/// Parabola through the top (above 85 % of the height over the lower end) of the highest line in the window.
struct LineTop {
  double energy_ev = 0, u_ev = 0;
};
/// Errors: energy.length, energy.no_region (fewer than 7 points), energy.no_line (the maximum is no line: at
/// an end, or less than 5 sigma above it).
Result<LineTop> line_top(const EnergySpectrum& spectrum, double lowest_ev, double highest_ev);

/// Where the instrument's last calibration found the lines of ISO 15472, as the file tells it.
struct ScaleCheck {
  struct Line {
    std::string name;  ///< "Au 4f7/2"
    double reference_ev = 0, found_ev = 0;
  };
  std::vector<Line> lines;
  double worst_ev = 0;   ///< largest |found - reference|
  double offset_ev = 0;  ///< found = reference + offset + gain x reference, least squares
  double gain = 0;
  std::string when;  ///< as the file has it
};
/// Nothing where the file carries no calibration (Thermo files do: "Calibration Energy Scale").
std::optional<ScaleCheck> scale_check(const Spectrum& spectrum);

}  // namespace litho
