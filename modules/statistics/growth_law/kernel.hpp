#pragma once
#include <span>
#include <string>
#include <vector>

#include "pipeline/core/measured.hpp"

namespace litho {

struct GrowthPoint {
  double time_h = 0;  ///< >= 0
  double thickness_um = 0;
};

/// Source, formulae and limits: README.
struct GrowthFit {
  std::string law;        ///< "linear" or "sqrt"
  Measured intercept_um;  ///< h0
  Measured rate;          ///< k, um/h or um/h^0.5
  double residual_sd_um = kNotMeasured;
  double r_squared = kNotMeasured;
  double aicc = kNotMeasured;    ///< needs 5 points and some scatter
  double weight = kNotMeasured;  ///< of this law among the two
  std::string verdict;           ///< preferred, disfavoured or undecided
};

/// Both laws, linear first; nothing with fewer than 3 different times.
std::vector<GrowthFit> fit_growth(std::span<const GrowthPoint> points);

}  // namespace litho
