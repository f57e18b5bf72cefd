#pragma once
#include <span>
#include <vector>

namespace litho {

/// The filter that leaves of each point what a polynomial fitted to it and `half_width` neighbours on either
/// side does not explain; 2 half_width + 1 numbers, the middle one in the middle. degree <= 2 half_width.
std::vector<double> residual_filter(int half_width, int degree);

/// sum_k a[k] a[k + lag]
double autocorrelation(std::span<const double> filter, std::size_t lag);

/// sum_j filter[j] values[i + j] for every place where the filter fits: values - filter + 1 numbers.
std::vector<double> convolve_inside(std::span<const double> values, std::span<const double> filter);

}  // namespace litho
