#include "modules/xps/film_detection/overlaps.hpp"

#include <cmath>

namespace litho {

double gaussian(double energy_ev, double centre_ev, double fwhm_ev) {
  return std::sqrt(4 * std::log(2) / M_PI) / fwhm_ev *
         std::exp(-4 * std::log(2) * std::pow((energy_ev - centre_ev) / fwhm_ev, 2));
}

Stranger find_stranger(std::span<const double> energy_ev, const DetectionProblem& problem,
                       std::span<const OverlappingLine> lines, double charge_shift_ev, double least_area) {
  constexpr double kHighestP = 1e-4;
  /// A line so far outside still reaches in.
  constexpr double kOutsideEv = 2;
  constexpr std::array kOffsets{-1.0, -0.5, 0.0, 0.5, 1.0};
  const std::size_t n = energy_ev.size();
  Stranger out;
  double lowest = kHighestP;
  for (const OverlappingLine& line : lines) {
    std::vector<double> places;
    for (const double at : line.energy_ev)
      if (at > 0 && at + charge_shift_ev > energy_ev.front() - kOutsideEv &&
          at + charge_shift_ev < energy_ev.back() + kOutsideEv)
        places.push_back(at + charge_shift_ev);
    if (places.empty()) continue;
    LineFamily family;
    family.rows = kOffsets.size() * line.fwhm_ev.size();
    family.nominal = family.rows / 2;
    family.parts = places.size();
    family.mix.assign(places.size(), 1.0 / static_cast<double>(places.size()));
    for (const double fwhm : line.fwhm_ev)
      for (const double offset : kOffsets)
        for (const double place : places)
          for (const double e : energy_ev)
            family.shapes.push_back(gaussian(e, place + offset * line.offset_ev, fwhm));
    DetectionProblem asked = problem;
    asked.line = &family;
    const auto found = detect_line(asked);
    if (!found || !(found->p < lowest) || !(found->amplitude > least_area)) continue;
    lowest = found->p;
    out.name = line.name;
    out.area = found->amplitude;
    const auto first = family.shapes.begin() + static_cast<std::ptrdiff_t>(found->node * family.parts * n);
    out.columns.assign(first, first + static_cast<std::ptrdiff_t>(family.parts * n));
    // Wings beyond the Gaussian's.
    const double wide = 1.8 * line.fwhm_ev[found->node / kOffsets.size()],
                 offset = line.offset_ev * kOffsets[found->node % kOffsets.size()];
    for (const double place : places)
      for (const double e : energy_ev) out.columns.push_back(gaussian(e, place + offset, wide));
  }
  return out;
}

}  // namespace litho
