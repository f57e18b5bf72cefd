#include "modules/xps/film_detection/kernel.hpp"

#include <cmath>

#include "modules/xps/backgrounds/kernel.hpp"

namespace litho {

std::vector<double> smooth_departures(std::span<const double> energy_ev) {
  constexpr double kLengthEv = 6, kSpacingEv = 4;
  // Independent Gaussians exp(-(x/l)^2) at this spacing sum to the variance sqrt(pi/2) l / spacing.
  const double norm = 1 / std::sqrt(std::sqrt(M_PI / 2) * kLengthEv / kSpacingEv);
  std::vector<double> out;
  for (double c = energy_ev.front() - kLengthEv; c < energy_ev.back() + kLengthEv + kSpacingEv; c += kSpacingEv)
    for (const double e : energy_ev) out.push_back(norm * std::exp(-std::pow((e - c) / kLengthEv, 2)));
  return out;
}

Result<Detection> detect_cr2p(std::span<const double> energy_ev, std::span<const double> counts,
                              const CrTemplate& film, const Cr2pOptions& options) {
  const double line_ev = 574.3 + film.shift_ev + options.centre_shift_ev;
  if (energy_ev.size() < 20 || energy_ev.front() > line_ev - 2 || energy_ev.back() < line_ev + 8)
    return Error{"film.window", "", "the region does not hold Cr 2p", "measure from 565 to 600 eV"};
  const PlacedTemplate placed = place_template(film, energy_ev, options.centre_shift_ev, options.shift_range_ev,
                                               0.1, options.scale);
  auto background = legendre_basis(energy_ev, energy_ev.front(), energy_ev.back(), 3);
  if (!background) return background.errors();
  std::vector<double> columns = *std::move(background);
  columns.insert(columns.end(), placed.step.begin(), placed.step.end());
  const std::vector<double> departures = smooth_departures(energy_ev);

  DetectionProblem problem;
  problem.counts = counts;
  problem.background = columns;
  problem.departures = departures;
  problem.typical_departure = kTypicalDeparture;
  problem.line = &placed.line;
  problem.shape_variance = placed.shape_variance;
  problem.dispersion = options.dispersion;
  problem.alpha = options.alpha;
  return detect_line(problem);
}

}  // namespace litho
