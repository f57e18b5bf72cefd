#include "modules/xps/energy/kernel.hpp"

#include <Eigen/Cholesky>
#include <algorithm>
#include <cmath>

#include "calibration/xps/lines.hpp"
#include "modules/xps/energy/window.hpp"
#include "pipeline/core/number.hpp"
#include "pipeline/core/text.hpp"

namespace litho {

Result<EnergyWindow> window_of(const EnergySpectrum& spectrum, double lowest_ev, double highest_ev,
                               std::size_t fewest) {
  const auto& energy = spectrum.binding_ev;
  if (energy.size() != spectrum.counts.size() || energy.empty())
    return Error{"energy.length", "", "energies and counts differ in length, or there are none", ""};
  EnergyWindow window;
  const bool rising = energy.front() < energy.back();
  for (std::size_t k = 0; k < energy.size(); ++k) {
    const std::size_t i = rising ? k : energy.size() - 1 - k;
    if (energy[i] < lowest_ev || energy[i] > highest_ev) continue;
    window.energy_ev.push_back(energy[i]);
    window.counts.push_back(spectrum.counts[i]);
  }
  if (window.size() < fewest)
    return Error{"energy.no_region", "",
                 std::to_string(window.size()) + " points lie between " + format_double(lowest_ev) + " and " +
                     format_double(highest_ev) + " eV, at least " + std::to_string(fewest) + " are needed",
                 "measure the region, or state the charge shift"};
  return window;
}

Result<LineTop> line_top(const EnergySpectrum& spectrum, double lowest_ev, double highest_ev) {
  constexpr std::size_t kFewest = 7, kSmoothing = 2;
  const auto window = window_of(spectrum, lowest_ev, highest_ev, kFewest);
  if (!window) return window.errors();
  const auto& counts = window->counts;
  const std::size_t n = counts.size();
  std::vector<double> smooth(n);
  for (std::size_t i = 0; i < n; ++i) {
    const std::size_t from = i - std::min(i, kSmoothing), to = std::min(n - 1, i + kSmoothing);
    for (std::size_t j = from; j <= to; ++j) smooth[i] += counts[j] / static_cast<double>(to - from + 1);
  }
  const auto top = static_cast<std::size_t>(std::ranges::max_element(smooth) - smooth.begin());
  const double base = std::min(smooth.front(), smooth.back());
  const double height = smooth[top] - base;
  constexpr double kSure = 5, kTop = 0.85;
  const double sigma = std::sqrt(std::max(spectrum.dispersion * smooth[top], 1e-12) / (2 * kSmoothing + 1));
  if (top < kSmoothing || top + kSmoothing >= n || height < kSure * sigma)
    return Error{"energy.no_line", "",
                 "no line stands out between " + format_double(lowest_ev) + " and " +
                     format_double(highest_ev) + " eV",
                 "use another reference, or state the charge shift"};
  std::size_t from = top, to = top;
  while (from > 0 && smooth[from - 1] > base + kTop * height) --from;
  while (to + 1 < n && smooth[to + 1] > base + kTop * height) ++to;
  from = std::min(from, top - kSmoothing);
  to = std::max(to, top + kSmoothing);
  // counts = a + b x + c x^2 about the top, weighted by the noise.
  Eigen::Matrix3d normal = Eigen::Matrix3d::Zero();
  Eigen::Vector3d right = Eigen::Vector3d::Zero();
  const double origin = window->energy_ev[top];
  for (std::size_t i = from; i <= to; ++i) {
    const double x = window->energy_ev[i] - origin;
    const Eigen::Vector3d row(1, x, x * x);
    const double weight = 1 / std::max(spectrum.dispersion * smooth[i], 1e-12);
    normal += weight * row * row.transpose();
    right += weight * counts[i] * row;
  }
  const Eigen::LDLT<Eigen::Matrix3d> solver(normal);
  const Eigen::Vector3d p = solver.solve(right);
  const double x = -p[1] / (2 * p[2]);
  if (!(p[2] < 0) || origin + x < window->energy_ev[from] || origin + x > window->energy_ev[to])
    return Error{"energy.no_line", "", "the highest points are no top of a line", "state the charge shift"};
  const Eigen::Vector3d slope(0, -1 / (2 * p[2]), p[1] / (2 * p[2] * p[2]));
  return LineTop{origin + x, std::sqrt(slope.dot(solver.solve(slope)))};
}

Result<ChargeShift> charge_shift_from_metal(const EnergySpectrum& spectrum, std::string_view line) {
  const std::string element(line.substr(0, line.find(' ')));
  const auto known = find_line(element, line);
  if (!known) return known.errors();
  constexpr double kReach = 8, kAboveAu = 2.5;  // 4f5/2 of gold lies 3.67 eV above 4f7/2
  double low = known->energy_ev - kReach, high = known->energy_ev + kReach;
  auto top = line_top(spectrum, low, high);
  if (top) {  // the higher of two lines may be the doublet's other one: look once more around the found place
    low = top->energy_ev - kAboveAu;
    high = top->energy_ev + kAboveAu;
    top = line_top(spectrum, low, high);
  }
  if (!top) return top.errors();
  ChargeShift shift;
  shift.measured_ev = top->energy_ev;
  shift.u_fit_ev = top->u_ev;
  shift.true_ev = known->energy_ev;
  shift.shift_ev = shift.measured_ev - shift.true_ev;
  shift.u_ev = std::hypot(shift.u_fit_ev, known->u_ev);
  shift.reference = std::string(line) + " " + format_double(known->energy_ev);
  return shift;
}

Result<ChargeShift> stated_charge_shift(double shift_ev, double u_ev) {
  if (!std::isfinite(shift_ev) || !(u_ev >= 0) || !std::isfinite(u_ev))
    return Error{"energy.not_finite", "", "the charge shift and its uncertainty have to be numbers", ""};
  ChargeShift shift;
  shift.shift_ev = shift_ev;
  shift.u_ev = u_ev;
  shift.reference = "stated";
  return shift;
}

std::optional<ScaleCheck> scale_check(const Spectrum& spectrum) {
  constexpr std::string_view kKey = "Calibration Energy Scale";
  struct Name {
    std::string_view in_file, element, line;
  };
  constexpr Name kNames[]{{"Au4f", "Au", "Au 4f7/2"}, {"Ag3d", "Ag", "Ag 3d5/2"}, {"Cu2p", "Cu", "Cu 2p3/2"}};
  for (const std::string_view text : split_lines(spectrum.data().comments)) {
    if (!starts_with_nocase(text, kKey)) continue;
    const auto equals = text.find('=');
    if (equals == std::string_view::npos) continue;
    ScaleCheck check;
    for (const std::string_view part : split(text.substr(equals + 1), ',')) {
      const auto at = part.find('=');
      if (at == std::string_view::npos) {
        check.when += (check.when.empty() ? "" : ",") + std::string(check.when.empty() ? trim(part) : part);
        continue;
      }
      std::string_view value = trim(part.substr(at + 1));
      if (value.ends_with("eV")) value = trim(value.substr(0, value.size() - 2));
      const auto found = parse_double(value);
      for (const Name& name : kNames)
        if (const auto known = find_line(name.element, name.line);
            found && known && trim(part.substr(0, at)) == name.in_file)
          check.lines.push_back({std::string(name.line), known->energy_ev, *found});
    }
    if (check.lines.empty()) return std::nullopt;
    double mean_x = 0, mean_y = 0, xx = 0, xy = 0;
    const double n = static_cast<double>(check.lines.size());
    for (const auto& line : check.lines) {
      const double error = line.found_ev - line.reference_ev;
      check.worst_ev = std::max(check.worst_ev, std::abs(error));
      mean_x += line.reference_ev / n;
      mean_y += error / n;
    }
    for (const auto& line : check.lines) {
      xx += (line.reference_ev - mean_x) * (line.reference_ev - mean_x);
      xy += (line.reference_ev - mean_x) * (line.found_ev - line.reference_ev - mean_y);
    }
    check.gain = xx > 0 ? xy / xx : 0;
    check.offset_ev = mean_y - check.gain * mean_x;
    return check;
  }
  return std::nullopt;
}

}  // namespace litho
