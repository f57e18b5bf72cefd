#include <algorithm>
#include <cmath>
#include <limits>

#include "modules/sem/layers/coarse.hpp"

namespace litho::layers {
namespace {

constexpr double kDarkestRatio = 0.25;  // interphase / electrolyte
constexpr double kBrightestRatio = 0.93;
constexpr int kThinnest = 2;             // coarse px
constexpr double kSteepestTrend = 0.35;  // of the mean level over the whole profile

/// Running sums of a weighted profile, for the residual of "constant + common slope" over any stretch in
/// O(1).
struct Sums {
  std::vector<double> w, p, s, ss, sp, pp;
};
struct Stretch {
  double w, mean_p, mean_s, ss, sp, pp;
};

Sums running(const std::vector<double>& profile, const std::vector<double>& weight) {
  const std::size_t n = profile.size();
  Sums r;
  for (auto* sums : {&r.w, &r.p, &r.s, &r.ss, &r.sp, &r.pp}) sums->assign(n + 1, 0.0);
  for (std::size_t i = 0; i < n; ++i) {
    const double w = weight[i], p = profile[i], s = static_cast<double>(i);
    r.w[i + 1] = r.w[i] + w;
    r.p[i + 1] = r.p[i] + w * p;
    r.s[i + 1] = r.s[i] + w * s;
    r.ss[i + 1] = r.ss[i] + w * s * s;
    r.sp[i + 1] = r.sp[i] + w * s * p;
    r.pp[i + 1] = r.pp[i] + w * p * p;
  }
  return r;
}

Stretch between(const Sums& r, int a, int b) {
  const double w = r.w[b] - r.w[a];
  const double p = r.p[b] - r.p[a], s = r.s[b] - r.s[a];
  return {w,
          p / w,
          s / w,
          r.ss[b] - r.ss[a] - s * s / w,
          r.sp[b] - r.sp[a] - s * p / w,
          r.pp[b] - r.pp[a] - p * p / w};
}

/// Mean grey along lines of the given slope: entry k covers v - slope (u - width / 2) in [k, k + 1).
void profile_along(const Coarse& upright, double slope, std::vector<double>& profile,
                   std::vector<double>& weight, double& squares) {
  const int w = upright.grey.width(), h = upright.grey.height();
  profile.assign(static_cast<std::size_t>(h), 0.0);
  weight.assign(static_cast<std::size_t>(h), 0.0);
  std::vector<double> square(static_cast<std::size_t>(h), 0.0);
  for (int u = 0; u < w; ++u) {
    const int shift = static_cast<int>(std::lround(slope * (u + 0.5 - 0.5 * w)));
    for (int v = std::max(0, shift); v < std::min(h, h + shift); ++v) {
      const double g = upright.grey(u, v), m = upright.weight(u, v);
      profile[static_cast<std::size_t>(v - shift)] += m * g;
      square[static_cast<std::size_t>(v - shift)] += m * g * g;
      weight[static_cast<std::size_t>(v - shift)] += m;
    }
  }
  squares = 0;
  for (int k = 0; k < h; ++k) {
    auto& m = weight[static_cast<std::size_t>(k)];
    if (m < 0.4 * w) {
      m = 0;
      profile[static_cast<std::size_t>(k)] = 0;
      continue;
    }
    profile[static_cast<std::size_t>(k)] /= m;
    squares += square[static_cast<std::size_t>(k)];
  }
}

/// Best pair of steps of one direction for both orders (outside above, outside below the pair).
void best_steps(const Coarse& upright, double slope, LineFit& up, LineFit& down) {
  std::vector<double> profile, weight;
  double squares = 0;
  profile_along(upright, slope, profile, weight, squares);
  int first = 0, last = static_cast<int>(profile.size());
  while (first < last && weight[static_cast<std::size_t>(first)] <= 0) ++first;
  while (last > first && weight[static_cast<std::size_t>(last - 1)] <= 0) --last;
  const int n = last - first;
  if (n < 16) return;
  const Sums sums = running(profile, weight);
  const Stretch whole = between(sums, first, last);
  const double total = squares - whole.w * whole.mean_p * whole.mean_p;
  const double limit = kSteepestTrend * whole.mean_p / n;
  const auto residual = [&](double pp, double sp, double ss) {
    const double slope_fit = ss > 0 ? std::clamp(sp / ss, -limit, limit) : 0.0;
    return pp - 2 * slope_fit * sp + slope_fit * slope_fit * ss;
  };
  const double plain = residual(whole.pp, whole.sp, whole.ss);
  const int margin = std::max(2, n / 50), deep = n / 8;
  for (int a = first + margin; a < last - margin - kThinnest; ++a) {
    const Stretch top = between(sums, first, a);
    if (!(top.w > 0)) continue;
    for (int b = a + kThinnest; b < last - margin; ++b) {
      const bool try_up = last - b >= deep, try_down = a - first >= deep;
      if (!try_up && !try_down) continue;
      const Stretch mid = between(sums, a, b), low = between(sums, b, last);
      if (!(mid.w > 0 && low.w > 0)) continue;
      const double sp = top.sp + mid.sp + low.sp, ss = top.ss + mid.ss + low.ss;
      const double score = (plain - residual(top.pp + mid.pp + low.pp, sp, ss)) / total;
      const double trend = ss > 0 ? std::clamp(sp / ss, -limit, limit) : 0.0;
      const auto darker = [&](const Stretch& inner) {
        const double e = inner.mean_p + trend * (mid.mean_s - inner.mean_s);
        return mid.mean_p < kBrightestRatio * e && mid.mean_p > kDarkestRatio * e;
      };
      if (try_up && score > up.score && darker(low))
        up = {up.side, slope, static_cast<double>(a), static_cast<double>(b), score};
      if (try_down && score > down.score && darker(top))
        down = {down.side, slope, static_cast<double>(upright.grey.height() - b),
                static_cast<double>(upright.grey.height() - a), score};
    }
  }
}

}  // namespace

Coarse shrink(const Image<float>& grey, const Image<std::uint8_t>& usable, int factor) {
  const int w = grey.width() / factor, h = grey.height() / factor;
  Coarse out{Image<float>(w, h), Image<float>(w, h), factor};
  std::vector<float> sum(static_cast<std::size_t>(w)), all(static_cast<std::size_t>(w));
  std::vector<int> count(static_cast<std::size_t>(w));
  for (int v = 0; v < h; ++v) {
    std::fill(sum.begin(), sum.end(), 0.0F);
    std::fill(all.begin(), all.end(), 0.0F);
    std::fill(count.begin(), count.end(), 0);
    for (int y = v * factor; y < (v + 1) * factor; ++y) {
      const float* g = grey.row(y).data();
      const std::uint8_t* m = usable.row(y).data();
      for (int u = 0; u < w; ++u)
        for (int k = 0; k < factor; ++k, ++g, ++m) {
          const float one = *m != 0;
          sum[static_cast<std::size_t>(u)] += one * *g;
          all[static_cast<std::size_t>(u)] += *g;
          count[static_cast<std::size_t>(u)] += *m != 0;
        }
    }
    const float whole = static_cast<float>(factor * factor);
    for (int u = 0; u < w; ++u) {
      const int n = count[static_cast<std::size_t>(u)];
      out.grey(u, v) = n > 0 ? sum[static_cast<std::size_t>(u)] / static_cast<float>(n)
                             : all[static_cast<std::size_t>(u)] / whole;
      out.weight(u, v) = static_cast<float>(n) / whole;
    }
  }
  return out;
}

Coarse turn(const Coarse& coarse, Side side) {
  const Frame frame{side, coarse.grey.width(), coarse.grey.height()};
  Coarse out{Image<float>(frame.width(), frame.height()), Image<float>(frame.width(), frame.height()),
             coarse.factor};
  const auto grey = upright(coarse.grey, frame);
  const auto weight = upright(coarse.weight, frame);
  for (int v = 0; v < frame.height(); ++v)
    for (int u = 0; u < frame.width(); ++u) out.grey(u, v) = grey(u, v), out.weight(u, v) = weight(u, v);
  return out;
}

std::vector<LineFit> fit_lines(const Coarse& coarse, std::optional<Side> side) {
  std::vector<LineFit> fits;
  for (const auto& [near, far] : {std::pair{Side::top, Side::bottom}, std::pair{Side::left, Side::right}}) {
    if (side && *side != near && *side != far) continue;
    const Coarse upright_picture = turn(coarse, near);
    LineFit up{near}, down{far};
    for (int step = -8; step <= 8; ++step) best_steps(upright_picture, 0.04 * step, up, down);
    if (up.score > 0 && (!side || *side == near)) fits.push_back(up);
    if (down.score > 0 && (!side || *side == far)) fits.push_back(down);
  }
  std::stable_sort(fits.begin(), fits.end(),
                   [](const LineFit& a, const LineFit& b) { return a.score > b.score; });
  return fits;
}

}  // namespace litho::layers
