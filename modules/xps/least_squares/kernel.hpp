#pragma once
#include <functional>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "pipeline/core/result.hpp"

namespace litho {

struct FitParameter {
  std::string name;
  double start = 0;
  double lowest = -std::numeric_limits<double>::infinity();
  double highest = std::numeric_limits<double>::infinity();
  bool fixed = false;  ///< stays at `start`
};

/// Fills values[i] and, unless `jacobian` is empty, d values[i] / d parameter k at jacobian[k * n + i], fixed
/// parameters included. False where the model is not defined: the step is then shortened. Never throws.
using FitModel = std::function<bool(std::span<const double> parameters, std::span<double> values,
                                    std::span<double> jacobian)>;

enum class FitNoise {
  known_sigma,    ///< sum ((y - f)/sigma)^2; sigma is absolute, the covariance is never rescaled
  unknown_sigma,  ///< sum (y - f)^2; the variance is estimated as this over the degrees of freedom
  poisson,  ///< maximum likelihood of counts, by deviance residuals; covariance dispersion x (J' J/f)^-1
};

struct FitProblem {
  std::vector<FitParameter> parameters;
  std::vector<double> observed;
  FitNoise noise = FitNoise::poisson;
  std::vector<double> sigma;  ///< with known_sigma: one an observation
  double dispersion = 1;      ///< with poisson: variance over mean, known beforehand
  FitModel model;
  int most_iterations = 1000;
};

inline constexpr double kHighCorrelation = 0.95;

struct FittedParameter {
  std::string name;
  double value = 0;
  std::optional<double> standard_error;  ///< empty if fixed, at a bound or not determined at all
  bool fixed = false;
  bool at_bound = false;  ///< ends on a bound, or within 1 % of its standard error of one
  /// Not determined at all, or the standard error exceeds half the room between the bounds or, lacking two
  /// bounds, the value itself.
  bool poorly_determined = false;
};
struct HighCorrelation {
  std::size_t first, second;  ///< indices of parameters
  double coefficient;
};
struct FitResult {
  std::vector<FittedParameter> parameters;
  /// Row by row over all parameters. Rows of fixed ones and of those held by a bound are 0: the others'
  /// uncertainty is then conditional on them. NaN where not determined.
  std::vector<double> covariance;
  std::vector<HighCorrelation> high_correlations;  ///< |coefficient| over kHighCorrelation
  std::vector<double> fitted;                      ///< the model, one an observation
  double objective = 0;                            ///< chi-square, sum of squares or deviance
  int degrees_of_freedom = 0;                      ///< observations less parameters that were free to move
  /// The step that Gauss-Newton would still take is below 1e-3 of every standard error.
  bool converged = false;
  int iterations = 0;
};

/// Levenberg-Marquardt with bounds (Ceres), then Gauss-Newton steps to the last figures; if that does not
/// converge, twice more with evenly damped, shorter steps. One thread, no randomness: the same problem gives
/// the same bits. Errors, all found before the search starts: fit.no_data, fit.no_parameters, fit.model,
/// fit.parameter, fit.bounds, fit.start (outside its bounds, or the model is not defined there),
/// fit.observed, fit.sigma, fit.dispersion, fit.iterations, fit.too_few_observations. A search that ends
/// without success is not an error but `converged` = false.
Result<FitResult> fit(const FitProblem& problem);

}  // namespace litho
