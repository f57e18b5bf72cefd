#include <Eigen/LU>
#include <algorithm>
#include <cmath>
#include <optional>

#include "modules/xps/noise/checks.hpp"
#include "modules/xps/noise/kernel.hpp"
#include "modules/xps/noise/local_polynomial.hpp"

namespace litho {
namespace {

constexpr int kDegree = 5;

/// Residuals over their Poisson standard deviations, and which of them can be trusted.
struct Residuals {
  std::vector<double> filter;
  std::vector<double> z;
  std::vector<bool> kept;
  double dispersion = 0;
  double degrees_of_freedom = 0;
  double kept_fraction = 0;
};

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

/// Means at every point: the local polynomial, kept off zero by the mean of its neighbourhood.
std::vector<double> local_means(std::span<const double> counts, std::span<const double> filter) {
  const std::vector<double> left_over = convolve_inside(counts, filter);
  const std::size_t half = filter.size() / 2, n = counts.size();
  std::vector<double> means(n);
  for (std::size_t i = 0; i < n; ++i) {
    const std::size_t inside = std::clamp(i, half, n - 1 - half);
    double around = 0;
    for (std::size_t j = inside - half; j <= inside + half; ++j) around += counts[j];
    around /= static_cast<double>(filter.size());
    const double smooth = i == inside ? counts[i] - left_over[i - half] : around;
    means[i] = std::max(smooth, 0.25 * around);
  }
  return means;
}

/// Points where the lines are too sharp for the window: there the filter finds something in its own smooth
/// curve, more than noise can leave in it.
std::vector<bool> too_sharp(std::span<const double> counts, std::span<const double> means,
                            std::span<const double> filter) {
  std::vector<double> smoothing(filter.begin(), filter.end());
  for (double& f : smoothing) f = -f;
  smoothing[filter.size() / 2] += 1;
  std::vector<double> twice(2 * filter.size() - 1, 0.0);
  for (std::size_t i = 0; i < filter.size(); ++i)
    for (std::size_t j = 0; j < filter.size(); ++j) twice[i + j] += filter[i] * smoothing[j];
  std::vector<double> squared;
  for (const double f : twice) squared.push_back(f * f);
  const std::vector<double> found = convolve_inside(counts, twice),
                            variance = convolve_inside(means, squared);
  const std::size_t half = filter.size() / 2, places = counts.size() - filter.size() + 1;
  std::vector<bool> sharp(places, false);
  constexpr double kSure = 4;
  for (std::size_t i = 0; i < found.size(); ++i)
    if (found[i] * found[i] > kSure * kSure * variance[i])  // found[i] belongs to place i + half
      for (std::size_t j = i; j <= std::min(places - 1, i + 2 * half); ++j) sharp[j] = true;
  return sharp;
}

std::optional<Residuals> residuals_of(std::span<const double> counts, int half_width) {
  Residuals r;
  r.filter = residual_filter(half_width, kDegree);
  std::vector<double> squared_filter, flat(r.filter.size(), 1 / static_cast<double>(r.filter.size()));
  for (const double f : r.filter) squared_filter.push_back(f * f);
  const std::vector<double> means = local_means(counts, r.filter);
  const std::vector<double> left_over = convolve_inside(counts, r.filter),
                            around = convolve_inside(counts, flat),
                            variance = convolve_inside(means, squared_filter),
                            unbiased_variance = convolve_inside(counts, squared_filter);
  r.kept = too_sharp(counts, means, r.filter);
  std::vector<double> magnitudes;
  for (std::size_t i = 0; i < left_over.size(); ++i) {
    const bool counted = variance[i] > 0 && around[i] > 0;
    r.z.push_back(counted ? left_over[i] / std::sqrt(variance[i]) : 0);
    r.kept[i] = counted && !r.kept[i];
    if (r.kept[i]) magnitudes.push_back(std::abs(r.z[i]));
  }
  constexpr std::size_t kFewest = 16;
  if (magnitudes.size() < kFewest) return std::nullopt;
  // A first scale that glitches cannot spoil; then all points but those far outside, with their neighbours.
  // Sums of squares over sums of variances: a mean of ratios is biased where few are counted.
  constexpr double kMedianOfNormal = 0.674490, kOut = 4;
  double scale = std::max(median(magnitudes) / kMedianOfNormal, 1e-6), used = 0;
  const std::vector<bool> smooth = r.kept;
  const std::size_t reach = static_cast<std::size_t>(half_width) / 2;
  for (int round = 0; round < 6; ++round) {
    r.kept = smooth;
    for (std::size_t i = 0; i < r.z.size(); ++i)
      if (smooth[i] && std::abs(r.z[i]) > kOut * scale)
        for (std::size_t j = i - std::min(i, reach); j <= std::min(r.z.size() - 1, i + reach); ++j)
          r.kept[j] = false;
    double squares = 0, expected = 0;
    used = 0;
    for (std::size_t i = 0; i < r.z.size(); ++i) {
      if (!r.kept[i]) continue;
      squares += left_over[i] * left_over[i] / around[i];
      expected += unbiased_variance[i] / around[i];
      used += 1;
    }
    if (used < kFewest || !(squares > 0 && expected > 0)) return std::nullopt;
    const double next = std::sqrt(squares / expected);
    if (next == scale) break;
    scale = next;
  }
  r.dispersion = scale * scale;
  r.kept_fraction = used / static_cast<double>(r.z.size());
  const double norm = autocorrelation(r.filter, 0);
  double overlap = 1;  // how much less than `used` independent numbers there are
  for (std::size_t lag = 1; lag < r.filter.size(); ++lag) {
    const double rho = autocorrelation(r.filter, lag) / norm;
    overlap += 2 * rho * rho;
  }
  r.degrees_of_freedom = used / overlap;
  return r;
}

/// Covariances of the noise at lags 0, 1, 2 (in units of the mean) that give the residuals' covariances.
struct NoiseCovariance {
  Eigen::Vector3d at;
  double u_correlation;       ///< of at[1] / at[0] where the noise is white
  double degrees_of_freedom;  ///< that at[0] is known with
};

std::optional<NoiseCovariance> covariance_of_noise(const Residuals& r) {
  const double norm = autocorrelation(r.filter, 0);
  const int reach = static_cast<int>(r.filter.size());
  std::vector<double> rho;  // of the residuals of white noise
  for (int lag = 0; lag < reach; ++lag)
    rho.push_back(autocorrelation(r.filter, static_cast<std::size_t>(lag)) / norm);
  const auto g = [&](int lag) {
    const int size = std::abs(lag);
    return size < reach ? rho[static_cast<std::size_t>(size)] : 0.0;
  };
  Eigen::Vector3d observed;
  Eigen::Matrix3d matrix, scatter;
  for (int m = 0; m < 3; ++m) {
    double sum = 0, pairs = 0;
    for (std::size_t i = 0; i + static_cast<std::size_t>(m) < r.z.size(); ++i)
      if (const std::size_t j = i + static_cast<std::size_t>(m); r.kept[i] && r.kept[j])
        sum += r.z[i] * r.z[j], pairs += 1;
    if (pairs == 0) return std::nullopt;
    observed[m] = sum / pairs;
    for (int k = 0; k < 3; ++k) {
      matrix(m, k) = k == 0 ? g(m) : g(m - k) + g(m + k);
      double overlap = 0;  // Bartlett's formula
      for (int l = -reach; l <= reach; ++l) overlap += g(l) * g(l + k - m) + g(l + k) * g(l - m);
      scatter(m, k) = overlap / pairs;
    }
  }
  const Eigen::FullPivLU<Eigen::Matrix3d> lu(matrix);
  if (!lu.isInvertible()) return std::nullopt;
  const Eigen::Matrix3d inverse = lu.inverse();
  const Eigen::Matrix3d spread = inverse * scatter * inverse.transpose();
  return NoiseCovariance{inverse * observed, std::sqrt(spread(1, 1)), 2 / spread(0, 0)};
}

}  // namespace

Result<NoiseModel> noise_from_residuals(std::span<const double> counts) {
  constexpr std::size_t kFewest = 40;
  if (counts.size() < kFewest)
    return Error{"noise.too_few_points", "",
                 std::to_string(counts.size()) + " points do not tell their noise, at least 40 are needed",
                 "give single scans, or pool spectra of the same detector"};
  if (noise::any_negative(counts)) return noise::negative();
  // Wider windows than the middle one gain little: 250 points give the dispersion to 11 %, at best to 10 %.
  constexpr int kNarrow = 5, kMiddle = 7, kWide = 9;
  const auto narrow = residuals_of(counts, kNarrow), middle = residuals_of(counts, kMiddle);
  if (!narrow) return noise::no_counts();
  const auto scatter = [](const Residuals& r) {
    return 2 * r.dispersion * r.dispersion / r.degrees_of_freedom;
  };
  constexpr double kSharp = 3;  // lines too sharp for the middle window raise its estimate
  const bool too_wide =
      !middle || middle->dispersion >
                     narrow->dispersion + kSharp * std::sqrt(std::abs(scatter(*narrow) - scatter(*middle)));
  const Residuals& chosen = too_wide ? *narrow : *middle;
  NoiseModel model;
  model.dispersion = model.area_dispersion = chosen.dispersion;
  model.degrees_of_freedom = chosen.degrees_of_freedom;
  model.kept_fraction = chosen.kept_fraction;
  // Correlation shows in wide windows only; what is left of the lines there looks like it, hence the wide
  // margin.
  const auto wide = residuals_of(counts, kWide);
  const auto covariance = wide ? covariance_of_noise(*wide) : std::nullopt;
  if (covariance && covariance->at[0] > 0) {
    model.correlation = covariance->at[1] / covariance->at[0];
    model.u_correlation = covariance->u_correlation;
    constexpr double kSure = 4, kMatters = 0.15;
    if (std::abs(model.correlation) > std::max(kMatters, kSure * model.u_correlation)) {
      model.dispersion = covariance->at[0];
      model.degrees_of_freedom = covariance->degrees_of_freedom;
      model.area_dispersion = std::max(covariance->at.dot(Eigen::Vector3d(1, 2, 2)), 0.0);
      model.flags.push_back("noise.correlated");
    }
  }
  noise::finish(model);
  return model;
}

}  // namespace litho
