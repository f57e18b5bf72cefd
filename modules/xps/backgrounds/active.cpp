#include <algorithm>
#include <cmath>

#include "modules/xps/backgrounds/checks.hpp"
#include "modules/xps/backgrounds/kernel.hpp"

namespace litho {
namespace {

Status check(std::span<const double> energy_ev, const Signal& signal) {
  if (auto status = check_energies(energy_ev); !status) return status;
  if (signal.values.size() != energy_ev.size() || signal.jacobian.size() % energy_ev.size() != 0)
    return Error{"background.length", "", "signal and energies differ in length", ""};
  return {};
}

Error bad_parameter(std::string message) {
  return {"background.parameter", "", std::move(message), ""};
}

/// out = k int in dE by the trapezoidal rule, from the first energy.
void integrate(std::span<const double> energy_ev, std::span<const double> in, double k,
               std::span<double> out) {
  double sum = 0;
  out[0] = 0;
  for (std::size_t i = 1; i < in.size(); ++i) {
    sum += 0.5 * (in[i] + in[i - 1]) * (energy_ev[i] - energy_ev[i - 1]);
    out[i] = k * sum;
  }
}

/// The loss function over all pairs of energies times the rule's weights: a strictly lower triangle, row by
/// row.
struct LossMatrix {
  std::size_t n;
  std::vector<double> k, by_c, by_c_prime, by_d;  ///< by_* only where derivatives are wanted

