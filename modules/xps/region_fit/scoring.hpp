#pragma once
#include <Eigen/Core>
#include <span>
#include <vector>

#include "modules/xps/region_model/curves.hpp"

namespace litho {

struct ScoringPrior {
  std::size_t fitted;
  double value, sd;
};

/// Counts y of variance dispersion x mean under a region model, to be fitted by maximum likelihood.
struct ScoringProblem {
  RegionCurves& curves;
  std::span<const double> counts;
  double dispersion = 1;
  std::vector<double> low, high;  ///< bounds of the fitted parameters
  std::vector<ScoringPrior> priors;
  std::vector<bool> frozen;  ///< parameters that stay where they are
};
ScoringProblem scoring_problem(RegionCurves& curves, std::span<const double> counts, double dispersion);

struct Scored {
  std::vector<double> x;
  std::vector<double> mean;     ///< the envelope at x
  double merit = 0;             ///< deviance / dispersion + priors
  Eigen::MatrixXd information;  ///< Fisher's, of all fitted parameters, at x
  std::vector<bool> held;       ///< by a bound against the data's pull, or frozen
  /// The next step is below 1e-3 of every standard error, given what is held.
  bool converged = false;
  int evaluations = 0;
};

/// Fisher scoring with Levenberg's damping and bounds from `x`. False where the model is not defined or not
/// positive at the start.
bool score(ScoringProblem& problem, std::vector<double> x, Scored& result, int most_evaluations = 100);

/// Deviance / dispersion and priors alone; infinite where the model is not defined.
double merit_at(ScoringProblem& problem, std::span<const double> x);

/// Inverse of the information over the parameters that are not held; NaN rows where the data say nothing.
Eigen::MatrixXd covariance_of(const Scored& scored);

/// Amplitudes and levels that start from the data: the weighted linear solution, inside the bounds, while all
/// others stay. Leaves `x` where no solution is better.
void start_linear(ScoringProblem& problem, std::vector<double>& x);

}  // namespace litho
