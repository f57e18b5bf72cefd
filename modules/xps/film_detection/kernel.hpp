#pragma once
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "modules/xps/cr_template/kernel.hpp"
#include "modules/xps/line_detection/kernel.hpp"
#include "pipeline/core/result.hpp"

namespace litho {

/// Smooth departures that a background may have from its cubic: Gaussians 6 eV (standard deviation
/// 6/sqrt(2) eV) wide at every 4 eV, the series of a Gaussian process of that correlation length and unit
/// standard deviation.
std::vector<double> smooth_departures(std::span<const double> energy_ev);
/// Scale that departures typically have, share of the background.
inline constexpr double kTypicalDeparture = 0.003;

struct Cr2pOptions {
  double centre_shift_ev = 0;  ///< of the plated spectrum against the template
  double shift_range_ev = 0.8;
  double scale = 1;  ///< from the template's counts a channel to the spectrum's
  double alpha = 0.01;
  std::optional<double> dispersion = {};
};

/// Test of Cr 2p on a cubic, the step of the line itself, and smooth departures. Energies are binding energies
/// and ascend. Errors: those of detect_line; film.window (the region does not hold Cr 2p).
Result<Detection> detect_cr2p(std::span<const double> energy_ev, std::span<const double> counts,
                              const CrTemplate& film, const Cr2pOptions& options);

}  // namespace litho
