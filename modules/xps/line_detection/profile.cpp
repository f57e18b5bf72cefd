#include "modules/xps/line_detection/profile.hpp"

#include <algorithm>
#include <cmath>

#include "modules/xps/line_detection/look_elsewhere.hpp"

namespace litho {
namespace {

double highest_gain(std::span<const NodeFit> nodes, double total) {
  double best = -HUGE_VAL;
  for (const NodeFit& node : nodes) best = std::max(best, node.gain_at(total));
  return best;
}

/// 95th percentile of the likelihood ratio of the amplitude `mean` (in sd, >= 0) when the estimate is bounded
/// by 0: the acceptance region is x1 < x < x2 with equal ratios at both ends.
double critical_ratio(double mean) {
  if (mean > 2.2) return 3.8414588;  // the lower end stays above the bound
  double lo = 2.5, hi = 3.9;
  for (int i = 0; i < 40; ++i) {
    const double c = 0.5 * (lo + hi);
    const double above = mean + std::sqrt(c);
    // Estimates below 0 count as 0: their ratio is mean^2 - 2 x mean.
    const double below = std::sqrt(c) <= mean ? mean - std::sqrt(c)
                         : mean > 0           ? (mean * mean - c) / (2 * mean)
                                              : -HUGE_VAL;
    const double inside = 1 - normal_tail(above - mean) - normal_tail(mean - below);
    (inside < 0.95 ? lo : hi) = c;
  }
  return 0.5 * (lo + hi);
}

}  // namespace

void NodeFit::solve() {
  amplitude = {};
  gain = 0;
  const auto take = [&](double a, double b) {
    const double g = 2 * (a * score[0] + b * score[1]) -
                     (a * a * gram[0][0] + 2 * a * b * gram[0][1] + b * b * gram[1][1]) - penalty;
    if (g > gain) {
      gain = g;
      amplitude = {a, b};
    }
  };
  if (score[0] > 0) take(score[0] / gram[0][0], 0);
  if (parts < 2) return;
  if (score[1] > 0) take(0, score[1] / gram[1][1]);
  const double determinant = gram[0][0] * gram[1][1] - gram[0][1] * gram[0][1];
  if (!(determinant > 1e-10 * gram[0][0] * gram[1][1])) return;
  const double a = (score[0] * gram[1][1] - score[1] * gram[0][1]) / determinant;
  const double b = (score[1] * gram[0][0] - score[0] * gram[0][1]) / determinant;
  if (a > 0 && b > 0) take(a, b);
}

double NodeFit::gain_at(double total) const {
  double a = total, b = 0;
  if (parts == 2) {
    const double bend = gram[0][0] - 2 * gram[0][1] + gram[1][1];
    const double pull = score[0] - score[1] + total * (gram[1][1] - gram[0][1]);
    a = bend > 0 ? std::clamp(pull / bend, 0.0, total) : total;
    b = total - a;
  }
  return 2 * (a * score[0] + b * score[1]) -
         (a * a * gram[0][0] + 2 * a * b * gram[0][1] + b * b * gram[1][1]) - penalty;
}

ProfileInterval profile_interval(std::span<const NodeFit> nodes, double sd, bool found) {
  double best = 0, at = 0;
  for (const NodeFit& node : nodes)
    if (node.gain > best) {
      best = node.gain;
      at = node.amplitude[0] + node.amplitude[1];
    }
  const auto outside = [&](double total) {
    return best - highest_gain(nodes, total) > critical_ratio(total / sd);
  };
  ProfileInterval interval;
  double inside = at, out = std::max(at, sd) * 1.5 + 3 * sd;
  while (!outside(out)) out *= 1.5;
  for (int i = 0; i < 40; ++i) {
    const double middle = 0.5 * (inside + out);
    (outside(middle) ? out : inside) = middle;
  }
  interval.hi = inside;
  if (!found || !outside(0)) return interval;
  inside = at;
  out = 0;
  for (int i = 0; i < 40; ++i) {
    const double middle = 0.5 * (inside + out);
    (outside(middle) ? out : inside) = middle;
  }
  interval.lo = inside;
  return interval;
}

}  // namespace litho
