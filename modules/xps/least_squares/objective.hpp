#pragma once
#include <Eigen/Core>
#include <vector>

#include "modules/xps/least_squares/kernel.hpp"

namespace litho {

/// A fit problem as residuals of its free parameters; half their sum of squares is what is minimised.
class Objective {
 public:
  using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

  explicit Objective(const FitProblem& problem);

  const std::vector<std::size_t>& free() const { return free_; }
  int residuals() const { return static_cast<int>(problem_.observed.size()); }
  /// All parameters, with the free ones from `x`.
  std::vector<double> expand(const double* x) const;
  /// False where the model is not defined, not finite or, for counts, not positive. `jacobian` (residuals x
  /// free, row by row) may be null.
  bool evaluate(const double* x, double* residuals, double* jacobian) const;
  /// Square root of the Fisher information: rows d f / d p over the noise's standard deviation.
  bool information_root(const double* x, Matrix& root) const;
  /// The model alone.
  bool model(const double* x, std::vector<double>& values) const;

 private:
  const FitProblem& problem_;
  std::vector<std::size_t> free_;
  mutable std::vector<double> values_, jacobian_;
};

}  // namespace litho
