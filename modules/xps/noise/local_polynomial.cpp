#include "modules/xps/noise/local_polynomial.hpp"

namespace litho {

std::vector<double> residual_filter(int half_width, int degree) {
  const int n = 2 * half_width + 1;
  const auto at = [&](int x) { return static_cast<std::size_t>(x + half_width); };
  std::vector<double> filter(static_cast<std::size_t>(n), 0.0);
  filter[at(0)] = 1;
  // Discrete orthogonal polynomials by their three-term recurrence; odd ones vanish in the middle.
  std::vector<double> before(filter.size(), 0.0), now(filter.size(), 1.0), next(filter.size());
  double norm_before = 1, norm = n;
  for (int k = 0;; ++k) {
    for (int x = -half_width; x <= half_width; ++x) filter[at(x)] -= now[at(0)] * now[at(x)] / norm;
    if (k == degree) return filter;
    const double weight = k == 0 ? 0 : norm / norm_before;
    double next_norm = 0;
    for (int x = -half_width; x <= half_width; ++x) {
      const double scaled = static_cast<double>(x) / half_width;
      next[at(x)] = scaled * now[at(x)] - weight * before[at(x)];
      next_norm += next[at(x)] * next[at(x)];
    }
    norm_before = norm;
    norm = next_norm;
    before.swap(now);
    now.swap(next);
  }
}

double autocorrelation(std::span<const double> filter, std::size_t lag) {
  double sum = 0;
  for (std::size_t k = 0; k + lag < filter.size(); ++k) sum += filter[k] * filter[k + lag];
  return sum;
}

std::vector<double> convolve_inside(std::span<const double> values, std::span<const double> filter) {
  std::vector<double> out;
  for (std::size_t i = 0; i + filter.size() <= values.size(); ++i) {
    double sum = 0;
    for (std::size_t j = 0; j < filter.size(); ++j) sum += filter[j] * values[i + j];
    out.push_back(sum);
  }
  return out;
}

}  // namespace litho
