#include "modules/sem/crack_profiles/slot_fit.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace litho {
namespace {

constexpr double kPerPx = 16;  // table entries
constexpr std::size_t kUnknowns = 5;
constexpr int kRounds = 8;
constexpr double kBlurDoubt = 0.05;  // of a slot's depth: what an error of the blur of some percent leaves
constexpr double kRimPrior = 0.02;   // weight of "no rim": what a shift of the wall explains as well is none

double normal_cdf(double x) {
  return 0.5 * std::erfc(-x / std::numbers::sqrt2);
}
double normal_pdf(double x) {
  return std::exp(-0.5 * x * x) / std::sqrt(2 * std::numbers::pi);
}

/// The rim beyond the wall, 1 at the wall, under the blur: the midpoint rule over the kernel.
double blurred_rim(double d, double blur, double rim) {
  constexpr int kNodes = 24;
  const double from = std::max(0.0, d - 4 * blur), to = d + 4 * blur;
  if (to <= 0) return 0;
  const double step = (to - from) / kNodes;
  double sum = 0;
  for (int k = 0; k < kNodes; ++k) {
    const double x = from + (k + 0.5) * step;
    sum += 2 * normal_cdf(-x / rim) * normal_pdf((d - x) / blur);
  }
  return sum * step / blur;
}

using Row = std::array<double, kUnknowns>;

/// Solves a symmetric positive system in place; false where it is none.
bool solve(std::array<Row, kUnknowns>& a, Row& b) {
  for (std::size_t i = 0; i < kUnknowns; ++i) {
    for (std::size_t j = 0; j <= i; ++j) {
      double sum = a[i][j];
      for (std::size_t k = 0; k < j; ++k) sum -= a[i][k] * a[j][k];
      if (i == j) {
        if (!(sum > 0)) return false;
        a[i][i] = std::sqrt(sum);
      } else {
        a[i][j] = sum / a[j][j];
      }
    }
  }
  for (std::size_t i = 0; i < kUnknowns; ++i) {
    for (std::size_t k = 0; k < i; ++k) b[i] -= a[i][k] * b[k];
    b[i] /= a[i][i];
  }
  for (std::size_t i = kUnknowns; i-- > 0;) {
    for (std::size_t k = i + 1; k < kUnknowns; ++k) b[i] -= a[k][i] * b[k];
    b[i] /= a[i][i];
  }
  return true;
}

}  // namespace

Wall::Wall(const WallLook& look) : look_(look), reach_(std::ceil(6 * look.blur_px + 4 * look.rim_px)) {
  const auto n = static_cast<std::size_t>(2 * reach_ * kPerPx) + 2;
  for (std::size_t i = 0; i < n; ++i) {
    const double d = static_cast<double>(i) / kPerPx - reach_, x = d / look.blur_px;
    step_.push_back(static_cast<float>(normal_cdf(x)));
    rim_.push_back(look.rim > 0 ? static_cast<float>(look.rim * blurred_rim(d, look.blur_px, look.rim_px))
                                : 0);
  }
}

double Wall::read(const std::vector<float>& table, double d) const {
  const double k = std::clamp((d + reach_) * kPerPx, 0.0, static_cast<double>(table.size()) - 1.001);
  const auto i = static_cast<std::size_t>(k);
  return table[i] + (k - static_cast<double>(i)) * (table[i + 1] - table[i]);
}

double Wall::rim_share(double width_px) const {
  return std::erf(width_px / (std::numbers::sqrt2 * look_.rim_px));
}

double Wall::slope(const std::vector<float>& table, double d) const {
  return (read(table, d + 0.5 / kPerPx) - read(table, d - 0.5 / kPerPx)) * kPerPx;
}

