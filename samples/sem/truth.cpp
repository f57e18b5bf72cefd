#include "samples/sem/truth.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace litho::sem_sample {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

// Total least squares: the line through the mean along the principal axis of the points.
struct Line {
  PointPx mean, along, across;
  double s(PointPx p) const { return (p.x - mean.x) * along.x + (p.y - mean.y) * along.y; }
  double n(PointPx p) const { return (p.x - mean.x) * across.x + (p.y - mean.y) * across.y; }
};

Line fit_line(const std::vector<PointPx>& points, PointPx towards) {
  double mx = 0, my = 0, xx = 0, xy = 0, yy = 0;
  for (const PointPx& p : points) mx += p.x, my += p.y;
  const auto count = static_cast<double>(points.size());
  mx /= count, my /= count;
  for (const PointPx& p : points)
    xx += (p.x - mx) * (p.x - mx), xy += (p.x - mx) * (p.y - my), yy += (p.y - my) * (p.y - my);
  const double angle = 0.5 * std::atan2(2 * xy, xx - yy);
  PointPx along{std::cos(angle), std::sin(angle)}, across{-along.y, along.x};
  if (across.x * towards.x + across.y * towards.y < 0) across = {-across.x, -across.y};
  return {{mx, my}, along, across};
}

// Integral of n ds over sa..sb of a densely sampled curve that runs forward in s (small steps back cancel).
double integral(const std::vector<PointPx>& curve, const Line& line, double sa, double sb) {
  double area = 0;
  for (std::size_t i = 0; i + 1 < curve.size(); ++i) {
    double s0 = line.s(curve[i]), s1 = line.s(curve[i + 1]);
    const double n0 = line.n(curve[i]), n1 = line.n(curve[i + 1]), ds = s1 - s0;
    if (std::abs(ds) < 1e-12) continue;
    const double c0 = std::clamp(s0, sa, sb), c1 = std::clamp(s1, sa, sb);
    const double m0 = n0 + (n1 - n0) * (c0 - s0) / ds, m1 = n0 + (n1 - n0) * (c1 - s0) / ds;
    area += (c1 - c0) * (m0 + m1) / 2;
  }
  return area;
}

double quantile(std::vector<double> values, double q) {
  if (values.empty()) return kNaN;
  std::ranges::sort(values);
  const double x = q * static_cast<double>(values.size() - 1);
  const auto i = static_cast<std::size_t>(x);
  const double t = x - static_cast<double>(i);
  return i + 1 < values.size() ? values[i] * (1 - t) + values[i + 1] * t : values[i];
}

void measure_layer(const Scene& scene, Truth& truth) {
  std::vector<PointPx> outer, front, outer_valid;
  std::vector<bool> valid;
  double front_in = 0, both_in = 0;
  std::vector<PointPx> front_seen, outer_seen;
  for (std::size_t i = 0; i < scene.front.v.size(); ++i) {
    const double u = scene.front.u_at(i);
    const PointPx o = scene.frame.to_image(u, scene.outer.v[i]),
                  f = scene.frame.to_image(u, scene.front.v[i]);
    const bool o_in = scene.in_picture(o), f_in = scene.in_picture(f);
    outer.push_back(o);
    front.push_back(f);
    valid.push_back(o_in && f_in);
    if (o_in && f_in) outer_valid.push_back(o);
    if (o_in) outer_seen.push_back(o);
    if (f_in) front_seen.push_back(f);
    front_in += f_in;
    both_in += o_in && f_in;
  }
  if (outer_valid.size() < 40) return;
  truth.field_fraction = both_in / front_in;
  const Line line = fit_line(outer_valid, scene.frame.ev);
  const Line whole = fit_line(outer_seen, scene.frame.ev);
  double degrees = std::atan2(-whole.along.y, whole.along.x) * 180 / std::numbers::pi;
  truth.tilt_deg = degrees - 90 * std::round(degrees / 90);

  double area = 0, length = 0, sum = 0, squares = 0, n = 0;
  for (std::size_t i = 0; i < valid.size();) {
    if (!valid[i]) {
      ++i;
      continue;
    }
    std::size_t end = i;
    while (end < valid.size() && valid[end]) ++end;
    if (end - i > 4) {
      const std::vector<PointPx> o(outer.begin() + static_cast<std::ptrdiff_t>(i),
                                   outer.begin() + static_cast<std::ptrdiff_t>(end));
      const std::vector<PointPx> f(front.begin() + static_cast<std::ptrdiff_t>(i),
                                   front.begin() + static_cast<std::ptrdiff_t>(end));
      const auto [oa, ob] = std::minmax({line.s(o.front()), line.s(o.back())});
      const auto [fa, fb] = std::minmax({line.s(f.front()), line.s(f.back())});
      const double sa = std::max(oa, fa), sb = std::min(ob, fb);
      if (sb > sa) {
        const double sign = line.s(o.back()) > line.s(o.front()) ? 1 : -1;
        area += sign * (integral(f, line, sa, sb) - integral(o, line, sa, sb));
        length += sb - sa;
      }
      for (std::size_t k = i; k < end; ++k) {
        const double t = line.n(front[k]) - line.n(outer[k]);
        sum += t, squares += t * t, n += 1;
      }
    }
    i = end;
  }
  truth.thickness = area / length;
  truth.thickness_sd = std::sqrt(std::max(0.0, squares / n - sum / n * (sum / n)));

  const Line base = fit_line(front_seen, scene.frame.ev);
  double rq2 = 0, peak = 0;
  for (const PointPx& p : front_seen) {
    rq2 += base.n(p) * base.n(p);
    peak = std::max(peak, base.n(p));
  }
  truth.front_rq = std::sqrt(rq2 / static_cast<double>(front_seen.size()));
  truth.front_peak = peak;
}

