#include "modules/xps/noise/kernel.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "modules/xps/noise/checks.hpp"

namespace litho {
using noise::any_negative, noise::chi_square_ratio, noise::negative, noise::no_counts;

Result<NoiseModel> noise_from_replicates(std::span<const std::vector<double>> scans) {
  if (scans.size() < 2)
    return Error{"noise.too_few_scans", "", "the scatter between scans needs at least 2 of them", ""};
  const std::size_t points = scans[0].size(), count = scans.size();
  double total = 0;
  std::vector<double> by_point(points, 0.0), by_scan;
  for (const auto& scan : scans) {
    if (scan.size() != points) return Error{"noise.length", "", "scans differ in length", ""};
    if (any_negative(scan)) return negative();
    by_scan.push_back(std::accumulate(scan.begin(), scan.end(), 0.0));
    total += by_scan.back();
    for (std::size_t i = 0; i < points; ++i) by_point[i] += scan[i];
  }
  if (!(total > 0)) return no_counts();
  std::vector<double> statistic(points, 0.0);  // chi-square of each point, scans - 1 degrees of freedom
  for (std::size_t k = 0; k < count; ++k)
    for (std::size_t i = 0; i < points; ++i) {
      const double mean = by_point[i] * by_scan[k] / total;
      if (mean > 0) statistic[i] += (scans[k][i] - mean) * (scans[k][i] - mean) / mean;
    }
  // Points whose scatter is out of all proportion moved (charging) or were hit; the others make the estimate.
  const double free_scans = static_cast<double>(count) - 1;
  std::vector<bool> kept(points);
  for (std::size_t i = 0; i < points; ++i) kept[i] = by_point[i] > 0;
  NoiseModel model;
  model.source = NoiseSource::replicates;
  constexpr double kOut = 4;
  double used = 0;
  for (int round = 0; round < 8; ++round) {
    double sum = 0;
    used = 0;
    for (std::size_t i = 0; i < points; ++i)
      if (kept[i]) sum += statistic[i], used += 1;
    model.dispersion = sum / (std::max(1.0, used - 1) * free_scans);
    const double limit = model.dispersion * free_scans * chi_square_ratio(free_scans, kOut);
    std::size_t dropped = 0;
    for (std::size_t i = 0; i < points; ++i)
      if (kept[i] && statistic[i] > limit) kept[i] = false, ++dropped;
    if (dropped == 0) break;
  }
  if (used < 2 || !(model.dispersion > 0)) return no_counts();
  model.degrees_of_freedom = (used - 1) * free_scans;
  model.area_dispersion = model.dispersion;
  model.kept_fraction = used / static_cast<double>(points);
  noise::finish(model);
  return model;
}

Result<NoiseModel> pooled_noise(std::span<const NoiseModel> models) {
  if (models.empty()) return no_counts();
  NoiseModel pooled;
  pooled.source = models[0].source;
  pooled.dispersion = pooled.area_dispersion = pooled.kept_fraction = 0;
  double weight_of_u = 0;
  for (const NoiseModel& model : models) {
    const double nu = model.degrees_of_freedom;
    pooled.degrees_of_freedom += nu;
    pooled.dispersion += nu * model.dispersion;
    pooled.area_dispersion += nu * model.area_dispersion;
    pooled.kept_fraction += nu * model.kept_fraction;
    pooled.correlation += nu * model.correlation;
    weight_of_u += nu * nu * model.u_correlation * model.u_correlation;
    if (model.source == NoiseSource::residuals) pooled.source = NoiseSource::residuals;
  }
  const double nu = pooled.degrees_of_freedom;
  if (!(nu > 0)) return no_counts();
  for (double* figure :
       {&pooled.dispersion, &pooled.area_dispersion, &pooled.kept_fraction, &pooled.correlation})
    *figure /= nu;
  pooled.u_correlation = std::sqrt(weight_of_u) / nu;
  noise::finish(pooled);
  if (std::ranges::any_of(models, [](const NoiseModel& m) {
        return std::ranges::find(m.flags, "noise.correlated") != m.flags.end();
      }))
    pooled.flags.push_back("noise.correlated");
  return pooled;
}

Result<NoiseModel> noise_of_spectrum(const Spectrum& spectrum) {
  constexpr std::size_t kEnoughScans = 3;
  const SpectrumData& data = spectrum.data();
  if (data.unit == IntensityUnit::counts && data.scans.size() >= kEnoughScans)
    return noise_from_replicates(data.scans);
  const auto counts = spectrum.counts();
  if (!counts) return counts.errors();
  return noise_from_residuals(*counts);
}

}  // namespace litho
