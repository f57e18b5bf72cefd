#include <algorithm>
#include <cmath>

#include "modules/xps/backgrounds/checks.hpp"
#include "modules/xps/backgrounds/kernel.hpp"

namespace litho {
namespace {

constexpr int kMostIterations = 200;
constexpr double kTolerance = 1e-10;  // of the step between the ends

Status check(std::span<const double> energy_ev, std::span<const double> intensity, int end_points) {
  if (auto status = check_energies(energy_ev); !status) return status;
  if (intensity.size() != energy_ev.size())
    return Error{"background.length", "", "intensities and energies differ in length", ""};
  for (std::size_t i = 0; i < intensity.size(); ++i)
    if (!std::isfinite(intensity[i]))
      return Error{"background.energy", "point " + std::to_string(i + 1), "an intensity is not finite", ""};
  if (end_points < 1 || 2 * static_cast<std::size_t>(end_points) > energy_ev.size())
    return Error{"background.end_points", "",
                 std::to_string(end_points) + " points at each end of " + std::to_string(energy_ev.size()),
                 "take at least 1 and at most half of the points"};
  return {};
}

double mean(std::span<const double> values) {
  double sum = 0;
  for (double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

}  // namespace

Result<StaticBackground> linear_background(std::span<const double> energy_ev,
                                           std::span<const double> intensity, int end_points) {
  if (auto status = check(energy_ev, intensity, end_points); !status) return status.errors();
  const auto m = static_cast<std::size_t>(end_points);
  StaticBackground background{{}, mean(intensity.first(m)), mean(intensity.last(m)), 0};
  const double low_ev = mean(energy_ev.first(m)), high_ev = mean(energy_ev.last(m));
  const double slope = (background.high_level - background.low_level) / (high_ev - low_ev);
  for (double energy : energy_ev)
    background.values.push_back(background.low_level + slope * (energy - low_ev));
  return background;
}

Result<StaticBackground> shirley_background(std::span<const double> energy_ev,
                                            std::span<const double> intensity, int end_points) {
  if (auto status = check(energy_ev, intensity, end_points); !status) return status.errors();
  const auto m = static_cast<std::size_t>(end_points);
  const std::size_t n = energy_ev.size();
  StaticBackground background{std::vector<double>(n), mean(intensity.first(m)), mean(intensity.last(m)), 0};
  const double low = background.low_level, step = background.high_level - low;
  std::fill(background.values.begin(), background.values.end(), low);
  if (step == 0) return background;

  std::vector<double> area(n);
  for (int iteration = 1; iteration <= kMostIterations; ++iteration) {
    for (std::size_t i = 1; i < n; ++i)
      area[i] = area[i - 1] +
                0.5 * (energy_ev[i] - energy_ev[i - 1]) *
                    (intensity[i] - background.values[i] + intensity[i - 1] - background.values[i - 1]);
    if (!(area[n - 1] > 0))
      return Error{"background.no_signal", "", "no intensity above the Shirley background",
                   "use a window with a peak between its ends, or a linear background"};
    double moved = 0;
    for (std::size_t i = 0; i < n; ++i) {
      const double next = low + step * area[i] / area[n - 1];
      moved = std::max(moved, std::abs(next - background.values[i]));
      background.values[i] = next;
    }
    background.iterations = iteration;
    if (moved <= kTolerance * std::abs(step)) return background;
  }
  return Error{"background.not_converged", "",
               "the Shirley background still moves after " + std::to_string(kMostIterations) + " iterations",
               "average more end points, move the window, or fit the background with the lines"};
}

Result<StaticBackground> tougaard_background(std::span<const double> energy_ev,
                                             std::span<const double> intensity, int end_points,
                                             const TougaardLoss& loss) {
  if (auto status = check(energy_ev, intensity, end_points); !status) return status.errors();
  if (auto status = check_loss(loss); !status) return status.errors();
  const auto m = static_cast<std::size_t>(end_points);
  const std::size_t n = energy_ev.size();
  StaticBackground background{std::vector<double>(n), mean(intensity.first(m)), mean(intensity.last(m)), 0,
                              loss.b_ev2};
  const double low = background.low_level;
  for (std::size_t i = 1; i < n; ++i)
    for (std::size_t j = 0; j < i; ++j) {
      const double t = energy_ev[i] - energy_ev[j];
      if (t <= loss.gap_ev) continue;
      const double weight = 0.5 * (energy_ev[j + 1] - (j > 0 ? energy_ev[j - 1] : energy_ev[0]));
      const double base = loss.c_ev2 + loss.c_prime * t * t;
      background.values[i] += weight * (intensity[j] - low) * t / (base * base + loss.d_ev2 * t * t);
    }
  if (background.b_ev2 == 0) {
    const double reached = mean(std::span<const double>(background.values).last(m));
    background.b_ev2 = (background.high_level - low) / reached;
    if (!(reached != 0) || !(background.b_ev2 >= 0))
      return Error{"background.no_signal", "", "no Tougaard background joins the two ends of the window",
                   "the upper end has to lie above the lower one: state b_ev2, or widen the window"};
  }
  for (double& value : background.values) value = low + background.b_ev2 * value;
  return background;
}

}  // namespace litho
