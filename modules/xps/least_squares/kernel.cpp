#include "modules/xps/least_squares/kernel.hpp"

#include <Eigen/QR>
#include <Eigen/SVD>
#include <algorithm>
#include <cmath>

#include "modules/xps/least_squares/objective.hpp"
#include "modules/xps/least_squares/solve.hpp"
#include "pipeline/core/number.hpp"

namespace litho {
namespace {

constexpr FirstSteps kAttempts[] = {{1e4, false}, {1, true}, {1e-2, true}};
constexpr int kMostPolishes = 50;
constexpr double kLastFigure = 1e-11;     // relative step that ends them
constexpr double kSmallStep = 1e-3;       // of a standard error: converged
constexpr double kOnBound = 1e-9;         // of the bound's or the value's size
constexpr double kNearBound = 0.01;       // of a standard error: flagged
constexpr double kLeastSingular = 1e-13;  // of the largest, columns scaled to unit length: not determined

using Vector = Eigen::VectorXd;
using Matrix = Objective::Matrix;

void check_parameter(const FitParameter& p, Errors& errors) {
  const bool nan_bound = std::isnan(p.lowest) || std::isnan(p.highest);
  if (!std::isfinite(p.start))
    errors.push_back({"fit.start", p.name, "the start is not a finite number", ""});
  else if (nan_bound || !(p.lowest < p.highest))
    errors.push_back({"fit.bounds", p.name, "the lower bound is not below the upper one",
                      "to hold the parameter, mark it fixed"});
  else if (p.start < p.lowest || p.start > p.highest)
    errors.push_back({"fit.start", p.name,
                      "the start " + format_double(p.start) + " lies outside its bounds " +
                          format_double(p.lowest) + " to " + format_double(p.highest),
                      "start inside the bounds"});
}

Errors check(const FitProblem& problem) {
  Errors errors;
  if (problem.observed.empty()) errors.push_back({"fit.no_data", "", "there is nothing to fit", ""});
  if (problem.parameters.empty())
    errors.push_back({"fit.no_parameters", "", "the model has no parameters", ""});
  if (!problem.model) errors.push_back({"fit.model", "", "there is no model", ""});
  if (problem.most_iterations < 1)
    errors.push_back({"fit.iterations", "", "at least one iteration is needed", ""});
  for (const auto& parameter : problem.parameters) check_parameter(parameter, errors);
  for (std::size_t i = 0; i < problem.observed.size(); ++i)
    if (!std::isfinite(problem.observed[i]) ||
        (problem.noise == FitNoise::poisson && problem.observed[i] < 0)) {
      errors.push_back({"fit.observed", "point " + std::to_string(i + 1),
                        "an observation is not finite or, as a count, negative",
                        "counts must not be background-subtracted"});
      break;
    }
  if (problem.noise == FitNoise::known_sigma) {
    const bool sound = problem.sigma.size() == problem.observed.size() &&
                       std::all_of(problem.sigma.begin(), problem.sigma.end(),
                                   [](double sigma) { return std::isfinite(sigma) && sigma > 0; });
    if (!sound)
      errors.push_back({"fit.sigma", "", "every observation needs a positive standard deviation", ""});
  }
  if (!std::isfinite(problem.dispersion) || !(problem.dispersion > 0))
    errors.push_back({"fit.dispersion", "", "the dispersion must be positive", ""});
  const auto free = static_cast<std::size_t>(std::count_if(
      problem.parameters.begin(), problem.parameters.end(), [](const FitParameter& p) { return !p.fixed; }));
  if (errors.empty() && problem.observed.size() < free)
    errors.push_back({"fit.too_few_observations", "",
                      std::to_string(problem.observed.size()) + " observations for " + std::to_string(free) +
                          " free parameters",
                      "widen the window or fix parameters"});
  return errors;
}

/// The search in the space of the free parameters.
struct Search {
  const Objective& objective;
  std::vector<double> lowest, highest, x;

