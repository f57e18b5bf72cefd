#include "modules/xps/line_detection/look_elsewhere.hpp"

#include <algorithm>
#include <cmath>

namespace litho {
namespace {

double dot(const double* a, const double* b, std::size_t n) {
  double sum = 0;
  for (std::size_t i = 0; i < n; ++i) sum += a[i] * b[i];
  return sum;
}
/// Great-circle distance of two unit vectors, precise where they are close.
double distance(const double* a, const double* b, std::size_t n) {
  double sum = 0;
  for (std::size_t i = 0; i < n; ++i) sum += (a[i] - b[i]) * (a[i] - b[i]);
  return 2 * std::asin(std::min(1.0, 0.5 * std::sqrt(sum)));
}

/// How often a standard normal process crosses a threshold that rises with the penalty, against a level one:
/// E[(Z' - u')+] phi(u) over E[Z'+] phi(z), on a step of so great a distance.
double crossing_weight(double penalty, double next_penalty, double distance) {
  constexpr double kLevel = 2.6;
  const double before = std::sqrt(kLevel * kLevel + penalty),
               after = std::sqrt(kLevel * kLevel + next_penalty);
  const double rise = std::abs(after - before) / std::max(distance, 1e-12);
  const double slowed =
      std::exp(-0.5 * rise * rise) - rise * std::sqrt(2 * M_PI) * 0.5 * std::erfc(rise / std::sqrt(2.0));
  return std::max(0.0, slowed) * std::exp(-0.25 * (penalty + next_penalty));
}

}  // namespace

DirectionVolumes direction_volumes(const DirectionGrid& grid) {
  const std::size_t n = grid.dimension;
  const auto at = [&](std::size_t r, std::size_t c) { return grid.unit.data() + (r * grid.columns + c) * n; };
  const auto row_step = [&](std::size_t r, std::size_t c) { return distance(at(r, c), at(r + 1, c), n); };
  const auto row_length = [&](std::size_t r) {
    double sum = 0;
    for (std::size_t c = 0; c + 1 < grid.columns; ++c) sum += distance(at(r, c), at(r, c + 1), n);
    return sum;
  };
  const bool free = grid.row_penalty.empty();
  DirectionVolumes volumes;
  double perimeter = free ? row_length(0) + row_length(grid.rows - 1) : 2 * row_length(grid.free_row);
  std::vector<double> u(n), v(n);
  for (std::size_t r = 0; r + 1 < grid.rows; ++r) {
    const double first = row_step(r, 0), last = row_step(r, grid.columns - 1);
    const double weight =
        free ? 1 : crossing_weight(grid.row_penalty[r], grid.row_penalty[r + 1], 0.5 * (first + last));
    perimeter += weight * (first + last);
    for (std::size_t c = 0; c + 1 < grid.columns; ++c)
      for (int half = 0; half < 2; ++half) {
        const double* corner = half == 0 ? at(r, c) : at(r + 1, c + 1);
        const double *a = at(r + 1, c), *b = at(r, c + 1);
        for (std::size_t i = 0; i < n; ++i) {
          u[i] = a[i] - corner[i];
          v[i] = b[i] - corner[i];
        }
        const double uu = dot(u.data(), u.data(), n), vv = dot(v.data(), v.data(), n),
                     uv = dot(u.data(), v.data(), n);
        volumes.area += 0.5 * weight * std::sqrt(std::max(0.0, uu * vv - uv * uv));
      }
  }
  volumes.half_perimeter = perimeter / 2;
  return volumes;
}

double normal_tail(double z) {
  return 0.5 * std::erfc(z / std::sqrt(2.0));
}

double normal_tail_inverse(double p) {
  double lo = -39, hi = 39;
  for (int i = 0; i < 80; ++i) {
    const double middle = 0.5 * (lo + hi);
    (normal_tail(middle) > p ? lo : hi) = middle;
  }
  return 0.5 * (lo + hi);
}

double normal_from_student(double t, double degrees_of_freedom) {
  if (!std::isfinite(degrees_of_freedom)) return t;
  // Wallace 1959, doi:10.1214/aoms/1177706203: good to 0.02 for 5 degrees of freedom and more.
  const double nu = degrees_of_freedom;
  const double z = (8 * nu + 1) / (8 * nu + 3) * std::sqrt(nu * std::log1p(t * t / nu));
  return t < 0 ? -z : z;
}

double look_elsewhere_tail(double z, const DirectionVolumes& volumes) {
  const double start = normal_tail(z);
  const double crossings =
      std::exp(-0.5 * z * z) *
      (volumes.half_perimeter / (2 * M_PI) + volumes.area * std::max(z, 0.0) / std::pow(2 * M_PI, 1.5));
  // P(none) = P(start below) P(no crossing | start below), crossings as a Poisson process.
  return start - (1 - start) * std::expm1(-crossings / (1 - start));
}

double look_elsewhere_threshold(double p, const DirectionVolumes& volumes) {
  double lo = -10, hi = 39;
  for (int i = 0; i < 80; ++i) {
    const double middle = 0.5 * (lo + hi);
    (look_elsewhere_tail(middle, volumes) > p ? lo : hi) = middle;
  }
  return 0.5 * (lo + hi);
}

}  // namespace litho
