#include "modules/sem/thickness/profile.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace litho::thickness {
namespace {

constexpr double kFewestSamples = 1.5;
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

/// n over an even grid of s from a polyline; a stretch that runs back in s keeps its first pass.
std::vector<double> resample(const std::vector<PointPx>& points, const std::vector<std::uint8_t>& found,
                             const Line& line, double first_s, std::size_t size) {
  std::vector<double> out(size, kNaN);
  double reached = -std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i + 1 < points.size(); ++i) {
    if (!found[i] || !found[i + 1]) continue;
    const double s0 = line.s(points[i]), s1 = line.s(points[i + 1]);
    if (s1 <= reached || s1 <= s0) continue;
    const double n0 = line.n(points[i]), n1 = line.n(points[i + 1]);
    const double from = std::max(s0, reached);
    for (auto k = static_cast<long>(std::ceil(from - first_s));
         k <= static_cast<long>(std::floor(s1 - first_s)); ++k)
      if (k >= 0 && k < static_cast<long>(size))
        out[static_cast<std::size_t>(k)] =
            n0 + (n1 - n0) * (first_s + static_cast<double>(k) - s0) / (s1 - s0);
    reached = s1;
  }
  return out;
}

/// Distance from sample i of `from` to the curve `to`, looked for within the height difference either side.
double nearest(const std::vector<double>& from, const std::vector<double>& to, std::size_t i) {
  const double drop = std::abs(from[i] - to[i]);
  double best = drop * drop;
  for (int direction : {-1, 1}) {
    for (long d = 1; static_cast<double>(d) * static_cast<double>(d) < best; ++d) {
      const long k = static_cast<long>(i) + direction * d;
      if (k < 0 || k >= static_cast<long>(to.size()) || std::isnan(to[static_cast<std::size_t>(k)])) break;
      const double n = from[i] - to[static_cast<std::size_t>(k)];
      best = std::min(best, n * n + static_cast<double>(d) * static_cast<double>(d));
    }
  }
  return std::sqrt(best);
}

}  // namespace

Line fit_line(const std::vector<PointPx>& points) {
  Line line;
  for (int pass = 0; pass < 2; ++pass) {
    // The second pass leaves out what lies far off: a spoilt stretch must not turn the line.
    double limit = std::numeric_limits<double>::infinity();
    if (pass == 1) {
      double squares = 0;
      for (const PointPx& p : points) squares += line.n(p) * line.n(p);
      limit = 3 * std::sqrt(squares / static_cast<double>(points.size())) + 0.5;
    }
    std::vector<PointPx> kept;
    for (const PointPx& p : points)
      if (pass == 0 || std::abs(line.n(p)) <= limit) kept.push_back(p);
    double mx = 0, my = 0, xx = 0, xy = 0, yy = 0;
    for (const PointPx& p : kept) mx += p.x, my += p.y;
    mx /= static_cast<double>(kept.size());
    my /= static_cast<double>(kept.size());
    for (const PointPx& p : kept)
      xx += (p.x - mx) * (p.x - mx), xy += (p.x - mx) * (p.y - my), yy += (p.y - my) * (p.y - my);
    const double angle =
        0.5 * std::atan2(2 * xy, xx - yy);  // within +-90 degrees: upright boundaries run along u
    line = {{mx, my}, {std::cos(angle), std::sin(angle)}, {-std::sin(angle), std::cos(angle)}};
  }
  return line;
}