  bool on_bound(std::size_t k) const {
    const auto meets = [&](double bound) {
      return std::isfinite(bound) &&
             std::abs(x[k] - bound) <= kOnBound * std::max(std::abs(x[k]), std::abs(bound));
    };
    return meets(lowest[k]) || meets(highest[k]);
  }
};

struct Local {
  Vector residuals, gradient;
  Matrix jacobian;
};
bool look(const Search& search, const std::vector<double>& x, Local& local) {
  const auto n = static_cast<Eigen::Index>(search.objective.residuals());
  local.residuals.resize(n);
  local.jacobian.resize(n, static_cast<Eigen::Index>(x.size()));
  if (!search.objective.evaluate(x.data(), local.residuals.data(), local.jacobian.data())) return false;
  local.gradient = local.jacobian.transpose() * local.residuals;
  return true;
}

/// Parameters that a bound holds against the pull of the data.
std::vector<bool> held(const Search& search, const Local& local) {
  std::vector<bool> result(search.x.size());
  for (std::size_t k = 0; k < result.size(); ++k) {
    const bool below = local.gradient[static_cast<Eigen::Index>(k)] > 0;  // wants to fall
    const double bound = below ? search.lowest[k] : search.highest[k];
    result[k] = search.on_bound(k) && std::isfinite(bound) &&
                std::abs(search.x[k] - bound) <= kOnBound * std::max(std::abs(search.x[k]), std::abs(bound));
  }
  return result;
}

/// Columns of `matrix` that move, scaled to unit length.
struct Scaled {
  std::vector<Eigen::Index> columns;
  Vector length;
  Eigen::MatrixXd matrix;

