#include <algorithm>
#include <cmath>

#include "modules/xps/backgrounds/kernel.hpp"
#include "modules/xps/energy/kernel.hpp"
#include "modules/xps/energy/window.hpp"
#include "modules/xps/least_squares/kernel.hpp"
#include "modules/xps/lines/kernel.hpp"
#include "pipeline/core/number.hpp"

namespace litho {
namespace {

// Parameters of the model.
enum : std::size_t {
  kCentre,
  kWidth,
  kWidthOxidised,
  kMixing,
  kAreas,                   // four of them
  kDistances = kAreas + 4,  // of the last three from the first
  kStep = kDistances + 3,
  kLevel,
  kSlope,
  kParameters
};
constexpr std::size_t kLines = 4;
struct Distance {
  double lowest, start, highest;
};
// C-O, O-C=O, carbonate from hydrocarbon; they do not meet.
constexpr Distance kFromHydrocarbon[]{{1.2, 1.5, 2.0}, {3.4, 3.8, 4.3}, {4.7, 5.1, 5.8}};

/// Four lines over a Shirley step and a line.
class C1sModel {
 public:
  explicit C1sModel(const std::vector<double>& energy_ev)
      : energy_(energy_ev), legendre_(*legendre_basis(energy_ev, energy_ev.front(), energy_ev.back(), 1)) {}

  bool operator()(std::span<const double> p, std::span<double> values, std::span<double> jacobian) const {
    const std::size_t n = energy_.size();
    std::vector<double> signal(n), by(n * kStep), one(n), own(4 * n);
    for (std::size_t line = 0; line < kLines; ++line) {
      const std::size_t width = line == 0 ? kWidth : kWidthOxidised;
      const double distance = line == 0 ? 0 : p[kDistances + line - 1];
      const double shape[]{p[kAreas + line], p[kCentre] + distance, p[width], p[kMixing]};
      if (!evaluate_line(LineShape::gl_sum, shape, energy_, one, own)) return false;
      for (std::size_t i = 0; i < n; ++i) {
        signal[i] += one[i];
        by[(kAreas + line) * n + i] += own[i];
        by[kCentre * n + i] += own[n + i];
        if (line > 0) by[(kDistances + line - 1) * n + i] += own[n + i];
        by[width * n + i] += own[2 * n + i];
        by[kMixing * n + i] += own[3 * n + i];
      }
    }
    const auto step = active_shirley(energy_, {signal, by}, p[kStep]);
    if (!step) return false;
    for (std::size_t i = 0; i < n; ++i)
      values[i] = signal[i] + step->values[i] + p[kLevel] * legendre_[i] + p[kSlope] * legendre_[n + i];
    if (jacobian.empty()) return true;
    for (std::size_t k = 0; k < kStep * n; ++k) jacobian[k] = by[k] + step->jacobian[k];
    for (std::size_t i = 0; i < n; ++i) {
      jacobian[kStep * n + i] = step->jacobian[kStep * n + i];
      jacobian[kLevel * n + i] = legendre_[i];
      jacobian[kSlope * n + i] = legendre_[n + i];
    }
    return true;
  }

