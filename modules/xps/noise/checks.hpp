#pragma once
#include <span>

#include "modules/xps/noise/kernel.hpp"

namespace litho::noise {

/// Quantile of chi-square over its degrees of freedom (Wilson and Hilferty); z of the standard normal.
double chi_square_ratio(double degrees_of_freedom, double z);
bool any_negative(std::span<const double> counts);
Error negative();
Error no_counts();
/// Interval and flags from dispersion and degrees of freedom.
void finish(NoiseModel& model);

}  // namespace litho::noise
