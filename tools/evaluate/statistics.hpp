#pragma once
#include <functional>
#include <string>
#include <vector>

#include "pipeline/core/measured.hpp"

namespace litho::evaluate {

struct Estimate {
  double value = kNotMeasured, lo = kNotMeasured, hi = kNotMeasured;
};

/// hits / n with its 95 % Wilson score interval [doi:10.1080/01621459.1927.10502953]; nothing for n = 0.
Estimate rate(std::size_t hits, std::size_t n);

/// Quantile by linear interpolation between order statistics (Hyndman-Fan type 7); NaN for no values.
double quantile(std::vector<double> values, double q);
double mean(const std::vector<double>& values);

/// `statistic` of the sample with indices 0..n-1, and its 95 % percentile-bootstrap interval from 1000
/// resamples of a random stream of this name; no interval below 5 items. The statistic may give NaN for a
/// resample, which is then left out.
Estimate bootstrap(std::size_t n, const std::function<double(const std::vector<std::size_t>&)>& statistic,
                   const std::string& stream);
Estimate bootstrap(const std::vector<double>& values,
                   const std::function<double(const std::vector<double>&)>& statistic,
                   const std::string& stream);

}  // namespace litho::evaluate
