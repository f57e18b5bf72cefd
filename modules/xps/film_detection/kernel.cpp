#include "modules/xps/film_detection/kernel.hpp"

#include <cmath>

#include "modules/xps/backgrounds/kernel.hpp"

namespace litho {
namespace {

/// Amplitude in standard deviations from which the shift is refined.
constexpr double kStrong = 8;

}  // namespace

std::vector<double> smooth_departures(std::span<const double> energy_ev) {
  constexpr double kLengthEv = 6, kSpacingEv = 4;
  // Independent Gaussians exp(-(x/l)^2) at this spacing sum to the variance sqrt(pi/2) l / spacing.
  const double norm = 1 / std::sqrt(std::sqrt(M_PI / 2) * kLengthEv / kSpacingEv);
  std::vector<double> out;
  for (double c = energy_ev.front() - kLengthEv; c < energy_ev.back() + kLengthEv + kSpacingEv;
       c += kSpacingEv)
    for (const double e : energy_ev) out.push_back(norm * std::exp(-std::pow((e - c) / kLengthEv, 2)));
  return out;
}

Result<Detection> detect_cr2p(std::span<const double> energy_ev, std::span<const double> counts,
                              const CrTemplate& film, const Cr2pOptions& options) {
  const double line_ev = 574.3 + film.shift_ev + options.centre_shift_ev;
  if (energy_ev.size() < 20 || energy_ev.front() > line_ev - 2 || energy_ev.back() < line_ev + 8)
    return Error{"film.window", "", "the region does not hold Cr 2p", "measure from 565 to 600 eV"};
  auto background = legendre_basis(energy_ev, energy_ev.front(), energy_ev.back(), 3);
  if (!background) return background.errors();
  const std::vector<double> departures = smooth_departures(energy_ev);
  const auto test = [&](double centre_ev, double range_ev, double step_ev) {
    const PlacedTemplate placed =
        place_template(film, energy_ev, centre_ev, range_ev, step_ev, options.scale);
    std::vector<double> columns = *background;
    columns.insert(columns.end(), placed.step.begin(), placed.step.end());
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
  };
  constexpr double kStepEv = 0.1;
  auto first = test(options.centre_shift_ev, options.shift_range_ev, kStepEv);
  if (!first) return first;
  Detection found = *std::move(first);
  const double half = std::ceil(options.shift_range_ev / kStepEv - 1e-9);
  found.shift_ev =
      options.centre_shift_ev + options.shift_range_ev * (static_cast<double>(found.node) / half - 1);
  if (!(found.amplitude > kStrong * found.z_sd)) return found;
  // A strong line shows shifts finer than the grid's, and its step where it stands; what was searched stays.
  auto second = test(found.shift_ev, kStepEv, kStepEv / 10);
  if (!second) return second;
  Detection fine = *std::move(second);
  fine.shift_ev = found.shift_ev + kStepEv * (static_cast<double>(fine.node) / 10 - 1);
  fine.p = found.p;
  fine.found = found.found;
  fine.limit = found.limit;
  return fine;
}

}  // namespace litho