void measure_filaments(const Scene& scene, Truth& truth) {
  std::vector<double> depths;
  for (const Filament& f : scene.filaments) {
    const double base = scene.front.at(f.root_u);
    if (!scene.in_picture(scene.frame.to_image(f.root_u, base))) continue;
    double depth = 0;
    for (const Strand& strand : f.strands)
      for (const Bead& b : strand)
        if (scene.in_picture(scene.frame.to_image(b.u, b.v))) depth = std::max(depth, b.v + b.radius - base);
    if (depth > f.root_width) depths.push_back(depth);
  }
  truth.filament_count = static_cast<int>(depths.size());
  truth.filament_depth_p95 = quantile(depths, 0.95);
  truth.filament_depth_max = quantile(depths, 1);
  if (truth.filament_depth_max > truth.front_peak)
    truth.morphology = "filamentary";
  else
    truth.morphology = truth.front_rq > 0.05 * truth.thickness ? "rough" : "planar";
}

void measure_gaps(const Scene& scene, Truth& truth) {
  double boundaries = 0;
  for (std::size_t i = 0; i < scene.front.v.size(); ++i) {
    const double u = scene.front.u_at(i);
    const bool outer_in = scene.in_picture(scene.frame.to_image(u, scene.outer.v[i]));
    const bool front_in = scene.layer && scene.in_picture(scene.frame.to_image(u, scene.front.v[i]));
    boundaries += scene.front.du * (outer_in + front_in);
    for (const Gap& gap : scene.gaps)
      if (u > gap.u0 && u < gap.u1 && (gap.at_front ? front_in : outer_in))
        truth.gap_length += scene.front.du;
  }
  truth.gap_fraction = boundaries > 0 ? truth.gap_length / boundaries : kNaN;
}

}  // namespace

Truth measure(const Scene& scene) {
  Truth truth{kNaN, kNaN, kNaN, kNaN, kNaN, kNaN, 0, kNaN, kNaN, "", 0, kNaN};
  if (scene.hopeless != Hopeless::no) return truth;
  if (scene.layer) measure_layer(scene, truth);
  if (std::isfinite(truth.thickness)) measure_filaments(scene, truth);
  measure_gaps(scene, truth);
  return truth;
}

std::vector<PointPx> boundary_in_picture(const Scene& scene, const Curve& curve, double step) {
  std::vector<PointPx> points;
  const double end = curve.u_at(curve.v.size() - 1);
  for (double u = curve.u0; u < end; u += step) {
    const PointPx p = scene.frame.to_image(u, curve.at(u));
    if (scene.in_picture(p)) points.push_back(p);
  }
  return points;
}

}  // namespace litho::sem_sample
