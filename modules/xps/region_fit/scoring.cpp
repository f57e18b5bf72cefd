#include "modules/xps/region_fit/scoring.hpp"

#include <Eigen/Cholesky>
#include <algorithm>
#include <cmath>
#include <limits>

namespace litho {
namespace {

using Matrix = Eigen::MatrixXd;
using Vector = Eigen::VectorXd;
using Index = Eigen::Index;

constexpr double kLastStep = 0.02;      // of a standard error
constexpr double kSmallStep = 1e-3;     // of a standard error
constexpr double kLeastPivot = 1e-12;   // of a scaled information matrix: not determined
constexpr double kFirstDamping = 1e-2;  // after the first step that did not win

double square(double x) {
  return x * x;
}

/// Room for one point of the search.
struct Point {
  std::vector<double> mean, jacobian;
  Matrix information;
  Vector gradient;
  double merit = std::numeric_limits<double>::infinity();
};

double priors_merit(const ScoringProblem& problem, std::span<const double> x) {
  double sum = 0;
  for (const auto& prior : problem.priors) sum += square((x[prior.fitted] - prior.value) / prior.sd);
  return sum;
}

/// Deviance / dispersion; infinite where a mean is not positive.
double deviance(const ScoringProblem& problem, std::span<const double> mean) {
  double sum = 0;
  for (std::size_t i = 0; i < mean.size(); ++i) {
    const double y = problem.counts[i], mu = mean[i];
    if (!(mu > 0)) return std::numeric_limits<double>::infinity();
    sum += mu - y;
    if (y > 0) sum += y * std::log(y / mu);
  }
  return 2 * sum / problem.dispersion;
}

bool look(ScoringProblem& problem, std::span<const double> x, Point& point, bool slopes) {
  const std::size_t n = problem.counts.size(), m = x.size();
  point.mean.resize(n);
  point.jacobian.resize(slopes ? n * m : 0);
  if (!problem.curves.envelope(x, point.mean, point.jacobian)) return false;
  point.merit = deviance(problem, point.mean) + priors_merit(problem, x);
  if (!std::isfinite(point.merit)) return false;
  if (!slopes) return true;
  Eigen::Map<Matrix> jacobian(point.jacobian.data(), static_cast<Index>(n), static_cast<Index>(m));
  Vector root(static_cast<Index>(n)), pull(static_cast<Index>(n));
  for (std::size_t i = 0; i < n; ++i) {
    const auto at = static_cast<Index>(i);
    root[at] = 1 / std::sqrt(problem.dispersion * point.mean[i]);
    pull[at] = (problem.counts[i] - point.mean[i]) * root[at];
  }
  jacobian.array().colwise() *= root.array();
  point.information.setZero(static_cast<Index>(m), static_cast<Index>(m));
  point.information.selfadjointView<Eigen::Lower>().rankUpdate(jacobian.transpose());
  point.information.triangularView<Eigen::StrictlyUpper>() = point.information.transpose();
  point.gradient.noalias() = jacobian.transpose() * pull;
  for (const auto& prior : problem.priors) {
    const auto k = static_cast<Index>(prior.fitted);
    point.information(k, k) += 1 / square(prior.sd);
    point.gradient[k] += (prior.value - x[prior.fitted]) / square(prior.sd);
  }
  return point.information.allFinite();
}

std::vector<bool> held_at(const ScoringProblem& problem, std::span<const double> x, const Vector& gradient) {
  std::vector<bool> held(x.size());
  for (std::size_t k = 0; k < x.size(); ++k) {
    const double pull = gradient[static_cast<Index>(k)];
    held[k] =
        problem.frozen[k] || (x[k] <= problem.low[k] && pull <= 0) || (x[k] >= problem.high[k] && pull >= 0);
  }
  return held;
}

/// Solves (information + damping x its diagonal) step = gradient over what is not held.
Vector damped_step(const Point& point, const std::vector<bool>& held, double damping) {
  const auto m = static_cast<Index>(held.size());
  std::vector<Index> moving;
  for (Index k = 0; k < m; ++k)
    if (!held[static_cast<std::size_t>(k)] && point.information(k, k) > 0) moving.push_back(k);
  const auto size = static_cast<Index>(moving.size());
  Matrix scaled(size, size);
  Vector scale(size), right(size);
  for (Index a = 0; a < size; ++a) scale[a] = 1 / std::sqrt(point.information(moving[a], moving[a]));
  for (Index a = 0; a < size; ++a) {
    right[a] = point.gradient[moving[a]] * scale[a];
    for (Index b = 0; b < size; ++b)
      scaled(a, b) = point.information(moving[a], moving[b]) * scale[a] * scale[b];
    scaled(a, a) += damping + kLeastPivot;
  }
  const Vector solution = scaled.llt().solve(right);
  Vector step = Vector::Zero(m);
  for (Index a = 0; a < size; ++a) step[moving[a]] = solution[a] * scale[a];
  return step;
}

/// Bounds every |step_k| / standard error_k from above.
double relative_length(const Vector& step, const Point& point) {
  return std::sqrt(std::max(0.0, step.dot(point.information * step)));
}

std::vector<double> moved_by(const Vector& step, std::vector<double> x, const ScoringProblem& problem) {
  for (std::size_t k = 0; k < x.size(); ++k)
    if (const double move = step[static_cast<Index>(k)]; move != 0)
      x[k] = std::clamp(x[k] + move, problem.low[k], problem.high[k]);
  return x;
}

}  // namespace

ScoringProblem scoring_problem(RegionCurves& curves, std::span<const double> counts, double dispersion) {
  ScoringProblem problem{curves, counts, dispersion, {}, {}, {}, {}};
  const RegionModel& model = curves.model();
  for (std::size_t j = 0; j < model.fitted.size(); ++j) {
    const ModelParameter& p = model.parameters[model.fitted[j]];
    problem.low.push_back(p.low);
    problem.high.push_back(p.high);
    if (p.prior) problem.priors.push_back({j, *p.prior, *p.prior_sd});
  }
  problem.frozen.assign(model.fitted.size(), false);
  return problem;
}

double merit_at(ScoringProblem& problem, std::span<const double> x) {
  Point point;
  return look(problem, x, point, false) ? point.merit : std::numeric_limits<double>::infinity();
}

bool score(ScoringProblem& problem, std::vector<double> x, Scored& result, int most_evaluations) {
  Point here, there;
  result = {};
  if (!look(problem, x, here, true)) return false;
  result.evaluations = 1;
  double damping = 0, growth = 4, before = std::numeric_limits<double>::infinity();
  while (true) {
    const auto held = held_at(problem, x, here.gradient);
    const Vector newton = damped_step(here, held, 0);
    const double length = relative_length(newton, here);
    result.held = held;
    if (length < kSmallStep) {
      result.converged = newton.allFinite();
      break;
    }
    // Steps that shrink this fast need no further slopes: the one after the last would be shorter still.
    if (length < kLastStep && length < 0.1 * before) {
      auto next = moved_by(newton, x, problem);
      ++result.evaluations;
      if (look(problem, next, there, false) && there.merit <= here.merit) {
        x = std::move(next);
        here.merit = there.merit;
        here.mean = std::move(there.mean);
        result.converged = true;
        break;
      }
    }
    before = length;
    if (result.evaluations >= most_evaluations || damping > 1e12) break;
    const Vector step = damping < 1e-8 ? newton : damped_step(here, held, damping);
    auto next = moved_by(step, x, problem);
    Vector moved = Vector::Zero(step.size());
    for (std::size_t k = 0; k < x.size(); ++k) moved[static_cast<Index>(k)] = next[k] - x[k];
    const double promised = 2 * moved.dot(here.gradient) - moved.dot(here.information * moved);
    ++result.evaluations;
    const bool defined = look(problem, next, there, true);
    const double won = defined ? here.merit - there.merit : -1;
    // Close to the minimum the merit's own figures end before the steps do.
    if (defined && (won > 0 || (won > -1e-9 * (1 + std::abs(here.merit)) && std::abs(promised) < 1e-6))) {
      const double ratio = promised > 0 ? won / promised : 1;
      damping *= ratio > 0.75 ? 0.03 : ratio < 0.25 ? 3 : 0.5;
      growth = 4;
      x = std::move(next);
      std::swap(here, there);
    } else {
      damping = damping < 1e-8 ? kFirstDamping : damping * growth;
      growth *= 2;
    }
  }
  result.x = std::move(x);
  result.merit = here.merit;
  result.information = std::move(here.information);
  result.mean = std::move(here.mean);
  return true;
}

Eigen::MatrixXd covariance_of(const Scored& scored) {
  const auto m = static_cast<Index>(scored.x.size());
  std::vector<Index> moving;
  for (Index k = 0; k < m; ++k)
    if (!scored.held[static_cast<std::size_t>(k)]) moving.push_back(k);
  Matrix covariance = Matrix::Zero(m, m);
  const auto size = static_cast<Index>(moving.size());
  Matrix scaled(size, size);
  for (Index a = 0; a < size; ++a)
    for (Index b = 0; b < size; ++b)
      scaled(a, b) =
          scored.information(moving[a], moving[b]) /
          std::sqrt(scored.information(moving[a], moving[a]) * scored.information(moving[b], moving[b]));
  const Eigen::LDLT<Matrix> decomposed(scaled);
  const Matrix inverse = decomposed.solve(Matrix::Identity(size, size));
  for (Index a = 0; a < size; ++a)
    for (Index b = 0; b < size; ++b) {
      double value = inverse(a, b) / std::sqrt(scored.information(moving[a], moving[a]) *
                                               scored.information(moving[b], moving[b]));
      // A variance beyond 1e12 of the conditional one is nothing but rounding.
      if (!(inverse(a, a) > 0 && inverse(a, a) < 1 / kLeastPivot) ||
          !(inverse(b, b) > 0 && inverse(b, b) < 1 / kLeastPivot))
        value = std::numeric_limits<double>::quiet_NaN();
      covariance(moving[a], moving[b]) = value;
    }
  return covariance;
}

void start_linear(ScoringProblem& problem, std::vector<double>& x) {
  const RegionModel& model = problem.curves.model();
  const std::size_t n = problem.counts.size(), m = x.size();
  std::vector<std::size_t> linear;
  auto base = x;
  for (std::size_t j = 0; j < m; ++j)
    if (model.parameters[model.fitted[j]].automatic_start && !problem.frozen[j]) {
      linear.push_back(j);
      base[j] = 0;
    }
  if (linear.empty()) return;
  std::vector<double> mean(n), jacobian(n * m);
  if (!problem.curves.envelope(base, mean, jacobian)) return;
  const auto rows = static_cast<Index>(n), columns = static_cast<Index>(linear.size());
  Matrix basis(rows, columns);
  Vector rest(rows);
  for (std::size_t i = 0; i < n; ++i) {
    // Weights from a running mean: a single low count must not weigh more than its neighbours.
    double near = 0, count = 0;
    for (std::size_t k = i < 2 ? 0 : i - 2; k < std::min(n, i + 3); ++k) near += problem.counts[k], ++count;
    const double root = 1 / std::sqrt(std::max(near / count, 1.0));
    const auto at = static_cast<Index>(i);
    rest[at] = (problem.counts[i] - mean[i]) * root;
    for (std::size_t c = 0; c < linear.size(); ++c)
      basis(at, static_cast<Index>(c)) = jacobian[linear[c] * n + i] * root;
  }
  const Matrix normal = basis.transpose() * basis;
  const Vector right = basis.transpose() * rest;
  // Coordinates that leave their bounds are put on them and the others solved again.
  std::vector<double> value(linear.size(), 0);
  std::vector<bool> clamped(linear.size(), false);
  for (std::size_t round = 0; round <= linear.size(); ++round) {
    std::vector<Index> free;
    for (std::size_t c = 0; c < linear.size(); ++c)
      if (!clamped[c] && normal(static_cast<Index>(c), static_cast<Index>(c)) > 0)
        free.push_back(static_cast<Index>(c));
    const auto size = static_cast<Index>(free.size());
    Matrix part(size, size);
    Vector side(size);
    for (Index a = 0; a < size; ++a) {
      side[a] = right[free[a]];
      for (std::size_t c = 0; c < linear.size(); ++c)
        if (clamped[c]) side[a] -= normal(free[a], static_cast<Index>(c)) * value[c];
      for (Index b = 0; b < size; ++b) part(a, b) = normal(free[a], free[b]);
      part(a, a) *= 1 + 1e-10;
    }
    const Vector solution = part.ldlt().solve(side);
    bool inside = true;
    for (Index a = 0; a < size; ++a) {
      const std::size_t c = static_cast<std::size_t>(free[a]), j = linear[c];
      value[c] = solution[a];
      if (value[c] >= problem.low[j] && value[c] <= problem.high[j]) continue;
      value[c] = std::clamp(value[c], problem.low[j], problem.high[j]);
      clamped[c] = true, inside = false;
    }
    if (inside) break;
  }
  auto start = x;
  double largest = 0;
  for (std::size_t c = 0; c < linear.size(); ++c)
    if (std::isfinite(problem.low[linear[c]])) largest = std::max(largest, value[c]);
  for (std::size_t c = 0; c < linear.size(); ++c) {
    start[linear[c]] = value[c];
    // An amplitude of 0 hides the shape's other parameters from the first step.
    if (clamped[c] && problem.low[linear[c]] == 0)
      start[linear[c]] = std::min(1e-3 * largest, problem.high[linear[c]]);
  }
  // The model is linear in these: its mean there needs no evaluation.
  for (std::size_t c = 0; c < linear.size(); ++c)
    for (std::size_t i = 0; i < n; ++i) mean[i] += start[linear[c]] * jacobian[linear[c] * n + i];
  if (std::all_of(mean.begin(), mean.end(), [](double mu) { return mu > 0; })) {
    x = std::move(start);
    return;
  }
  // Somewhere not positive: a level at the mean and small amplitudes are.
  double total = 0;
  for (std::size_t i = 0; i < n; ++i) total += problem.counts[i];
  start = x;
  for (const std::size_t j : linear)
    start[j] = std::isfinite(problem.low[j]) ? std::max(problem.low[j], 0.0) : 0;
  for (std::size_t j = 0; j < m; ++j)
    if (!model.background.polynomial.empty() && model.fitted[j] == model.background.polynomial[0])
      start[j] = std::max(total / static_cast<double>(n), 1e-3);
  if (std::isfinite(merit_at(problem, start))) x = std::move(start);
}

}  // namespace litho