Profile build_profile(const BoundaryPair& pair) {
  const std::size_t n = pair.outer.points.size();
  std::vector<PointPx> outer(n), front(n), reference;
  for (std::size_t u = 0; u < n; ++u) {
    outer[u] = pair.frame.to_upright(pair.outer.points[u]);
    front[u] = pair.frame.to_upright(pair.front.points[u]);
    if (pair.outer.found[u] && pair.front.found[u]) reference.push_back(outer[u]);
  }
  Profile p;
  if (reference.size() < 20) return p;
  p.reference = fit_line(reference);
  const double reach = 1.5 * std::hypot(pair.frame.width(), pair.frame.height());
  double lo = reach, hi = -reach;
  for (std::size_t u = 0; u < n; ++u) {
    if (pair.outer.found[u])
      lo = std::min(lo, p.reference.s(outer[u])), hi = std::max(hi, p.reference.s(outer[u]));
    if (pair.front.found[u])
      lo = std::min(lo, p.reference.s(front[u])), hi = std::max(hi, p.reference.s(front[u]));
  }
  p.first_s = lo;
  const auto size = static_cast<std::size_t>(std::max(1.0, hi - lo + 1));
  p.outer = resample(outer, pair.outer.found, p.reference, lo, size);
  p.front = resample(front, pair.front.found, p.reference, lo, size);
  p.normal.assign(size, kNaN);
  for (std::size_t i = 0; i < size; ++i)
    if (p.valid(i)) p.normal[i] = 0.5 * (nearest(p.front, p.outer, i) + nearest(p.outer, p.front, i));
  return p;
}

std::vector<double> autocorrelation(const std::vector<double>& values, std::size_t last) {
  double mean = 0, count = 0;
  for (const double v : values)
    if (!std::isnan(v)) mean += v, count += 1;
  mean /= std::max(1.0, count);
  std::vector<double> out;
  double variance = 0;
  for (std::size_t lag = 0; lag <= last && lag < values.size(); ++lag) {
    double sum = 0, n = 0;
    for (std::size_t i = 0; i + lag < values.size(); ++i) {
      const double product = (values[i] - mean) * (values[i + lag] - mean);
      if (!std::isnan(product)) sum += product, n += 1;
    }
    if (lag == 0) variance = sum / std::max(1.0, n);
    if (!(variance > 0) || n < 2) break;
    out.push_back(sum / n / variance);
  }
  return out;
}

double effective_samples(const std::vector<double>& values) {
  double n = 0;
  for (const double v : values) n += !std::isnan(v);
  const auto rho = autocorrelation(values, values.size() / 4);
  // About the field's own mean correlation is seen less by the variance of that mean (Marriott and Pope
  // 1954): put back in turn.
  double samples = std::numeric_limits<double>::infinity();
  for (int turn = 0; turn < 4; ++turn) {
    const double lost = 1 / samples;
    double sum = 0;
    for (std::size_t k = 1; k < rho.size(); ++k) {
      const double one = rho[k] + (1 - rho[k]) * lost;
      if (one <= 0) break;
      sum += (1 - static_cast<double>(k) / n) * one;
    }
    samples = std::max(kFewestSamples, n / (1 + 2 * sum));
  }
  return samples;
}

double t95(double freedom) {
  constexpr double z = 1.959963984540054;
  const double n = std::max(1.0, freedom), z3 = z * z * z, z5 = z3 * z * z, z7 = z5 * z * z;
  return z + (z3 + z) / (4 * n) + (5 * z5 + 16 * z3 + 3 * z) / (96 * n * n) +
         (3 * z7 + 19 * z5 + 17 * z3 - 15 * z) / (384 * n * n * n);
}

std::vector<double> gaussian_waviness(const std::vector<double>& values, double cutoff) {
  const double alpha = std::sqrt(std::numbers::ln2 / std::numbers::pi);  // half transmission at the cut-off
  const double width = alpha * cutoff;
  const auto reach = static_cast<long>(std::ceil(cutoff));
  std::vector<double> weight;
  for (long k = 0; k <= reach; ++k) {
    const double x = static_cast<double>(k) / width;
    weight.push_back(std::exp(-std::numbers::pi * x * x));
  }
  std::vector<double> out(values.size(), kNaN);
  for (long i = 0; i < static_cast<long>(values.size()); ++i) {
    if (std::isnan(values[static_cast<std::size_t>(i)])) continue;
    double sum = 0, norm = 0;
    for (long k = std::max(0L, i - reach); k <= std::min(static_cast<long>(values.size()) - 1, i + reach);
         ++k) {
      const double v = values[static_cast<std::size_t>(k)];
      if (std::isnan(v)) continue;
      sum += weight[static_cast<std::size_t>(std::abs(k - i))] * v;
      norm += weight[static_cast<std::size_t>(std::abs(k - i))];
    }
    out[static_cast<std::size_t>(i)] = sum / norm;
  }
  return out;
}

}  // namespace litho::thickness
