#pragma once
#include <cstddef>
#include <span>
#include <vector>

namespace litho {

struct LinearFit {
  std::vector<double> amplitudes;  ///< one a column; 0 where left out
  double misfit = 0;               ///< chi-square with the variance max(counts, 1)
};

/// Columns (each as long as `counts`), of which those from `first_non_negative` on may not be negative: the
/// most negative one is left out until none is. Columns that depend on earlier ones are left out too. Cost:
/// channels x columns^2 once, columns^4 at worst behind it.
LinearFit fit_columns(std::span<const std::vector<double>> columns, std::size_t first_non_negative,
                      std::span<const double> counts);

}  // namespace litho
