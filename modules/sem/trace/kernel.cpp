#include "modules/sem/trace/kernel.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace litho {
namespace {

constexpr int kBlock = 8;  // ground px
constexpr double kLeastPatch = 1e-3;
constexpr int kAlong = 24;                       // ground columns either side over which levels are averaged
constexpr double kWeakStep = 0.4;                // of the expected step: less is taken as this much
constexpr double kClip = 1.0;                    // shares beyond -1 and 2 say no more than these
constexpr double kStiffest = 4, kLoosest = 0.5;  // nats a ground px of jump
constexpr int kClear = 3;                        // ground px beside the boundary that do not count for levels
constexpr double kMadToSd = 1.4826;
constexpr double kLeastSd = 0.01;               // of the step
constexpr double kLean = 0.7, kMostLean = 0.2;  // of the texture over a block; of the step
constexpr double kSettled = 1;                  // ground px
constexpr double kLeastMiddle = 0.4;            // of the step: where both sides may be equally likely

template <class T>
T median(std::vector<T>& values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

std::vector<float> smooth(const std::vector<float>& values, int reach) {
  const int n = static_cast<int>(values.size());
  std::vector<double> sum(values.size() + 1, 0.0);
  for (int u = 0; u < n; ++u) sum[u + 1] = sum[u] + values[u];
  std::vector<float> out(values.size());
  for (int u = 0; u < n; ++u) {
    // As far left as right, so that a tilt is kept up to the ends.
    const int r = std::min({reach, u, n - 1 - u});
    out[u] = static_cast<float>((sum[u + r + 1] - sum[u - r]) / (2 * r + 1));
  }
  return out;
}

/// The path's trend: robust local lines over +-`span` columns (Cleveland 1979), so that a stretch gone astray
/// does not bend what the search follows.
std::vector<float> trend(const std::vector<float>& path, int span) {
  const int n = static_cast<int>(path.size());
  constexpr int kKnot = 16, kStride = 4;
  const int knots = n / kKnot + 2;
  std::vector<double> weight(path.size(), 1.0);
  std::vector<float> out(path.size());
  for (int pass = 0; pass < 5; ++pass) {
    std::vector<double> at(static_cast<std::size_t>(knots));
    for (int k = 0; k < knots; ++k) {
      const int u0 = std::min(k * kKnot, n - 1);
      double s = 0, su = 0, sv = 0, suu = 0, suv = 0;
      for (int u = std::max(0, u0 - span); u <= std::min(n - 1, u0 + span); u += kStride) {
        const double d = (u - u0) / (span + 1.0), cube = 1 - std::abs(d * d * d);
        const double q = weight[u] * cube * cube * cube;
        s += q, su += q * d, sv += q * path[u], suu += q * d * d, suv += q * d * path[u];
      }
      const double det = s * suu - su * su;
      at[k] = det > 1e-9 * s * s ? (suu * sv - su * suv) / det : s > 0 ? sv / s : path[u0];
    }
    std::vector<float> off;
    for (int u = 0; u < n; ++u) {
      const int k = std::min(u / kKnot, knots - 2);
      const double t = (u - k * kKnot) / static_cast<double>(kKnot);
      out[u] = static_cast<float>(at[k] + t * (at[k + 1] - at[k]));
      off.push_back(std::abs(path[u] - out[u]));
    }
    const double limit = 6 * std::max(0.5F, median(off));
    for (int u = 0; u < n; ++u) {
      const double z = std::min(1.0, std::abs(path[u] - out[u]) / limit);
      weight[u] = (1 - z * z) * (1 - z * z) + 1e-4;
    }
  }
  return out;
}

/// Mean grey of rows [from, to) relative to the path in every column, robust against what is far off the
/// column's neighbours, averaged along the picture.
std::vector<float> levels(const Ground& ground, const std::vector<float>& path, int from, int to,
                          double dark) {
  const int w = ground.grey.width(), h = ground.grey.height();
  std::vector<float> all;
  for (int u = 0; u < w; u += 3)
    for (int k = from; k < to; ++k) {
      const int v = static_cast<int>(std::lround(path[u])) + k;
      if (v >= 0 && v < h && ground.counts(u, v, dark)) all.push_back(ground.grey(u, v));
    }
  std::vector<float> out(static_cast<std::size_t>(w), 0.0F);
  if (all.empty()) return out;
  const float centre = median(all);
  for (float& g : all) g = std::abs(g - centre);
  const float limit = static_cast<float>(3.5 * kMadToSd) * median(all) + 1e-6F;
  std::vector<double> sum(static_cast<std::size_t>(w + 1), 0.0), count(sum);
  for (int u = 0; u < w; ++u) {
    double s = 0, n = 0;
    for (int k = from; k < to; ++k) {
      const int v = static_cast<int>(std::lround(path[u])) + k;
      if (v < 0 || v >= h || !ground.counts(u, v, dark)) continue;
      const float g = ground.grey(u, v);
      if (std::abs(g - centre) > limit) continue;
      s += g, n += 1;
    }
    sum[u + 1] = sum[u] + s, count[u + 1] = count[u] + n;
  }
  const double prior = 0.5 * (to - from);  // pixels: where little is seen the whole picture's level holds
  for (int u = 0; u < w; ++u) {
    const int a = std::max(0, u - kAlong), b = std::min(w, u + kAlong + 1);
    out[u] = static_cast<float>((sum[b] - sum[a] + prior * centre) / (count[b] - count[a] + prior));
  }
  return smooth(out, kAlong / 2);
}

std::vector<double> patchiness(const Ground& ground, const std::vector<float>& path, const Trace& t, int from,
                               int to, double share_there, double dark) {
  const int w = ground.grey.width(), h = ground.grey.height();
  const int tall = std::min(kBlock, to - from);
  const int across = (to - from) / tall, along = w / kBlock;
  Image<double> sum(along, across), count(along, across);
  double squares = 0, pixels = 0;
  for (int u = 0; u < along * kBlock; ++u)
    for (int k = 0; k < across * tall; ++k) {
      const int v = static_cast<int>(std::lround(path[u])) + from + k;
      if (v < 0 || v >= h || !ground.counts(u, v, dark)) continue;
      const double s =
          std::clamp((ground.grey(u, v) - t.above[u]) / (t.below[u] - t.above[u]) - share_there, -2.0, 2.0);
      sum(u / kBlock, k / tall) += s, count(u / kBlock, k / tall) += 1;
      squares += s * s, pixels += 1;
    }
  if (pixels < 1) return {1};
  std::vector<double> all{squares / pixels};
  for (const int size : kPatchSizes) {
    if (size < kBlock) continue;
    const int side = size / kBlock;
    const int deep = std::min(side, across);
    const double whole = static_cast<double>(side) * kBlock * deep * tall;
    std::vector<double> means;
    for (int a = 0; a + side <= along; a += side)
      for (int b = 0; b + deep <= across; b += deep) {
        double s = 0, n = 0;
        for (int i = a; i < a + side; ++i)
          for (int j = b; j < b + deep; ++j) s += sum(i, j), n += count(i, j);
        if (n > 0.7 * whole) means.push_back(s / n);
      }
    if (means.size() < 12) break;
    // Robust: filaments and cracks in a strip are not its texture.
    const double mean = median(means);
    for (double& m : means) m = std::abs(m - mean);
    const double sd = kMadToSd * median(means), variance = sd * sd;
    all.push_back(variance * whole);
  }
  return all;
}

/// Standard deviation of the share over a block.
double block_sd(const std::vector<double>& patch) {
  return std::max(kLeastSd, std::sqrt((patch.size() > 1 ? patch[1] : patch[0]) / (kBlock * kBlock)));
}

/// The share that is as likely above, where shares lie about 0, as below, where they lie about 1: nearer to
/// the side that varies less. Were it one half, the boundary would follow the other side's dark (or bright)
/// grains.
double equal_share(double above_sd, double below_sd) {
  const double a = 1 / (above_sd * above_sd), b = 1 / (below_sd * below_sd);
  if (std::abs(a - b) < 1e-3 * (a + b)) return 0.5;
  // a s^2 - b (s - 1)^2 = 2 ln(below_sd / above_sd)
  const double c = b + 2 * std::log(below_sd / above_sd);
  const double root = std::sqrt(std::max(0.0, b * b + (a - b) * c));
  return std::clamp((root - b) / (a - b), kLeastMiddle, 1 - kLeastMiddle);
}

}  // namespace

std::vector<int> best_boundary(const std::vector<float>& cost, int width, int height,
                               const std::vector<int>& lowest, const std::vector<int>& highest,
                               const std::vector<int>& base, float stiffness) {
  const int n = height + 1;
  constexpr float kNever = 1e30F;
  std::vector<float> total(static_cast<std::size_t>(n), kNever), near(total);
  std::vector<int> from(static_cast<std::size_t>(width) * n), source(static_cast<std::size_t>(n));
  for (int u = 0; u < width; ++u) {
    const float* column = &cost[static_cast<std::size_t>(u) * n];
    const int low = lowest[u], high = highest[u];
    if (u > 0) {
      // Only rows between where the path may come from and where it may go.
      const int drift = base[u] - base[u - 1], before = lowest[u - 1], after = highest[u - 1];
      const int first = std::min(low, before == 0 ? 0 : std::clamp(before + drift, 0, height));
      const int last = std::max(high, after == height ? height : std::clamp(after + drift, 0, height));
      for (int v = first; v <= last; ++v) {
        source[v] = std::clamp(v - drift, 0, height);
        near[v] = total[source[v]];
      }
      for (int v = first + 1; v <= last; ++v)
        if (near[v - 1] + stiffness < near[v]) near[v] = near[v - 1] + stiffness, source[v] = source[v - 1];
      for (int v = last - 1; v >= first; --v)
        if (near[v + 1] + stiffness < near[v]) near[v] = near[v + 1] + stiffness, source[v] = source[v + 1];
      std::copy(source.begin() + low, source.begin() + high + 1,
                from.begin() + static_cast<std::ptrdiff_t>(u) * n + low);
      std::fill(total.begin() + before, total.begin() + after + 1, kNever);
    }
    for (int v = low; v <= high; ++v) total[v] = column[v] + (u > 0 ? std::min(near[v], kNever) : 0.0F);
  }
  std::vector<int> path(static_cast<std::size_t>(width));
  int v = static_cast<int>(std::min_element(total.begin(), total.end()) - total.begin());
  for (int u = width - 1; u >= 0; --u) {
    path[u] = v;
    if (u > 0) v = from[static_cast<std::size_t>(u) * n + v];
  }
  return path;
}

double Trace::patch() const {
  const auto most = [](const std::vector<double>& all) { return *std::max_element(all.begin(), all.end()); };
  return std::max(kLeastPatch, 0.5 * (most(patch_above) + most(patch_below)));
}

Trace trace_boundary(const Ground& ground, const std::vector<float>& start, const std::vector<float>& nearest,
                     const std::vector<float>& farthest, const TraceSetup& setup) {
  const int w = ground.grey.width(), h = ground.grey.height();
  const double expected_step = setup.step, dark = setup.dark;
  const int deep = static_cast<int>(std::clamp(setup.strip, 4.0, 40.0));
  const int half = static_cast<int>(std::ceil(setup.reach)), rows = 2 * half;
  Trace t;
  t.v = trend(start, static_cast<int>(setup.span * w));
  // While the boundary's own shape is not known, levels and texture are learnt clear of where it may run.
  std::vector<float> off;
  for (int u = 0; u < w; ++u) off.push_back(std::abs(start[u] - t.v[u]));
  const int clear = kClear + static_cast<int>(std::min(2 * kMadToSd * median(off), 0.8 * deep));
  std::vector<float> cost(static_cast<std::size_t>(w) * (rows + 1));
  std::vector<int> lowest(static_cast<std::size_t>(w)), highest(lowest), top(lowest), zero(lowest);
  t.stiffness = setup.stiffness;
  for (int round = 0; round < setup.rounds; ++round) {
    const std::vector<float> middle = trend(t.v, static_cast<int>(setup.span * w));
    for (int u = 0; u < w; ++u) top[u] = static_cast<int>(std::lround(middle[u])) - half;
    t.above = levels(ground, t.v, -clear - deep, -clear, dark);
    t.below = levels(ground, t.v, clear, clear + deep, dark);
    for (int u = 0; u < w; ++u) {
      // A step that is weak here, or of the wrong sign, is stretched about its middle.
      const double step = (t.below[u] - t.above[u]) / expected_step;
      if (step >= kWeakStep) continue;
      const double mid = 0.5 * (t.above[u] + t.below[u]);
      t.above[u] = static_cast<float>(mid - 0.5 * kWeakStep * expected_step);
      t.below[u] = static_cast<float>(mid + 0.5 * kWeakStep * expected_step);
    }
    t.patch_above = patchiness(ground, t.v, t, -clear - deep, -clear, 0, dark);
    t.patch_below = patchiness(ground, t.v, t, clear, clear + deep, 1, dark);
    const double patch = t.patch();
    const double middle_share = setup.lean + equal_share(block_sd(t.patch_above), block_sd(t.patch_below));
    for (int u = 0; u < w; ++u) {
      float* column = &cost[static_cast<std::size_t>(u) * (rows + 1)];
      column[0] = 0;
      for (int k = 0; k < rows; ++k) {
        const int v = top[u] + k;
        double gain = 0;
        if (v >= 0 && v < h && ground.counts(u, v, dark)) {
          const double share = (ground.grey(u, v) - t.above[u]) / (t.below[u] - t.above[u]);
          gain = std::clamp(share, -kClip, 1 + kClip) - middle_share;  // of lying below
        }
        // In 1/64 nat, whose sums are exact: what is equally likely stays so whatever the unit of grey.
        column[k + 1] = column[k] + static_cast<float>(std::nearbyint(64 * gain / patch) / 64);
      }
      lowest[u] = std::clamp(static_cast<int>(std::ceil(nearest[u])) - top[u], 0, rows);
      highest[u] = std::clamp(static_cast<int>(std::floor(farthest[u])) - top[u], lowest[u], rows);
    }
    // Jumps are counted against the trend, which the rows of the band follow.
    const auto path = best_boundary(cost, w, rows, lowest, highest, zero, static_cast<float>(t.stiffness));
    double jumps = 0;
    for (int u = 0; u < w; ++u) {
      t.v[u] = static_cast<float>(top[u] + path[u]);
      if (u > 0) jumps += std::abs(t.v[u] - t.v[u - 1] - (middle[u] - middle[u - 1]));
    }
    // The exponential law of jumps that fits this boundary's own.
    t.stiffness = std::clamp(w / (jumps + 0.1 * w), kLoosest, kStiffest);
  }
  return t;
}

double placement_u(const Ground& ground, const Trace& trace, const TraceSetup& setup) {
  const int w = ground.grey.width(), h = ground.grey.height();
  const int deep = static_cast<int>(std::clamp(setup.strip, 4.0, 40.0));
  const int half = static_cast<int>(std::ceil(setup.reach)) + deep + 8;
  Ground surrogate{Image<float>(w, h), Image<std::uint8_t>(w, h), ground.factor};
  for (int u = 0; u < w; ++u) {
    const int from = (u + w / 3) % w;  // far enough to be other grains
    const int there = static_cast<int>(std::lround(trace.v[from])),
              here = static_cast<int>(std::lround(trace.v[u]));
    for (int v = std::max(0, here - half); v < std::min(h, here + half); ++v) {
      const bool below = v >= here;
      // To and fro within the strip, clear of the edge itself.
      const int distance = below ? v - here : here - 1 - v, turn = distance % (2 * deep);
      const int k = kClear + (turn < deep ? turn : 2 * deep - 1 - turn);
      const int source = below ? there + k : there - 1 - k;
      if (source < 0 || source >= h || !ground.counts(from, source, setup.dark)) continue;
      const double step = trace.below[from] - trace.above[from];
      const double off = (ground.grey(from, source) - (below ? trace.below[from] : trace.above[from])) / step;
      surrogate.grey(u, v) = static_cast<float>((below ? trace.below[u] : trace.above[u]) +
                                                off * (trace.below[u] - trace.above[u]));
      surrogate.seen(u, v) = 1;
    }
  }
  TraceSetup again = setup;
  again.rounds = 1;
  again.stiffness = trace.stiffness;
  again.dark = -std::numeric_limits<double>::infinity();
  const Trace second = trace_boundary(surrogate, trace.v, std::vector<float>(trace.v.size(), 0.0F),
                                      std::vector<float>(trace.v.size(), static_cast<float>(h)), again);
  constexpr int kStretches = 16;
  std::vector<double> off(kStretches, 0.0);
  for (int k = 0; k < kStretches; ++k) {
    const int a = k * w / kStretches, b = (k + 1) * w / kStretches;
    for (int u = a; u < b; ++u)
      off[k] += (second.v[u] - std::lround(trace.v[u])) / static_cast<double>(b - a);
  }
  // Medians: beside a filament or a steep flank the strips hold more than texture.
  const double bias = median(off);
  for (double& one : off) one = std::abs(one - bias);
  const double moved = std::hypot(bias, kMadToSd * median(off) / std::sqrt(kStretches - 1.0));
  // Were the share that parts both sides another one, as far as texture leaves it open.
  const std::vector<float> top(trace.v.size(), 0.0F), bottom(trace.v.size(), static_cast<float>(h));
  const double lean =
      std::min(kMostLean, kLean * std::hypot(block_sd(trace.patch_above), block_sd(trace.patch_below)));
  std::vector<float> leans[2];
  for (const int k : {0, 1}) {
    TraceSetup leaning = setup;
    leaning.rounds = 1;
    leaning.stiffness = trace.stiffness;
    leaning.lean = k == 0 ? -lean : lean;
    leans[k] = trace_boundary(ground, trace.v, top, bottom, leaning).v;
  }
  // Within an edge's blur its middle is found whatever the share.
  double swayed = 0;
  for (int u = 0; u < w; ++u) {
    const double sway = leans[1][u] - leans[0][u];
    if (std::abs(sway) > kSettled) swayed += 0.5 * sway / w;
  }
  // A step of one in noise of variance p / m (mean over m columns) is placed to sqrt(26) p / m; the w / m
  // such places along the picture are independent.
  const double patch = trace.patch();
  return std::hypot(moved, swayed, std::sqrt(26.0) * patch / std::sqrt(std::max<double>(kBlock, patch) * w));
}

std::vector<float> spread_columns(const std::vector<float>& rows, double factor, int width, int height) {
  std::vector<float> out(static_cast<std::size_t>(width));
  const int n = static_cast<int>(rows.size());
  for (int u = 0; u < width; ++u) {
    const double place = std::clamp((u + 0.5) / factor - 0.5, 0.0, n - 1.0);
    const int k = std::min(n - 2, static_cast<int>(place));
    const double t = place - k;
    const double v = (rows[k] * (1 - t) + rows[k + 1] * t) * factor;
    out[u] = static_cast<float>(std::clamp(v, 0.0, static_cast<double>(height)));
  }
  return out;
}

}  // namespace litho
