#pragma once
#include <span>
#include <string>
#include <vector>

#include "pipeline/core/result.hpp"
#include "pipeline/core/spectrum.hpp"

namespace litho {

enum class NoiseSource { replicates, residuals };

/// variance = dispersion x mean, in counts; 1 is Poisson.
struct NoiseModel {
  double dispersion = 1;
  double lo = 1, hi = 1;  ///< 95 % interval of the dispersion
  double degrees_of_freedom = 0;
  NoiseSource source = NoiseSource::residuals;
  /// Of the noise of neighbouring points; 0 with replicates.
  double correlation = 0, u_correlation = 0;
  /// The dispersion of sums over many points: larger than `dispersion` where neighbours are correlated
  /// (resampled or smoothed data). Areas need this one.
  double area_dispersion = 1;
  double kept_fraction = 1;  ///< of the points; the rest are glitches or lines too sharp for the steps
  /// noise.below_poisson: the interval lies below 1, which counting alone cannot give (smoothed, weighted or
  /// dead-time limited data); noise.above_poisson: it lies above 1.2; noise.correlated: neighbours are not
  /// independent and `area_dispersion` differs.
  std::vector<std::string> flags;

  double variance(double mean_counts) const { return dispersion * mean_counts; }
};

/// From scans of the same points, counts each: two-way means (point x scan, so that drifting intensity does
/// no harm), pooled Pearson statistic. Errors: noise.too_few_scans (under 2), noise.length, noise.no_counts
/// (nothing counted), noise.negative.
Result<NoiseModel> noise_from_replicates(std::span<const std::vector<double>> scans);

/// From one spectrum with even steps: what local polynomials of degree 5 leave over, in the widest window
/// that leaves no more than narrower ones. Errors: noise.too_few_points (under 40), noise.no_counts,
/// noise.negative.
Result<NoiseModel> noise_from_residuals(std::span<const double> counts);

/// Several estimates of one detector, weighted by their degrees of freedom. Errors: noise.no_counts (none
/// given).
Result<NoiseModel> pooled_noise(std::span<const NoiseModel> models);

/// From the single scans where the spectrum keeps at least 3, else from its residuals. Errors: those above
/// and spectrum.no_counts.
Result<NoiseModel> noise_of_spectrum(const Spectrum& spectrum);

}  // namespace litho
