#include "modules/xps/noise/checks.hpp"

#include <algorithm>
#include <cmath>

namespace litho::noise {

double chi_square_ratio(double degrees_of_freedom, double z) {
  const double v = 2 / (9 * degrees_of_freedom);
  const double root = std::max(0.0, 1 - v + z * std::sqrt(v));
  return root * root * root;
}

bool any_negative(std::span<const double> counts) {
  return std::ranges::any_of(counts, [](double c) { return !(c >= 0) || !std::isfinite(c); });
}

Error negative() {
  return {"noise.negative", "",
          "counts are negative or not finite: a background was subtracted, or these are no counts",
          "give the counts as measured"};
}

Error no_counts() {
  return {"noise.no_counts", "", "nothing was counted", ""};
}

void finish(NoiseModel& model) {
  constexpr double kZ = 1.959964, kAbove = 1.2, kTiny = 1e-12;
  model.lo = model.dispersion / chi_square_ratio(model.degrees_of_freedom, kZ);
  model.hi = model.dispersion / std::max(kTiny, chi_square_ratio(model.degrees_of_freedom, -kZ));
  if (model.hi < 1) model.flags.push_back("noise.below_poisson");
  if (model.lo > kAbove) model.flags.push_back("noise.above_poisson");
}

}  // namespace litho::noise
