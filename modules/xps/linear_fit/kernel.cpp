#include "modules/xps/linear_fit/kernel.hpp"

#include <algorithm>
#include <cmath>

namespace litho {
namespace {

/// Normal equations of chosen columns by Cholesky; a column that depends on earlier ones gets 0.
std::vector<double> solve(const std::vector<double>& normal, const std::vector<double>& right,
                          std::size_t count, const std::vector<std::size_t>& chosen) {
  const std::size_t n = chosen.size();
  std::vector<double> l(n * n, 0), x(n, 0);
  std::vector<bool> dependent(n, false);
  for (std::size_t j = 0; j < n; ++j) {
    for (std::size_t i = j; i < n; ++i) {
      double sum = normal[chosen[i] * count + chosen[j]];
      for (std::size_t k = 0; k < j; ++k) sum -= l[i * n + k] * l[j * n + k];
      if (i == j) {
        dependent[j] = !(sum > 1e-11 * normal[chosen[j] * count + chosen[j]]);
        l[j * n + j] = dependent[j] ? 1 : std::sqrt(sum);
      } else {
        l[i * n + j] = dependent[j] ? 0 : sum / l[j * n + j];
      }
    }
  }
  for (std::size_t j = 0; j < n; ++j) {
    x[j] = right[chosen[j]];
    for (std::size_t k = 0; k < j; ++k) x[j] -= l[j * n + k] * x[k];
    x[j] = dependent[j] ? 0 : x[j] / l[j * n + j];
  }
  for (std::size_t j = n; j-- > 0;) {
    for (std::size_t k = j + 1; k < n; ++k) x[j] -= l[k * n + j] * x[k];
    x[j] = dependent[j] ? 0 : x[j] / l[j * n + j];
  }
  return x;
}

}  // namespace

LinearFit fit_columns(std::span<const std::vector<double>> columns, std::size_t first_non_negative,
                      std::span<const double> counts) {
  const std::size_t count = columns.size(), n = counts.size();
  std::vector<double> normal(count * count), right(count, 0), weight(n);
  double square = 0;
  for (std::size_t i = 0; i < n; ++i) {
    weight[i] = 1 / std::max(counts[i], 1.0);
    square += weight[i] * counts[i] * counts[i];
  }
  std::vector<double> weighted(n);
  for (std::size_t a = 0; a < count; ++a) {
    for (std::size_t i = 0; i < n; ++i) weighted[i] = weight[i] * columns[a][i];
    for (std::size_t i = 0; i < n; ++i) right[a] += weighted[i] * counts[i];
    for (std::size_t b = 0; b <= a; ++b) {
      double sum = 0;
      for (std::size_t i = 0; i < n; ++i) sum += weighted[i] * columns[b][i];
      normal[a * count + b] = normal[b * count + a] = sum;
    }
  }
  std::vector<std::size_t> chosen(count);
  for (std::size_t a = 0; a < count; ++a) chosen[a] = a;
  LinearFit fit;
  while (true) {
    const auto x = solve(normal, right, count, chosen);
    std::size_t worst = chosen.size();
    for (std::size_t k = 0; k < chosen.size(); ++k)
      if (chosen[k] >= first_non_negative && x[k] < 0 && (worst == chosen.size() || x[k] < x[worst]))
        worst = k;
    if (worst < chosen.size()) {
      chosen.erase(chosen.begin() + static_cast<std::ptrdiff_t>(worst));
      continue;
    }
    fit.amplitudes.assign(count, 0);
    double explained = 0;
    for (std::size_t k = 0; k < chosen.size(); ++k) {
      fit.amplitudes[chosen[k]] = x[k];
      explained += x[k] * right[chosen[k]];
    }
    fit.misfit = square - explained;
    return fit;
  }
}

}  // namespace litho
