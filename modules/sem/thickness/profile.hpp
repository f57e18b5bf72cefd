#pragma once
#include <vector>

#include "modules/sem/boundaries/kernel.hpp"

namespace litho::thickness {

/// The line fitted to a boundary's points (total least squares), upright px; `across` points into the
/// specimen.
struct Line {
  PointPx mean, along, across;
  double s(PointPx p) const { return (p.x - mean.x) * along.x + (p.y - mean.y) * along.y; }
  double n(PointPx p) const { return (p.x - mean.x) * across.x + (p.y - mean.y) * across.y; }
  PointPx at(double s, double n) const {
    return {mean.x + s * along.x + n * across.x, mean.y + s * along.y + n * across.y};
  }
};
Line fit_line(const std::vector<PointPx>& points);

/// Both boundaries over an even grid of the reference line (1 px), NaN where a boundary is not in the field.
struct Profile {
  Line reference;
  double first_s = 0;
  std::vector<double> outer, front;  ///< n
  std::vector<double> normal;  ///< local normal distance: mean of both nearest distances; NaN where not valid
  std::size_t size() const { return outer.size(); }
  bool valid(std::size_t i) const { return outer[i] == outer[i] && front[i] == front[i]; }
};
Profile build_profile(const BoundaryPair& pair);

/// Autocorrelation at lags 0..last of a series with NaN gaps, about its mean.
std::vector<double> autocorrelation(const std::vector<double>& values, std::size_t last);
/// Number of independent samples the mean of the series is worth [Zhang 2006].
double effective_samples(const std::vector<double>& values);
/// 97.5 % quantile of Student's t with `freedom` degrees of freedom, 1 or more (Cornish-Fisher, to 1 % from 3 on).
double t95(double freedom);
/// Gaussian profile filter of ISO 16610-21 (cut-off in samples), normalised at ends and gaps; NaN stays NaN.
std::vector<double> gaussian_waviness(const std::vector<double>& values, double cutoff);

}  // namespace litho::thickness