 private:
  std::vector<double> energy_;
  std::vector<double> legendre_;
};

/// One reading of the spectrum: which line is the hydrocarbon's.
struct Reading {
  double centre = 0, u_centre = 0, area = 0, u_area = 0, largest_area = 0;
  double cost = 0;       ///< deviance with the penalty of BIC
  double per_point = 0;  ///< deviance over degrees of freedom
};

/// `with_c_o` false leaves the C-O line out: where it cannot be told from the hydrocarbon's, the simpler
/// model wins.
std::optional<Reading> read_with(const EnergyWindow& window, double dispersion, double centre,
                                 bool with_c_o) {
  const double width = window.energy_ev.back() - window.energy_ev.front();
  const double low = *std::ranges::min_element(window.counts),
               high = *std::ranges::max_element(window.counts);
  const double height = std::max(high - low, 1.0), most = 20 * height * width;
  FitProblem problem;
  problem.observed = window.counts;
  problem.dispersion = dispersion;
  problem.model = C1sModel(window.energy_ev);
  problem.most_iterations = 200;
  auto& p = problem.parameters;
  p.resize(kParameters);
  constexpr double kReach = 0.8;
  p[kCentre] = {"centre", centre, centre - kReach, centre + kReach};
  p[kWidth] = {"width", 1.4, 0.6, 2.6};
  p[kWidthOxidised] = {"width oxidised", 1.5, 0.6, 2.6};
  p[kMixing] = {"mixing", 0.2, 0, 0.8};
  for (std::size_t line = 0; line < kLines; ++line)
    p[kAreas + line] = {"area " + std::to_string(line), (line == 0 ? 0.5 : 0.1) * height, 0, most};
  for (std::size_t d = 0; d < kLines - 1; ++d)
    p[kDistances + d] = {"distance " + std::to_string(d), kFromHydrocarbon[d].start,
                         kFromHydrocarbon[d].lowest, kFromHydrocarbon[d].highest};
  if (!with_c_o) {
    p[kAreas + 1].start = 0;
    p[kAreas + 1].fixed = p[kDistances].fixed = true;
  }
  p[kStep] = {"step", 0.01, 0, 1};
  p[kLevel] = {"level", std::max(low, 1.0), 1e-3, high + 1};
  p[kSlope] = {"slope", 0, -high - 1, high + 1};
  const auto result = fit(problem);
  if (!result) return std::nullopt;
  Reading reading;
  const auto& centre_fit = result->parameters[kCentre];
  const auto& area = result->parameters[kAreas];
  if (!centre_fit.standard_error || !area.standard_error) return std::nullopt;
  reading.centre = centre_fit.value;
  reading.u_centre = *centre_fit.standard_error;
  reading.area = area.value;
  reading.u_area = *area.standard_error;
  for (std::size_t line = 0; line < kLines; ++line)
    reading.largest_area = std::max(reading.largest_area, result->parameters[kAreas + line].value);
  const double free_parameters = static_cast<double>(kParameters) - (with_c_o ? 0 : 2);
  reading.cost =
      result->objective / dispersion + free_parameters * std::log(static_cast<double>(window.size()));
  reading.per_point = result->objective / dispersion / std::max(1, result->degrees_of_freedom);
  return reading;
}

}  // namespace

Result<ChargeShift> charge_shift_from_c1s(const EnergySpectrum& spectrum, const C1sOptions& options) {
  constexpr std::size_t kFewest = 30;
  constexpr double kBelow = 4.5, kAbove = 8.5;
  const auto top = line_top(spectrum, options.lowest_ev, options.highest_ev);
  if (!top) return top.errors();
  // The maximum may be any of the four lines; each reading is fitted over the same points.
  const double highest_first = top->energy_ev - kFromHydrocarbon[2].start;
  const auto window = window_of(spectrum, std::max(options.lowest_ev, highest_first - kBelow),
                                std::min(options.highest_ev, top->energy_ev + kAbove), kFewest);
  if (!window) return window.errors();
  constexpr double kSure = 4, kLeastShare = 0.02;
  std::vector<Reading> readings;
  for (const double distance :
       {0.0, kFromHydrocarbon[0].start, kFromHydrocarbon[1].start, kFromHydrocarbon[2].start})
    for (const bool with_c_o : {false, true})
      if (const auto reading = read_with(*window, spectrum.dispersion, top->energy_ev - distance, with_c_o);
          reading && reading->area > kSure * reading->u_area &&
          reading->area > kLeastShare * reading->largest_area)
        readings.push_back(*reading);
  if (readings.empty())
    return Error{"energy.no_fit", "", "no reading of C 1s has a significant hydrocarbon component",
                 "use another reference, or state the charge shift"};
  std::ranges::stable_sort(readings, {}, &Reading::cost);
  const Reading& best = readings.front();
  ChargeShift shift;
  shift.measured_ev = best.centre;
  shift.true_ev = options.true_ev;
  shift.shift_ev = best.centre - options.true_ev;
  shift.reference = "C 1s " + format_double(options.true_ev);
  constexpr double kAsGood = 9, kElsewhere = 0.5, kTooHigh = 2.5, kPoor = 3;
  double disagreement = 0;
  for (const Reading& other : readings) {
    if (other.cost > best.cost + kAsGood) break;
    const double distance = std::abs(other.centre - best.centre);
    if (distance > kElsewhere && !shift.other_shift_ev) {
      shift.other_shift_ev = other.centre - options.true_ev;
      shift.flags.push_back("energy.ambiguous");
    } else if (distance <= kElsewhere) {
      disagreement = std::max(disagreement, distance / 2);
    }
  }
  shift.u_fit_ev = std::hypot(best.u_centre, disagreement);
  shift.u_ev = std::hypot(shift.u_fit_ev, options.u_true_ev);
  if (shift.shift_ev > kTooHigh && best.area >= best.largest_area)
    shift.flags.push_back("energy.carbonate_possible");
  if (best.per_point > kPoor) shift.flags.push_back("energy.poor_fit");
  return shift;
}

}  // namespace litho
