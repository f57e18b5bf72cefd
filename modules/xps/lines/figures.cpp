#include <algorithm>
#include <cmath>
#include <vector>

#include "modules/xps/lines/kernel.hpp"
#include "modules/xps/lines/shapes.hpp"

namespace litho {
namespace {

constexpr int kSamples = 2001;  // of the window, to bracket the maximum and the half heights
constexpr int kPanels = 400;
constexpr int kHalvings = 60;

/// The line at one energy; its parameters have passed a check.
struct LineAt {
  LineShape shape;
  std::span<const double> p;
  double operator()(double energy_ev) const {
    double value = 0;
    (void)evaluate_line(shape, p, {&energy_ev, 1}, {&value, 1});
    return value;
  }
};

double maximum_between(const LineAt& line, double a, double b) {
  const double golden = 0.5 * (std::sqrt(5.0) - 1);
  double left = b - golden * (b - a), right = a + golden * (b - a);
  double at_left = line(left), at_right = line(right);
  for (int k = 0; k < kHalvings; ++k) {
    if (at_left > at_right) {
      b = right, right = left, at_right = at_left;
      left = b - golden * (b - a), at_left = line(left);
    } else {
      a = left, left = right, at_left = at_right;
      right = a + golden * (b - a), at_right = line(right);
    }
  }
  return 0.5 * (a + b);
}

/// Where the line crosses `level`, above it at `inside` and below at `outside`.
double crossing(const LineAt& line, double level, double inside, double outside) {
  for (int k = 0; k < kHalvings; ++k) {
    const double middle = 0.5 * (inside + outside);
    (line(middle) > level ? inside : outside) = middle;
  }
  return 0.5 * (inside + outside);
}

Result<double> area_between(LineShape shape, std::span<const double> p, double low_ev, double high_ev) {
  std::vector<double> energy, weight;
  // Panel ends follow the centre, at which la has a break.
  std::vector<double> ends{low_ev};
  for (int k = 1; k < kPanels; ++k) ends.push_back(low_ev + (high_ev - low_ev) * k / kPanels);
  if (p[1] > low_ev && p[1] < high_ev) ends.push_back(p[1]);
  ends.push_back(high_ev);
  std::sort(ends.begin(), ends.end());
  ends.erase(std::unique(ends.begin(), ends.end()), ends.end());
  for (std::size_t e = 1; e < ends.size(); ++e)
    for (int k = 0; k < 8; ++k) {
      energy.push_back(0.5 * (ends[e - 1] + ends[e]) + 0.5 * (ends[e] - ends[e - 1]) * kRuleNodes[k]);
      weight.push_back(0.5 * (ends[e] - ends[e - 1]) * kRuleWeights[k]);
    }
  std::vector<double> values(energy.size());
  if (auto status = evaluate_line(shape, p, energy, values); !status) return status.errors();
  double area = 0;
  for (std::size_t i = 0; i < values.size(); ++i) area += weight[i] * values[i];
  return area;
}

}  // namespace

Result<LineFigures> line_figures(LineShape shape, std::span<const double> parameters, double low_ev,
                                 double high_ev) {
  if (!std::isfinite(low_ev) || !std::isfinite(high_ev) || !(low_ev < high_ev))
    return Error{"line.window", "", "the window is empty", "give its lower end first"};
  std::vector<double> energy(kSamples), values(kSamples);
  for (int i = 0; i < kSamples; ++i) energy[i] = low_ev + (high_ev - low_ev) * i / (kSamples - 1);
  if (auto status = evaluate_line(shape, parameters, energy, values); !status) return status.errors();
  if (!(parameters[0] > 0)) return Error{"line.amplitude", "", "the line is not above zero", ""};
  const int top = static_cast<int>(std::max_element(values.begin(), values.end()) - values.begin());
  if (top == 0 || top == kSamples - 1)
    return Error{"line.window", "", "the line has no maximum inside the window", "widen the window"};

  const LineAt line{shape, parameters};
  LineFigures figures;
  figures.maximum_ev = maximum_between(line, energy[top - 1], energy[top + 1]);
  figures.height = line(figures.maximum_ev);
  const double half = 0.5 * figures.height;
  int left = top - 1, right = top + 1;
  while (left > 0 && values[left] > half) --left;
  while (right < kSamples - 1 && values[right] > half) ++right;
  if (values[left] <= half && values[right] <= half)
    figures.fwhm_ev = crossing(line, half, std::min(energy[left + 1], figures.maximum_ev), energy[left]);
  if (figures.fwhm_ev)
    figures.fwhm_ev = crossing(line, half, std::max(energy[right - 1], figures.maximum_ev), energy[right]) -
                      *figures.fwhm_ev;
  auto area = area_between(shape, parameters, low_ev, high_ev);
  if (!area) return area.errors();
  figures.area = *area;
  return figures;
}

}  // namespace litho
