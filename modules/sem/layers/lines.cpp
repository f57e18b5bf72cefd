#include <algorithm>
#include <cmath>

#include "modules/sem/layers/coarse.hpp"

namespace litho::layers {
namespace {

constexpr double kDarkestRatio = 0.2;  // interphase / electrolyte
constexpr double kBrightestRatio = 0.95;
constexpr int kThinnest = 3;  // coarse px
constexpr double kSlopeStep = 0.01;
constexpr int kSlopes = 32;  // either side of 0: 18 degrees
constexpr int kWidest = 8;
constexpr int kScales[] = {2, 4, 8};  // coarse px averaged either side of a step
constexpr std::size_t kEdges = 20;    // strongest steps kept of one axis
constexpr double kParallel = 0.07;    // slopes of the two boundaries may differ by this
constexpr double kLevelsFree =
    0.3;                         // of the score is due to the steps alone, the rest to the levels they part
constexpr int kBorder = 4;       // coarse px at the ends of a profile where no step is looked for
constexpr double kSamePair = 6;  // coarse px
constexpr std::size_t kMostFits = 8;
constexpr double kStrongest = 25;  // steps beyond this many spreads are all the same

struct Edge {
  double slope = 0;
  int k = 0;
  double t = 0;  // signed: grey rises (+) or falls (-) with k, in spreads of such steps over the picture
};

/// Mean grey along lines of one slope, as running sums: entry k covers v - slope (u - width / 2) in [k, k +
/// 1).
struct Profile {
  double slope = 0;
  int first = 0, last = 0;      // entries that enough pixels back
  std::vector<double> running;  // running[k] = sum of entries before k
  std::vector<double> squares;  // the same of their squares
  /// Sum of squares about the mean of entries a..b-1.
  double scatter(int a, int b) const {
    return b <= a ? 0.0
                  : squares[b] - squares[a] - (running[b] - running[a]) * (running[b] - running[a]) / (b - a);
  }
  double mean(int a, int b) const { return (running[b] - running[a]) / (b - a); }
};

/// An upright picture down its columns: what is summed along lines of many slopes.
struct Columns {
  int width = 0, height = 0;
  std::vector<float> weighed, weight;  // grey times weight, and weight; u * height + v
};

Columns columns_of(const Coarse& coarse, Side side) {
  const Frame frame{side, coarse.grey.width(), coarse.grey.height()};
  const auto grey = upright(coarse.grey, frame);
  const auto weight = upright(coarse.weight, frame);
  Columns out{frame.width(), frame.height(), {}, {}};
  for (int u = 0; u < out.width; ++u)
    for (int v = 0; v < out.height; ++v) {
      out.weighed.push_back(weight(u, v) * grey(u, v));
      out.weight.push_back(weight(u, v));
    }
  return out;
}

Profile profile_along(const Columns& upright, double slope) {
  const int w = upright.width, h = upright.height;
  std::vector<double> sum(static_cast<std::size_t>(h)), weight(sum);
  const auto add = [&](int u) {
    const int shift = static_cast<int>(std::lround(slope * (u + 0.5 - 0.5 * w)));
    const float* weighed_column = &upright.weighed[static_cast<std::size_t>(u) * h];
    const float* weight_column = &upright.weight[static_cast<std::size_t>(u) * h];
    for (int k = std::max(0, -shift); k < std::min(h, h - shift); ++k) {
      sum[k] += weighed_column[k + shift];
      weight[k] += weight_column[k + shift];
    }
  };
  for (int u = 0; u < w; ++u) add(u);
  Profile p;
  p.slope = slope;
  const double enough = 0.4 * w;
  while (p.first < h && weight[p.first] < enough) ++p.first;
  p.last = p.first;
  while (p.last < h && weight[p.last] >= enough) ++p.last;
  p.running.assign(static_cast<std::size_t>(h + 1), 0.0);
  p.squares = p.running;
  for (int k = 0; k < h; ++k) {
    const double mean = k >= p.first && k < p.last ? sum[k] / weight[k] : 0.0;
    p.squares[k + 1] = p.squares[k] + mean * mean;
    p.running[k + 1] = p.running[k] + mean;
  }
  return p;
}

/// Height of a step at k: mean of the m entries below minus mean of the m above.
double step_at(const Profile& p, int k, int m) {
  const int a = std::max(p.first, k - m), b = std::min(p.last, k + m);
  return k - a < 1 || b - k < 1 ? 0.0 : p.mean(k, b) - p.mean(a, k);
}

double median_size(std::vector<double>& values) {
  if (values.empty()) return 0;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end(),
                   [](double a, double b) { return std::abs(a) < std::abs(b); });
  return std::abs(*middle);
}

/// Spread of steps of every scale 1..kWidest over all places and tilts of one axis.
std::vector<double> step_spreads(const std::vector<Profile>& profiles) {
  std::vector<double> spreads(kWidest + 1, 0.0);
  for (int m = 1; m <= kWidest; ++m) {
    std::vector<double> heights;
    for (std::size_t i = 0; i < profiles.size(); i += 4)
      for (int k = profiles[i].first + 2; k + 2 <= profiles[i].last; k += 2)
        heights.push_back(step_at(profiles[i], k, m));
    spreads[m] = std::max(1e-9, 1.4826 * median_size(heights));
  }
  return spreads;
}

/// The strongest steps of one axis; of lines that cross in the picture and step the same way only the
/// strongest.
std::vector<Edge> find_edges(const std::vector<Profile>& profiles, const std::vector<double>& spreads,
                             double half_width) {
  std::vector<Edge> all;
  for (const int m : kScales)
    for (const Profile& p : profiles)
      for (int k = p.first + kBorder; k + kBorder <= p.last; ++k) {
        const double height = step_at(p, k, m);
        if (std::abs(height) < 3 * spreads[m]) continue;
        if (std::abs(height) < std::abs(step_at(p, k - 1, m)) ||
            std::abs(height) < std::abs(step_at(p, k + 1, m)))
          continue;
        all.push_back({p.slope, k, height / spreads[m]});
      }
  std::stable_sort(all.begin(), all.end(),
                   [](const Edge& a, const Edge& b) { return std::abs(a.t) > std::abs(b.t); });
  std::vector<Edge> kept;
  for (const Edge& e : all) {
    const bool known = std::any_of(kept.begin(), kept.end(), [&](const Edge& o) {
      return std::abs(o.k - e.k) <= 3 + std::abs(o.slope - e.slope) * half_width && (o.t > 0) == (e.t > 0);
    });
    if (!known) kept.push_back(e);
    if (kept.size() == kEdges) break;
  }
  return kept;
}

const Profile& profile_at(const std::vector<Profile>& profiles, double slope) {
  return *std::min_element(profiles.begin(), profiles.end(), [&](const Profile& x, const Profile& y) {
    return std::abs(x.slope - slope) < std::abs(y.slope - slope);
  });
}

/// Share of the profile's scatter that three constant levels tell.
double told_by_levels(const Profile& p, int a, int b) {
  return 1 - (p.scatter(p.first, a) + p.scatter(a, b) + p.scatter(b, p.last)) /
                 std::max(1e-12, p.scatter(p.first, p.last));
}

/// Whether a..b is darker than what lies beyond it on the electrolyte's side, down (b on) or up (before a).
bool darker_than_electrolyte(const Profile& p, int a, int b, bool upwards) {
  const int deep = std::max(3, b - a);
  const double inner = upwards ? p.mean(std::max(p.first, a - deep), std::max(p.first + 1, a))
                               : p.mean(std::min(p.last - 1, b), std::min(p.last, b + deep));
  const double layer = p.mean(a, b);
  return layer < kBrightestRatio * inner && layer > kDarkestRatio * inner;
}

/// The three levels that tell most of the picture, for either side: rough fronts smear their step but not
/// their levels.
void best_levels(const std::vector<Profile>& profiles, const std::vector<double>& spreads, Side near,
                 Side far, int height, std::vector<LineFit>& fits) {
  for (const bool upwards : {false, true}) {
    LineFit best{upwards ? far : near};
    double most = 0;
    for (std::size_t i = 0; i < profiles.size(); i += 4) {
      const Profile& p = profiles[i];
      for (int a = p.first + kBorder; a + kThinnest + kBorder < p.last; ++a)
        for (int b = a + kThinnest; b + kBorder < p.last; ++b) {
          const double left = p.scatter(p.first, a) + p.scatter(a, b) + p.scatter(b, p.last);
          const double told = p.scatter(p.first, p.last) - left;
          if (told <= most || !darker_than_electrolyte(p, a, b, upwards)) continue;
          most = told;
          best.slope = p.slope;
          best.outer = upwards ? height - b : a;
          best.front = upwards ? height - a : b;
          const int m = std::clamp((b - a) / 2, 1, kWidest);
          const double ta = std::abs(step_at(p, a, m)) / spreads[m],
                       tb = std::abs(step_at(p, b, m)) / spreads[m];
          best.score = (std::min({ta, tb, kStrongest}) + 0.25 * std::min(kStrongest, std::max(ta, tb))) *
                       (kLevelsFree + told_by_levels(p, a, b));
        }
    }
    if (most > 0) fits.push_back(best);
  }
}

/// Every pair of steps that may bound a layer, scored by its weaker step.
void pair_edges(const std::vector<Profile>& profiles, const std::vector<Edge>& edges,
                const std::vector<double>& spreads, Side near, Side far, int height,
                std::vector<LineFit>& fits) {
  for (const Edge& a : edges)
    for (const Edge& b : edges) {
      if (b.k - a.k < kThinnest || std::abs(a.slope - b.slope) > kParallel) continue;
      // Both steps once more, at the scale that the layer between them allows.
      const int m = std::clamp((b.k - a.k) / 2, 1, kWidest);
      const double ta = step_at(profile_at(profiles, a.slope), a.k, m) / spreads[m];
      const double tb = step_at(profile_at(profiles, b.slope), b.k, m) / spreads[m];
      if ((ta > 0) != (a.t > 0) || (tb > 0) != (b.t > 0)) continue;
      const double weaker = std::min(std::abs(ta), std::abs(tb)),
                   stronger = std::max(std::abs(ta), std::abs(tb));
      double score = std::min(weaker, kStrongest) + 0.25 * std::min(stronger, kStrongest);
      for (const Edge& e : edges)
        if (e.k > a.k + 3 && e.k < b.k - 3 && std::abs(e.t) > 0.8 * weaker) score *= 0.7;
      const auto judge = [&](const Edge& outer, const Edge& front, Side side) {
        const double slope = outer.slope;
        const Profile& p = profile_at(profiles, slope);
        const int from = std::max(p.first, a.k), to = std::min(p.last, b.k);
        const bool upwards = side == far;
        if (to - from < 1 || !darker_than_electrolyte(p, from, to, upwards)) return;
        LineFit fit{side, slope, 0, 0, score * (kLevelsFree + told_by_levels(p, from, to))};
        fit.outer = upwards ? height - outer.k : outer.k;
        fit.front = upwards ? height - front.k : front.k;
        fits.push_back(fit);
      };
      if (b.t > 0) judge(a, b, near);
      if (a.t < 0) judge(b, a, far);
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
  std::vector<Profile> profiles[2];
  std::vector<double> spreads(kWidest + 1, 0.0);
  const Side near[2] = {Side::top, Side::left}, far[2] = {Side::bottom, Side::right};
  int height[2] = {};
  for (int axis = 0; axis < 2; ++axis) {
    const Columns standing = columns_of(coarse, near[axis]);
    height[axis] = standing.height;
    for (int s = -kSlopes; s <= kSlopes; ++s) {
      Profile p = profile_along(standing, s * kSlopeStep);
      if (p.last - p.first >= 24) profiles[axis].push_back(std::move(p));
    }
    // One measure for both axes: along the layers nothing steps, and nothing must not look like much.
    const auto own = step_spreads(profiles[axis]);
    for (std::size_t m = 0; m < own.size(); ++m) spreads[m] = std::max(spreads[m], own[m]);
  }
  std::vector<LineFit> pairs, fits;
  for (int axis = 0; axis < 2; ++axis)
    pair_edges(profiles[axis], find_edges(profiles[axis], spreads, 0.5 * height[1 - axis]), spreads,
               near[axis], far[axis], height[axis], pairs);
  std::vector<LineFit> by_levels;
  for (int axis = 0; axis < 2; ++axis)
    best_levels(profiles[axis], spreads, near[axis], far[axis], height[axis], by_levels);
  std::stable_sort(pairs.begin(), pairs.end(),
                   [](const LineFit& a, const LineFit& b) { return a.score > b.score; });
  for (const LineFit& fit : pairs) {
    if (side && fit.side != *side) continue;
    const bool known = std::any_of(fits.begin(), fits.end(), [&](const LineFit& o) {
      return o.side == fit.side && std::abs(o.outer - fit.outer) + std::abs(o.front - fit.front) < kSamePair;
    });
    if (!known) fits.push_back(fit);
    if (fits.size() == kMostFits) break;
  }
  for (const LineFit& fit : by_levels) {
    const bool known = std::any_of(fits.begin(), fits.end(), [&](const LineFit& o) {
      return o.side == fit.side && std::abs(o.outer - fit.outer) + std::abs(o.front - fit.front) < 2;
    });
    if (!known && (!side || fit.side == *side)) fits.push_back(fit);
  }
  return fits;
}

}  // namespace litho::layers
