#include "modules/xps/least_squares/solve.hpp"

#include <ceres/cost_function.h>
#include <ceres/problem.h>
#include <ceres/solver.h>

#include <cmath>

namespace litho {
namespace {

class Residuals : public ceres::CostFunction {
 public:
  explicit Residuals(const Objective& objective) : objective_(objective) {
    set_num_residuals(objective.residuals());
    mutable_parameter_block_sizes()->push_back(static_cast<int>(objective.free().size()));
  }
  bool Evaluate(const double* const* parameters, double* residuals, double** jacobians) const override {
    return objective_.evaluate(parameters[0], residuals, jacobians != nullptr ? jacobians[0] : nullptr);
  }

 private:
  const Objective& objective_;
};

}  // namespace

int minimise(const Objective& objective, const std::vector<double>& lowest,
             const std::vector<double>& highest, int most_iterations, const FirstSteps& first_steps,
             std::vector<double>& x) {
  Residuals residuals(objective);
  ceres::Problem::Options ownership;
  ownership.cost_function_ownership = ceres::DO_NOT_TAKE_OWNERSHIP;
  ceres::Problem problem(ownership);
  problem.AddResidualBlock(&residuals, nullptr, x.data());
  for (int k = 0; k < static_cast<int>(x.size()); ++k) {
    if (std::isfinite(lowest[k])) problem.SetParameterLowerBound(x.data(), k, lowest[k]);
    if (std::isfinite(highest[k])) problem.SetParameterUpperBound(x.data(), k, highest[k]);
  }
  ceres::Solver::Options options;
  options.linear_solver_type = ceres::DENSE_QR;
  options.num_threads = 1;
  options.logging_type = ceres::SILENT;
  options.initial_trust_region_radius = first_steps.trust_radius;
  if (first_steps.even) options.min_lm_diagonal = options.max_lm_diagonal = 1;
  options.max_num_iterations = most_iterations;
  options.max_num_consecutive_invalid_steps = 50;
  options.function_tolerance = 1e-15;
  options.gradient_tolerance = 1e-18;
  options.parameter_tolerance = 1e-13;
  ceres::Solver::Summary summary;
  ceres::Solve(options, &problem, &summary);
  return summary.num_successful_steps + summary.num_unsuccessful_steps;
}

}  // namespace litho
