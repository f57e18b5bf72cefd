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

}  // namespace

DirectionVolumes direction_volumes(const DirectionGrid& grid) {
  const std::size_t n = grid.dimension;
  const auto at = [&](std::size_t r, std::size_t c) { return grid.unit.data() + (r * grid.columns + c) * n; };
  DirectionVolumes volumes;
  double perimeter = 0;
  for (std::size_t r = 0; r + 1 < grid.rows; ++r)
    perimeter += distance(at(r, 0), at(r + 1, 0), n) +
                 distance(at(r, grid.columns - 1), at(r + 1, grid.columns - 1), n);
  for (std::size_t c = 0; c + 1 < grid.columns; ++c)
    perimeter +=
        distance(at(0, c), at(0, c + 1), n) + distance(at(grid.rows - 1, c), at(grid.rows - 1, c + 1), n);
  volumes.half_perimeter = perimeter / 2;
  std::vector<double> u(n), v(n);
  for (std::size_t r = 0; r + 1 < grid.rows; ++r)
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
        volumes.area += 0.5 * std::sqrt(std::max(0.0, uu * vv - uv * uv));
      }
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
