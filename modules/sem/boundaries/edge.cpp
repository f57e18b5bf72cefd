#include "modules/sem/boundaries/edge.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace litho::boundaries {
namespace {

constexpr double kSmallestBlur = 0.4, kLargestBlur = 12;
constexpr double kRimGain = 0.5;     // of the plain step's residual
constexpr double kRimMisfit = 0.01;  // of the step: a plain step that fits this well has no rim

/// Exponential decay to the right of 0, blurred by a Gaussian: the bright rim of an edge in secondary
/// electrons.
double rim(double x, double blur, double decay) {
  return 0.5 * std::exp(std::min(50.0, 0.5 * blur * blur / (decay * decay) - x / decay)) *
         std::erfc((blur / decay - x / blur) / std::numbers::sqrt2);
}

/// Least squares of a + b erf + c rim over blur, offset and decay; `rim_side` +1 or -1: where the rim lies,
/// 0: none.
EdgeFit fit_edge(const MeanProfile& mean, int rim_side, double narrowest, double widest) {
  EdgeFit best;
  bool first = true;
  const double n = static_cast<double>(mean.place.size());
  double sum = 0, all = 0;
  for (const double g : mean.grey) sum += g / n;
  for (const double g : mean.grey) all += (g - sum) * (g - sum);
  for (double blur = narrowest; blur < widest; blur *= 1.08)
    for (const double decay : {1.0, 1.6, 2.6, 4.2}) {
      if (rim_side == 0 && decay > 1.0) break;
      double before = 0, last = 0;
      for (int k = -12; k <= 12; ++k) {
        const double offset = 0.125 * k;
        double se = 0, sr = 0, see = 0, srr = 0, ser = 0, seg = 0, srg = 0;
        for (std::size_t i = 0; i < mean.place.size(); ++i) {
          const double x = mean.place[i] - offset, e = erf_step(x, blur), g = mean.grey[i] - sum;
          const double r = rim_side == 0 ? 0.0 : rim(rim_side * x, blur, decay);
          se += e, sr += r, see += e * e, srr += r * r, ser += e * r, seg += e * g, srg += r * g;
        }
        see -= se * se / n, srr -= sr * sr / n, ser -= se * sr / n;
        double gain = seg * seg / see;
        if (rim_side != 0) {
          const double det = see * srr - ser * ser;
          const double rim_height = det > 1e-9 * see * srr ? (see * srg - ser * seg) / det : 0.0;
          if (rim_height > 0) gain = (srr * seg * seg - 2 * ser * seg * srg + see * srg * srg) / det;
        }
        const double residual = all - gain;
        if (k > -11 && last < before && last <= residual && (first || last < best.residual)) {
          const double bend = before - 2 * last + residual;
          best = {blur, offset - 0.125 + (bend > 0 ? 0.0625 * (before - residual) / bend : 0.0), last};
          first = false;
        }
        before = last;
        last = residual;
      }
    }
  return best;
}

}  // namespace

double erf_step(double t, double blur) {
  return 0.5 * std::erf(t / (std::sqrt(2.0) * blur));
}

EdgeFit measure_edge(const MeanProfile& mean, double expected, bool with_rim) {
  if (mean.place.size() < 10) return {};
  EdgeFit best = fit_edge(mean, 0, kSmallestBlur, kLargestBlur);
  const double plain = best.residual, plain_blur = best.blur;
  const double misfit = std::sqrt(plain / static_cast<double>(mean.place.size()));
  if (!with_rim || plain_blur <= 0 || misfit < kRimMisfit * std::abs(expected)) return {best.blur, 0, plain};
  best.offset = 0;
  for (const int side : {-1, 1}) {
    const EdgeFit rimmed = fit_edge(mean, side, 0.75 * plain_blur, 1.5 * plain_blur);
    if (rimmed.blur > 0 && rimmed.residual < kRimGain * plain && rimmed.residual < best.residual)
      best = rimmed;
  }
  return best;
}

}  // namespace litho::boundaries