  std::size_t row(std::size_t i) const { return i * (i - 1) / 2; }
};

LossMatrix loss_matrix(std::span<const double> energy_ev, const TougaardLoss& loss) {
  const std::size_t n = energy_ev.size();
  LossMatrix matrix{n, {}, {}, {}, {}};
  const std::size_t entries = n * (n - 1) / 2;
  for (auto* part : {&matrix.k, &matrix.by_c, &matrix.by_c_prime, &matrix.by_d}) part->resize(entries);
  for (std::size_t i = 1; i < n; ++i)
    for (std::size_t j = 0; j < i; ++j) {
      const double t = energy_ev[i] - energy_ev[j];
      if (t <= loss.gap_ev) continue;
      const double weight = 0.5 * (energy_ev[j + 1] - (j > 0 ? energy_ev[j - 1] : energy_ev[0]));
      const double base = loss.c_ev2 + loss.c_prime * t * t, q = base * base + loss.d_ev2 * t * t;
      const double unit = weight * t / q, slope = -loss.b_ev2 * unit / q;
      const std::size_t at = matrix.row(i) + j;
      matrix.k[at] = loss.b_ev2 * unit;
      matrix.by_c[at] = slope * 2 * base;
      matrix.by_c_prime[at] = slope * 2 * base * t * t;
      matrix.by_d[at] = slope * t * t;
    }
  return matrix;
}

double dot(const double* a, const double* b, std::size_t n) {
  double sum = 0;
  for (std::size_t j = 0; j < n; ++j) sum += a[j] * b[j];
  return sum;
}

/// Solves x_i = source_i + sum_j<i K_ij x_j in place.
void solve_forward(const LossMatrix& matrix, std::span<double> x) {
  for (std::size_t i = 1; i < matrix.n; ++i) x[i] += dot(&matrix.k[matrix.row(i)], x.data(), i);
}

/// out = (I - K)^-1 K in: what `in` and the losses of its losses leave behind.
void lose(const LossMatrix& matrix, std::span<const double> in, std::span<double> out) {
  out[0] = 0;
  for (std::size_t i = 1; i < matrix.n; ++i) out[i] = dot(&matrix.k[matrix.row(i)], in.data(), i);
  solve_forward(matrix, out);
}

}  // namespace

Status check_loss(const TougaardLoss& loss) {
  for (double value : {loss.b_ev2, loss.c_ev2, loss.c_prime, loss.d_ev2, loss.gap_ev})
    if (!std::isfinite(value)) return bad_parameter("a loss parameter is not finite");
  if (loss.b_ev2 < 0 || loss.d_ev2 < 0 || loss.gap_ev < 0)
    return bad_parameter("b, d and the gap are not negative");
  if (!(loss.c_ev2 > 0)) return bad_parameter("c must be positive");
  if (loss.c_prime < 0 && loss.d_ev2 == 0)
    return bad_parameter("with c_prime < 0 and d = 0 the loss function has a pole; make d positive");
  return {};
}

Result<FittedBackground> active_shirley(std::span<const double> energy_ev, const Signal& signal,
                                        double k_per_ev) {
  if (auto status = check(energy_ev, signal); !status) return status.errors();
  if (!std::isfinite(k_per_ev) || k_per_ev < 0) return bad_parameter("k must be finite and not negative");
  const std::size_t n = energy_ev.size(), parameters = signal.jacobian.size() / n;
  FittedBackground background{std::vector<double>(n), std::vector<double>(n * (parameters + 1))};
  integrate(energy_ev, signal.values, k_per_ev, background.values);
  const std::span<double> jacobian(background.jacobian);
  for (std::size_t k = 0; k < parameters; ++k)
    integrate(energy_ev, signal.jacobian.subspan(k * n, n), k_per_ev, jacobian.subspan(k * n, n));
  integrate(energy_ev, signal.values, 1, jacobian.subspan(parameters * n, n));
  return background;
}

TougaardLoss universal_loss() {
  return {2866, 1643, 1, 0, 0};
}

Result<FittedBackground> active_tougaard(std::span<const double> energy_ev, const Signal& signal,
                                         const TougaardLoss& loss) {
  if (auto status = check(energy_ev, signal); !status) return status.errors();
  if (auto status = check_loss(loss); !status) return status.errors();

  const std::size_t n = energy_ev.size(), parameters = signal.jacobian.size() / n;
  const auto matrix = loss_matrix(energy_ev, loss);
  FittedBackground background{std::vector<double>(n), std::vector<double>(n * (parameters + 4))};
  lose(matrix, signal.values, background.values);
  const std::span<double> jacobian(background.jacobian);
  for (std::size_t k = 0; k < parameters; ++k)
    lose(matrix, signal.jacobian.subspan(k * n, n), jacobian.subspan(k * n, n));
  std::vector<double> flux(n);
  for (std::size_t i = 0; i < n; ++i) flux[i] = signal.values[i] + background.values[i];
  const auto own = [&](std::size_t k, const std::vector<double>& slope) {
    const auto column = jacobian.subspan((parameters + k) * n, n);
    for (std::size_t i = 1; i < n; ++i) column[i] = dot(&slope[matrix.row(i)], flux.data(), i);
    solve_forward(matrix, column);
  };
  if (loss.b_ev2 > 0) {
    own(0, matrix.k);
    for (auto& value : jacobian.subspan(parameters * n, n)) value /= loss.b_ev2;
  } else {
    auto unit = loss;
    unit.b_ev2 = 1;
    own(0, loss_matrix(energy_ev, unit).k);
  }
  own(1, matrix.by_c);
  own(2, matrix.by_c_prime);
  own(3, matrix.by_d);
  return background;
}

Result<std::vector<double>> legendre_basis(std::span<const double> energy_ev, double low_ev, double high_ev,
                                           int degree) {
  if (auto status = check_energies(energy_ev); !status) return status.errors();
  if (degree < 0 || degree > 5) return bad_parameter("the degree must lie in 0 to 5");
  if (!std::isfinite(low_ev) || !std::isfinite(high_ev) || !(low_ev < high_ev))
    return bad_parameter("the window of the polynomial is empty");
  const std::size_t n = energy_ev.size();
  std::vector<double> basis(n * static_cast<std::size_t>(degree + 1));
  for (std::size_t i = 0; i < n; ++i) {
    const double t = (2 * energy_ev[i] - low_ev - high_ev) / (high_ev - low_ev);
    double before = 0, current = 1;
    for (int k = 0; k <= degree; ++k) {
      basis[static_cast<std::size_t>(k) * n + i] = current;
      const double next = ((2 * k + 1) * t * current - k * before) / (k + 1);
      before = current, current = next;
    }
  }
  return basis;
}

}  // namespace litho
