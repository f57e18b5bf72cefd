#include "tools/evaluate/statistics.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "pipeline/core/rng.hpp"

namespace litho::evaluate {

Estimate rate(std::size_t hits, std::size_t count) {
  if (count == 0) return {};
  const double z = 1.959963984540054, n = static_cast<double>(count), p = static_cast<double>(hits) / n;
  const double centre = p + z * z / (2 * n), half = z * std::sqrt(p * (1 - p) / n + z * z / (4 * n * n));
  const double scale = 1 + z * z / n;
  // At the ends the bound is exact; rounding must not push it past.
  return {p, hits == 0 ? 0 : (centre - half) / scale, hits == count ? 1 : (centre + half) / scale};
}

double quantile(std::vector<double> values, double q) {
  if (values.empty()) return kNotMeasured;
  std::ranges::sort(values);
  const double x = q * static_cast<double>(values.size() - 1);
  const auto i = static_cast<std::size_t>(x);
  if (i + 1 >= values.size()) return values.back();
  const double t = x - static_cast<double>(i);
  return values[i] * (1 - t) + values[i + 1] * t;
}

double mean(const std::vector<double>& values) {
  if (values.empty()) return kNotMeasured;
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

Estimate bootstrap(std::size_t n, const std::function<double(const std::vector<std::size_t>&)>& statistic,
                   const std::string& stream) {
  if (n == 0) return {};
  std::vector<std::size_t> sample(n);
  std::iota(sample.begin(), sample.end(), std::size_t{0});
  Estimate estimate{statistic(sample)};
  if (n < 5) return estimate;
  RandomStream random(0, "evaluate/" + stream);
  std::vector<double> replicas;
  for (int k = 0; k < 1000; ++k) {
    for (std::size_t& i : sample) i = random.below(static_cast<std::uint32_t>(n));
    if (const double value = statistic(sample); std::isfinite(value)) replicas.push_back(value);
  }
  if (replicas.size() < 100) return estimate;
  estimate.lo = quantile(replicas, 0.025);
  estimate.hi = quantile(replicas, 0.975);
  return estimate;
}

Estimate bootstrap(const std::vector<double>& values,
                   const std::function<double(const std::vector<double>&)>& statistic,
                   const std::string& stream) {
  std::vector<double> drawn(values.size());
  return bootstrap(
      values.size(),
      [&](const std::vector<std::size_t>& sample) {
        std::ranges::transform(sample, drawn.begin(), [&](std::size_t i) { return values[i]; });
        return statistic(drawn);
      },
      stream);
}

}  // namespace litho::evaluate
