#include "modules/sem/boundaries/edge.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>

namespace litho::boundaries {
namespace {

constexpr double kSmallestBlur = 0.4, kLargestBlur = 12;  // px
constexpr double kPlainReach = 1.5, kPlainGrid = 0.125;   // px
constexpr double kRimReach = 4, kRimGrid = 0.25;
constexpr double kRimScale = 1.5;                // px: of how far rims move an edge, before it is seen
constexpr double kNarrower = 0.8, kWider = 1.5;  // an edge's blur against the picture's
// A fit worse by these shares, of the step and of the best misfit, is one standard deviation worse: edges are
// neither steps nor rims exactly.
constexpr double kStepMisfit = 0.004, kOwnMisfit = 0.25;

/// Exponential decay to the right of 0, blurred by a Gaussian: the bright rim of an edge in secondary
/// electrons.
double rim(double x, double blur, double decay) {
  return 0.5 * std::exp(std::min(50.0, 0.5 * blur * blur / (decay * decay) - x / decay)) *
         std::erfc((blur / decay - x / blur) / std::numbers::sqrt2);
}

/// Sums of a mean edge that do not depend on what is fitted.
struct Moments {
  double n = 0, mean = 0, all = 0;
  explicit Moments(const MeanProfile& profile) : n(static_cast<double>(profile.place.size())) {
    for (const double g : profile.grey) mean += g / n;
    for (const double g : profile.grey) all += (g - mean) * (g - mean);
  }
};

/// Residual of a + b erf + c rim, c >= 0, with the edge at `offset`; no rim where `decay` is 0.
double residual_at(const MeanProfile& profile, const Moments& moments, double blur, double decay,
                   double offset) {
  const double n = moments.n;
  double se = 0, sr = 0, see = 0, srr = 0, ser = 0, seg = 0, srg = 0;
  for (std::size_t i = 0; i < profile.place.size(); ++i) {
    const double x = profile.place[i] - offset, e = erf_step(x, blur), g = profile.grey[i] - moments.mean;
    const double r = decay > 0 ? rim(x, blur, decay) : 0.0;
    se += e, sr += r, see += e * e, srr += r * r, ser += e * r, seg += e * g, srg += r * g;
  }
  see -= se * se / n, srr -= sr * sr / n, ser -= se * sr / n;
  double gain = seg * seg / see;
  if (decay > 0) {
    const double det = see * srr - ser * ser;
    const double height = det > 1e-9 * see * srr ? (see * srg - ser * seg) / det : 0.0;
    if (height > 0) gain = (srr * seg * seg - 2 * ser * seg * srg + see * srg * srg) / det;
  }
  return moments.all - gain;
}

}  // namespace

double erf_step(double t, double blur) {
  return 0.5 * std::erf(t / (std::sqrt(2.0) * blur));
}

EdgeFit measure_edge(const MeanProfile& mean) {
  EdgeFit best;
  if (mean.place.size() < 10) return best;
  const Moments moments(mean);
  best.residual = std::numeric_limits<double>::infinity();
  constexpr int kFar = static_cast<int>(kPlainReach / kPlainGrid);
  for (double blur = kSmallestBlur; blur < kLargestBlur; blur *= 1.08)
    for (int k = -kFar; k <= kFar; ++k) {
      const double residual = residual_at(mean, moments, blur, 0, kPlainGrid * k);
      if (residual < best.residual) best.blur = blur, best.residual = residual;
    }
  return best;
}

EdgeFit measure_rimmed_edge(const MeanProfile& mean, double picture_blur) {
  EdgeFit fit = measure_edge(mean);
  if (fit.blur <= 0 || picture_blur <= 0) return fit;
  const Moments moments(mean);
  constexpr int kFar = static_cast<int>(kRimReach / kRimGrid);
  constexpr double kNever = std::numeric_limits<double>::infinity();
  std::array<double, 2 * kFar + 1> least;
  least.fill(kNever);
  double plain = kNever, best = kNever, rimmed_blur = 0;
  for (double blur = std::max(kSmallestBlur, kNarrower * picture_blur); blur <= kWider * picture_blur;
       blur *= 1.15)
    for (const double decay : {0.0, 1.0, 1.6, 2.6, 4.2})
      for (int k = -kFar; k <= kFar; ++k) {
        const double residual = residual_at(mean, moments, blur, decay, kRimGrid * k);
        if (decay == 0) {
          plain = std::min(plain, residual);
          continue;
        }
        double& one = least[static_cast<std::size_t>(k + kFar)];
        one = std::min(one, residual);
        if (residual < best) best = residual, rimmed_blur = blur;
      }
  // The step between the ends.
  const double step = mean.grey.back() - mean.grey.front();
  const double slack = moments.n * kStepMisfit * kStepMisfit * step * step + kOwnMisfit * kOwnMisfit * best;
  double sum = 0, place = 0, squares = 0;
  for (int k = -kFar; k <= kFar; ++k) {
    const double off = kRimGrid * k;
    const double weight = std::exp(-0.5 * (least[static_cast<std::size_t>(k + kFar)] - best) / slack -
                                   std::abs(off) / kRimScale);
    sum += weight, place += weight * off, squares += weight * off * off;
  }
  place /= sum;
  // The less a plain step falls short, the less the rim is believed.
  const double believed = 1 - std::exp(-0.5 * std::max(0.0, plain - best) / slack);
  fit.offset = believed * place;
  fit.offset_u = std::hypot(std::sqrt(std::max(0.0, squares / sum - place * place)), (1 - believed) * place);
  if (believed > 0.5) fit.blur = rimmed_blur;
  return fit;
}

}  // namespace litho::boundaries