std::optional<SlotFit> fit_slot(const float* profile, int half, const SlotFit& start, const Wall& wall,
                                const FloorPrior& prior) {
  const double reach = std::max(6.0, 2.5 * wall.look().blur_px + 3 * wall.look().rim_px);
  const int from = std::max(-half, static_cast<int>(std::floor(start.left_px - reach))),
            to = std::min(half, static_cast<int>(std::ceil(start.right_px + reach)));
  if (to - from < 10) return std::nullopt;
  SlotFit fit = start;
  const double n = to - from + 1;
  double noise = std::max(1e-6, 0.1 * (0.5 * (fit.left + fit.right) - fit.floor));
  for (int round = 0; round < kRounds; ++round) {
    std::array<Row, kUnknowns> normal{};
    Row gradient{};
    double squares = 0;
    const double share = wall.rim_share(fit.width_px());
    for (int t = from; t <= to; ++t) {
      const double l = fit.left_px - t, r = t - fit.right_px;
      const double sl = wall.solid(l, share), sr = wall.solid(r, share),
                   inside = 1 - wall.step(l) - wall.step(r);
      const double residual = profile[t + half] - (fit.floor * inside + fit.left * sl + fit.right * sr);
      const Row d{-fit.floor * wall.step_slope(l) + fit.left * wall.solid_slope(l, share),
                  fit.floor * wall.step_slope(r) - fit.right * wall.solid_slope(r, share), inside, sl, sr};
      squares += residual * residual;
      for (std::size_t i = 0; i < kUnknowns; ++i) {
        gradient[i] += d[i] * residual;
        for (std::size_t j = 0; j <= i; ++j) normal[i][j] += d[i] * d[j];
      }
    }
    fit.rms = std::sqrt(squares / n);
    noise = std::clamp(fit.rms, 0.3 * noise, noise);
    const double full = std::max(1e-6, 0.5 * (fit.left + fit.right) - prior.void_grey);
    const double expected = prior.void_grey + (1 - prior.darkness) * full;
    // The blur is not known exactly either: that leaves more doubt than noise.
    const double doubt = std::hypot(noise, kBlurDoubt * full);
    const double weight = doubt * doubt / (prior.sd * prior.sd * full * full);
    normal[2][2] += weight;
    gradient[2] += weight * (expected - fit.floor);
    for (std::size_t i = 0; i < kUnknowns; ++i) normal[i][i] *= 1.001, normal[i][i] += 1e-12;
    if (!solve(normal, gradient)) return std::nullopt;
    const double most = 1 + 0.2 * fit.width_px();
    const double dl = std::clamp(gradient[0], -most, most), dr = std::clamp(gradient[1], -most, most);
    fit.left_px += dl, fit.right_px += dr;
    fit.floor += gradient[2], fit.left += gradient[3], fit.right += gradient[4];
    if (fit.width_px() < 0.1) {
      const double middle = 0.5 * (fit.left_px + fit.right_px);
      fit.left_px = middle - 0.1, fit.right_px = middle + 0.1;
    }
    if (fit.left_px < from || fit.right_px > to) return std::nullopt;
    if (std::abs(dl) + std::abs(dr) < 0.005) break;
  }
  return fit;
}

WallLook fit_wall(const std::vector<double>& at, const std::vector<double>& grey) {
  WallLook best;
  double least = 1e300;
  constexpr double kFrom = -0.5, kTo = 1.5, kStep = 0.1;  // of the wall beyond where the step is halfway
  for (double blur = 0.4; blur < 6.5; blur *= 1.07)
    for (const double rim_px : {1.5, 2.2, 3.2, 4.5})
      for (int s = 0; s <= static_cast<int>((kTo - kFrom) / kStep); ++s) {
        // The rim's height is linear: least squares, not below 0.
        double rr = kRimPrior, rg = 0, gg = 0;
        for (std::size_t k = 0; k < at.size(); ++k) {
          const double d = at[k] - kFrom - s * kStep, g = grey[k] - normal_cdf(d / blur),
                       r = blurred_rim(d, blur, rim_px);
          rr += r * r, rg += r * g, gg += g * g;
        }
        const double height = std::max(0.0, rg / rr), squares = gg - 2 * height * rg + height * height * rr;
        if (squares < least) least = squares, best = {blur, height, rim_px};
      }
  return best;
}

}  // namespace litho
