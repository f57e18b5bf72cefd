#include "modules/xps/least_squares/objective.hpp"

#include <algorithm>
#include <cmath>

namespace litho {
namespace {

/// Signed root of the Poisson deviance and its derivative by the mean; rising with the mean.
struct DevianceRoot {
  double value, slope;
};
DevianceRoot deviance_root(double count, double mean) {
  if (count == 0) return {std::sqrt(2 * mean), 1 / std::sqrt(2 * mean)};
  const double u = (mean - count) / count;
  double half = u - std::log1p(u);
  if (std::abs(u) < 0.02) {  // the difference loses its figures
    double sum = 0;
    for (int k = 10; k >= 2; --k) sum = 1.0 / k - u * sum;
    half = u * u * sum;
  }
  if (u == 0) return {0, 1 / std::sqrt(count)};
  const double value = std::copysign(std::sqrt(2 * count * half), u);
  return {value, u / (1 + u) / value};
}

bool all_finite(std::span<const double> values) {
  return std::all_of(values.begin(), values.end(), [](double value) { return std::isfinite(value); });
}

}  // namespace

Objective::Objective(const FitProblem& problem)
    : problem_(problem),
      values_(problem.observed.size()),
      jacobian_(problem.observed.size() * problem.parameters.size()) {
  for (std::size_t k = 0; k < problem.parameters.size(); ++k)
    if (!problem.parameters[k].fixed) free_.push_back(k);
}

std::vector<double> Objective::expand(const double* x) const {
  std::vector<double> all;
  for (const auto& parameter : problem_.parameters) all.push_back(parameter.start);
  for (std::size_t k = 0; k < free_.size(); ++k) all[free_[k]] = x[k];
  return all;
}

bool Objective::model(const double* x, std::vector<double>& values) const {
  values.resize(problem_.observed.size());
  return problem_.model(expand(x), values, {}) && all_finite(values);
}

bool Objective::evaluate(const double* x, double* residuals, double* jacobian) const {
  const std::size_t n = problem_.observed.size(), m = free_.size();
  const std::span<double> wanted = jacobian != nullptr ? std::span<double>(jacobian_) : std::span<double>();
  if (!problem_.model(expand(x), values_, wanted) || !all_finite(values_) || !all_finite(wanted))
    return false;
  for (std::size_t i = 0; i < n; ++i) {
    double slope = 1;
    if (problem_.noise == FitNoise::poisson) {
      if (!(values_[i] > 0)) return false;
      const auto root = deviance_root(problem_.observed[i], values_[i]);
      residuals[i] = root.value, slope = root.slope;
    } else {
      if (problem_.noise == FitNoise::known_sigma) slope = 1 / problem_.sigma[i];
      residuals[i] = (values_[i] - problem_.observed[i]) * slope;
    }
    if (jacobian != nullptr)
      for (std::size_t k = 0; k < m; ++k) jacobian[i * m + k] = slope * jacobian_[free_[k] * n + i];
  }
  return true;
}

bool Objective::information_root(const double* x, Matrix& root) const {
  const std::size_t n = problem_.observed.size(), m = free_.size();
  if (!problem_.model(expand(x), values_, jacobian_) || !all_finite(jacobian_)) return false;
  root.resize(static_cast<Eigen::Index>(n), static_cast<Eigen::Index>(m));
  for (std::size_t i = 0; i < n; ++i) {
    const double sigma = problem_.noise == FitNoise::known_sigma ? problem_.sigma[i]
                         : problem_.noise == FitNoise::poisson   ? std::sqrt(problem_.dispersion * values_[i])
                                                                 : 1;
    for (std::size_t k = 0; k < m; ++k)
      root(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(k)) = jacobian_[free_[k] * n + i] / sigma;
  }
  return true;
}

}  // namespace litho
