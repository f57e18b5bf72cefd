#include "modules/xps/film_detection/kernel.hpp"

#include <cmath>

#include "modules/xps/backgrounds/kernel.hpp"
#include "modules/xps/film_detection/overlaps.hpp"

namespace litho {
namespace {

/// Amplitude in standard deviations from which the shift is refined.
constexpr double kStrong = 8;
constexpr double kStepEv = 0.1;
/// Other elements' lines are looked for below this share of the bare film; above, chromium is there for
/// certain.
constexpr double kWeak = 0.3;
constexpr double kOverlapShare = 0.1;

class Cr2pSearch {
 public:
  Cr2pSearch(std::span<const double> energy_ev, std::span<const double> counts, const CrTemplate& film,
             const Cr2pOptions& options)
      : energy_(energy_ev),
        counts_(counts),
        film_(film),
        options_(options),
        departures_(smooth_departures(energy_ev, kCr2pDepartureEv)) {}

  Result<Cr2pDetection> run() {
    auto polynomial = legendre_basis(energy_, energy_.front(), energy_.back(), 3);
    if (!polynomial) return polynomial.errors();
    polynomial_ = *std::move(polynomial);
    auto first = search();
    if (!first) return first.errors();
    Cr2pDetection out{*std::move(first), {}};
    if (out.line.amplitude < (film_.shape_variance.empty() ? HUGE_VAL : kWeak)) {
      out.overlap = find_overlap(out.line);
      if (!out.overlap.empty()) {
        auto again = search();
        if (!again) return again.errors();
        out.line = *std::move(again);
      }
    }
    if (!(out.line.amplitude > kStrong * out.line.z_sd)) return out;
    // A strong line shows shifts finer than the grid's, and its step where it stands; what was searched
    // stays.
    auto second = test(out.line.shift_ev, kStepEv, kStepEv / 10, 0);
    if (!second) return second.errors();
    Detection fine = *std::move(second);
    fine.p = out.line.p;
    fine.found = out.line.found;
    fine.limit = out.line.limit;
    out.line = std::move(fine);
    return out;
  }

 private:
  Result<Detection> search() {
    return test(options_.centre_shift_ev, options_.shift_range_ev, kStepEv, options_.shift_u_ev);
  }

  Result<Detection> test(double centre_ev, double range_ev, double step_ev, double u_ev) {
    placed_ = place_template(film_, energy_, centre_ev, range_ev, step_ev, options_.scale, u_ev);
    std::vector<double> columns = polynomial_;
    columns.insert(columns.end(), placed_.step.begin(), placed_.step.end());
    columns.insert(columns.end(), overlap_.begin(), overlap_.end());
    DetectionProblem problem = common();
    problem.background = columns;
    problem.line = &placed_.line;
    problem.shape_variance = placed_.shape_variance;
    auto found = detect_line(problem);
    if (!found) return found;
    Detection out = *std::move(found);
    const double half = std::ceil(range_ev / step_ev - 1e-9);
    out.shift_ev = centre_ev + range_ev * (static_cast<double>(out.node) / half - 1);
    return out;
  }

  DetectionProblem common() const {
    DetectionProblem problem;
    problem.counts = counts_;
    problem.departures = departures_;
    problem.typical_departure = kTypicalDeparture;
    problem.dispersion = options_.dispersion;
    problem.alpha = options_.alpha;
    return problem;
  }

  /// Name of the element's line that the spectrum asks for most, whose columns then belong to the background.
  std::string find_overlap(const Detection& chromium) {
    const std::size_t n = energy_.size();
    std::vector<double> background = polynomial_;
    background.insert(background.end(), placed_.step.begin(), placed_.step.end());
    const auto cr = placed_.line.shapes.begin() + static_cast<std::ptrdiff_t>(chromium.node * 2 * n);
    background.insert(background.end(), cr, cr + static_cast<std::ptrdiff_t>(2 * n));
    DetectionProblem problem = common();
    problem.background = background;
    const double cr_area = chromium.amplitude * film_.area * options_.scale;
    Stranger stranger =
        find_stranger(energy_, problem, kCr2pOverlaps, options_.charge_shift_ev, kOverlapShare * cr_area);
    overlap_ = std::move(stranger.columns);
    return stranger.name;
  }

  std::span<const double> energy_, counts_;
  const CrTemplate& film_;
  const Cr2pOptions& options_;
  std::vector<double> departures_, polynomial_, overlap_;
  PlacedTemplate placed_;
};

}  // namespace

std::vector<double> smooth_departures(std::span<const double> energy_ev, double length_ev) {
  const double spacing_ev = length_ev * 2 / 3;
  // Independent Gaussians exp(-(x/l)^2) at this spacing sum to the variance sqrt(pi/2) l / spacing.
  const double norm = 1 / std::sqrt(std::sqrt(M_PI / 2) * length_ev / spacing_ev);
  std::vector<double> out;
  for (double c = energy_ev.front() - length_ev; c < energy_ev.back() + length_ev + spacing_ev;
       c += spacing_ev)
    for (const double e : energy_ev) out.push_back(norm * std::exp(-std::pow((e - c) / length_ev, 2)));
  return out;
}

Result<Cr2pDetection> detect_cr2p(std::span<const double> energy_ev, std::span<const double> counts,
                                  const CrTemplate& film, const Cr2pOptions& options) {
  const double line_ev = 574.3 + film.shift_ev + options.centre_shift_ev;
  if (energy_ev.size() < 20 || energy_ev.front() > line_ev - 2 || energy_ev.back() < line_ev + 8)
    return Error{"film.window", "", "the region does not hold Cr 2p", "measure from 565 to 600 eV"};
  return Cr2pSearch(energy_ev, counts, film, options).run();
}

}  // namespace litho