  Scaled(const Matrix& from, const std::vector<bool>& held_back) {
    for (std::size_t k = 0; k < held_back.size(); ++k)
      if (!held_back[k]) columns.push_back(static_cast<Eigen::Index>(k));
    matrix.resize(from.rows(), static_cast<Eigen::Index>(columns.size()));
    length.resize(matrix.cols());
    for (Eigen::Index c = 0; c < matrix.cols(); ++c) {
      matrix.col(c) = from.col(columns[static_cast<std::size_t>(c)]);
      length[c] = matrix.col(c).norm();
      if (length[c] > 0) matrix.col(c) /= length[c];
    }
  }
};

/// The Gauss-Newton step from here, 0 for parameters held back.
Vector newton_step(const Local& local, const std::vector<bool>& held_back) {
  Vector step = Vector::Zero(local.jacobian.cols());
  const Scaled scaled(local.jacobian, held_back);
  if (scaled.columns.empty()) return step;
  Eigen::CompleteOrthogonalDecomposition<Eigen::MatrixXd> decomposed(scaled.matrix);
  decomposed.setThreshold(kLeastSingular);
  const Vector solution = decomposed.solve(-local.residuals);
  for (Eigen::Index c = 0; c < solution.size(); ++c)
    if (scaled.length[c] > 0)
      step[scaled.columns[static_cast<std::size_t>(c)]] = solution[c] / scaled.length[c];
  return step;
}

/// Gauss-Newton from a minimum found to the square root of the precision: the objective can no longer tell
/// better from worse there, the length of the steps can.
void polish(Search& search) {
  Local local;
  if (!look(search, search.x, local)) return;
  double best = std::numeric_limits<double>::infinity();
  for (int round = 0; round < kMostPolishes; ++round) {
    const Vector step = newton_step(local, held(search, local));
    auto next = search.x;
    double largest = 0;
    for (std::size_t k = 0; k < next.size(); ++k) {
      const double move = step[static_cast<Eigen::Index>(k)];
      next[k] = std::clamp(next[k] + move, search.lowest[k], search.highest[k]);
      if (move != 0) largest = std::max(largest, std::abs(move) / std::max(std::abs(next[k]), 1e-300));
    }
    if (!(largest < best)) return;
    best = largest;
    Local there;
    const double cost = local.residuals.squaredNorm();
    if (!look(search, next, there) || there.residuals.squaredNorm() > cost * (1 + 1e-9)) return;
    search.x = next;
    local = std::move(there);
    if (largest < kLastFigure) return;
  }
}

/// Covariance of the parameters that move; `determined[k]` is false where the data say nothing about k.
void find_covariance(const Search& search, const std::vector<bool>& held_back, double variance,
                     Eigen::MatrixXd& covariance, std::vector<bool>& determined) {
  const auto m = static_cast<Eigen::Index>(search.x.size());
  covariance = Eigen::MatrixXd::Zero(m, m);
  determined.assign(search.x.size(), true);
  Matrix root;
  if (!search.objective.information_root(search.x.data(), root)) {
    determined.assign(search.x.size(), false);
    return;
  }
  const Scaled scaled(root, held_back);
  if (scaled.columns.empty()) return;
  // The singular vectors on the side of the parameters are those of the small triangle.
  const Eigen::Index columns = scaled.matrix.cols();
  const Eigen::MatrixXd triangle = Eigen::HouseholderQR<Eigen::MatrixXd>(scaled.matrix)
                                       .matrixQR()
                                       .topRows(columns)
                                       .triangularView<Eigen::Upper>();
  Eigen::JacobiSVD<Eigen::MatrixXd> svd(triangle, Eigen::ComputeFullV);
  svd.setThreshold(kLeastSingular);
  const Eigen::Index rank = svd.rank();
  const Eigen::MatrixXd v = svd.matrixV();
  Eigen::MatrixXd half = v.leftCols(rank) * svd.singularValues().head(rank).cwiseInverse().asDiagonal();
  const Eigen::MatrixXd inverse = half * half.transpose();
  for (Eigen::Index a = 0; a < inverse.rows(); ++a) {
    const auto at = scaled.columns[static_cast<std::size_t>(a)];
    const bool lost = scaled.length[a] == 0 || v.row(a).tail(v.cols() - rank).norm() > 1e-6;
    determined[static_cast<std::size_t>(at)] = !lost;
    for (Eigen::Index b = 0; b < inverse.cols(); ++b)
      covariance(at, scaled.columns[static_cast<std::size_t>(b)]) =
          variance * inverse(a, b) / (scaled.length[a] * scaled.length[b]);
  }
  for (Eigen::Index a = 0; a < m; ++a)
    if (!determined[static_cast<std::size_t>(a)]) {
      covariance.row(a).setConstant(std::numeric_limits<double>::quiet_NaN());
      covariance.col(a).setConstant(std::numeric_limits<double>::quiet_NaN());
    }
}

/// Whether the step that is left is small beside the standard errors; `error` is 0 where there is none.
bool is_small(double step, double value, double error) {
  return std::abs(step) <= std::max(kSmallStep * error, 1e-9 * std::abs(value));
}

/// What a search came to.
struct Found {
  std::vector<double> x;
  Local local;
  std::vector<bool> held_back, determined;
  Eigen::MatrixXd covariance;
  double objective = 0;
  bool converged = true;
};

/// False where the model is not defined at search.x.
bool judge(const Search& search, const FitProblem& problem, Found& found) {
  found.x = search.x;
  if (!look(search, search.x, found.local)) return false;
  found.held_back = held(search, found.local);
  found.objective = found.local.residuals.squaredNorm();
  const double freedom = static_cast<double>(problem.observed.size() - search.x.size());
  double variance = 1;
  if (problem.noise == FitNoise::unknown_sigma)
    variance = freedom > 0 ? found.objective / freedom : std::numeric_limits<double>::quiet_NaN();
  find_covariance(search, found.held_back, variance, found.covariance, found.determined);
  const Vector step = newton_step(found.local, found.held_back);
  for (Eigen::Index k = 0; k < step.size(); ++k) {
    const double variance_k = found.covariance(k, k);
    const double error = std::isfinite(variance_k) ? std::sqrt(variance_k) : 0;
    found.converged &= is_small(step[k], search.x[static_cast<std::size_t>(k)], error);
  }
  return true;
}

/// A search whose first steps are too bold can end where the model is flat: it is repeated with shorter ones.
/// The first that converges wins, else the lowest.
bool find(Search search, const FitProblem& problem, Found& best, int& iterations) {
  const auto start = search.x;
  bool any = false;
  for (const auto& first_steps : kAttempts) {
    search.x = start;
    if (!start.empty()) {
      iterations += minimise(search.objective, search.lowest, search.highest, problem.most_iterations,
                             first_steps, search.x);
      polish(search);
    }
    Found found;
    if (!judge(search, problem, found)) continue;
    if (!any || found.converged || found.objective < best.objective) best = std::move(found);
    any = true;
    if (best.converged) break;
  }
  return any;
}

bool is_poor(const FitParameter& p, double value, const std::optional<double>& error) {
  if (!error) return true;
  const double room = p.highest - p.lowest;
  return *error > (std::isfinite(room) ? 0.5 * room : std::abs(value));
}

bool is_near(double value, double bound, const std::optional<double>& error) {
  return error && std::isfinite(bound) && std::abs(value - bound) <= kNearBound * *error;
}

}  // namespace

Result<FitResult> fit(const FitProblem& problem) {
  if (auto errors = check(problem); !errors.empty()) return errors;
  const Objective objective(problem);
  Search search{objective, {}, {}, {}};
  for (std::size_t k : objective.free()) {
    search.lowest.push_back(problem.parameters[k].lowest);
    search.highest.push_back(problem.parameters[k].highest);
    search.x.push_back(problem.parameters[k].start);
  }
  Local local;
  if (!look(search, search.x, local))
    return Error{"fit.start", "",
                 "the model is not defined at the start, or not positive where counts are fitted",
                 "choose other starting values"};
  FitResult result;
  Found found;
  if (!find(search, problem, found, result.iterations) || !objective.model(found.x.data(), result.fitted))
    return Error{"fit.model", "", "the model does not give the same answer twice", ""};
  search.x = found.x;

  const std::size_t m = search.x.size(), all = problem.parameters.size();
  result.objective = found.objective;
  result.degrees_of_freedom = static_cast<int>(problem.observed.size() - m);
  result.converged = found.converged;
  const auto values = objective.expand(search.x.data());
  result.covariance.assign(all * all, 0);
  for (std::size_t k = 0; k < all; ++k)
    result.parameters.push_back(
        {problem.parameters[k].name, values[k], {}, problem.parameters[k].fixed, false, false});
  for (std::size_t a = 0; a < m; ++a) {
    const auto ia = static_cast<Eigen::Index>(a);
    auto& parameter = result.parameters[objective.free()[a]];
    const auto& asked = problem.parameters[objective.free()[a]];
    for (std::size_t b = 0; b < m; ++b)
      result.covariance[objective.free()[a] * all + objective.free()[b]] =
          found.covariance(ia, static_cast<Eigen::Index>(b));
    parameter.at_bound = search.on_bound(a);
    if (found.held_back[a]) continue;
    if (found.determined[a] && std::isfinite(found.covariance(ia, ia)))
      parameter.standard_error = std::sqrt(found.covariance(ia, ia));
    parameter.at_bound |= is_near(parameter.value, asked.lowest, parameter.standard_error) ||
                          is_near(parameter.value, asked.highest, parameter.standard_error);
    parameter.poorly_determined = is_poor(asked, parameter.value, parameter.standard_error);
  }
  for (std::size_t a = 0; a < all; ++a)
    for (std::size_t b = a + 1; b < all; ++b) {
      const auto &first = result.parameters[a].standard_error, &second = result.parameters[b].standard_error;
      if (!first || !second || !(*first > 0) || !(*second > 0)) continue;
      const double r = result.covariance[a * all + b] / (*first * *second);
      if (std::abs(r) > kHighCorrelation) result.high_correlations.push_back({a, b, r});
    }
  return result;
}

}  // namespace litho
