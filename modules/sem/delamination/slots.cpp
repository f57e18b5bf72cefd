#include "modules/sem/delamination/slots.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numbers>

#include "modules/sem/crack_profiles/slot_fit.hpp"

namespace litho::delamination {
namespace {

constexpr int kHalf = 120;         // px of a strip to each side of the boundary
constexpr int kStep = 2;           // columns from one row of the strip to the next
constexpr int kAverage = 3;        // columns to each side that a row is averaged over
constexpr double kSmooth = 8;      // columns, sigma: the boundary's own unrest
constexpr int kReach = 40;         // px from the boundary to a slot's middle
constexpr double kTouch = 6;       // px between a slot and the boundary that cost nothing
constexpr double kFarCost = 0.12;  // per row and px beyond
constexpr std::array<double, 11> kWidths{1.5, 2.5, 4, 6, 8, 11, 15, 20, 26, 33, 40};
constexpr double kDark = 0.4, kDarkGain = 5;  // of the way to a void
constexpr double kSigmas = 3, kSigmaGain = 0.5;
constexpr double kMost = 1.5, kLeast = -2;  // gain of one row
constexpr double kBegin = 9, kMove = 0.15, kWiden = 0.4;
constexpr double kFloor = 0.9, kFloorSd = 0.15;  // darkness of a gap that does not show its floor
constexpr double kFlatFloor = 8;                 // px from where a slot has a floor to average over
constexpr int kFlank = 4;                        // px averaged over beside a slot
constexpr double kDimSide = 0.35;   // of the brighter side's height over a void: the least the other is given
constexpr std::size_t kNear = 128;  // rows to each side that tell how dark a side gets by itself
constexpr double kSixthToTwentyFourth = 0.85;  // sigma, of a Gaussian that is all or half of the side
constexpr double kApart = 1.5;                 // sigma of a side's dark part
constexpr double kClearlyApart = 2.5;
constexpr double kPhaseEnd = 6;  // px before the other boundary where a phase is taken to end
constexpr std::size_t kLine = 2 * kHalf + 1;
constexpr std::size_t kMiddles = 2 * kReach + 1;

/// The grey along the smoothed boundary.
struct Strip {
  std::vector<double> middle_v;  // per row
  std::vector<double> other_v;   // per row: the other boundary, not finite where there is none
  std::vector<bool> known;
  std::vector<float> grey;  // rows of kLine
  int height = 0;           // of the upright picture
  std::size_t rows() const { return middle_v.size(); }
  const float* row(std::size_t i) const { return grey.data() + i * kLine; }
};

/// Mean over the known columns near; NaN where none is.
std::vector<double> smoothed(const std::vector<float>& v) {
  const auto n = static_cast<int>(v.size());
  const int reach = static_cast<int>(2 * kSmooth);
  std::vector<double> out(v.size(), std::numeric_limits<double>::quiet_NaN());
  for (int u = 0; u < n; ++u) {
    if (!std::isfinite(v[static_cast<std::size_t>(u)])) continue;
    // As far on both sides alike, so that the ends of a sloping boundary stay where they are.
    const int r = std::min({reach, u, n - 1 - u});
    double sum = 0, weight = 0;
    for (int k = -r; k <= r; ++k) {
      const float at = v[static_cast<std::size_t>(u + k)];
      if (!std::isfinite(at)) continue;
      const double w = std::exp(-0.5 * k * k / (kSmooth * kSmooth));
      sum += w * at, weight += w;
    }
    out[static_cast<std::size_t>(u)] = sum / weight;
  }
  return out;
}

Strip read_strip(const Image<float>& grey, const Frame& frame, const std::vector<float>& boundary_v,
                 const std::vector<float>& other_v) {
  const auto g = upright(grey, frame);
  const int columns = std::min(g.width(), static_cast<int>(boundary_v.size()));
  const std::vector<double> middle = smoothed(boundary_v);
  // Each column on its own grid from its own boundary, then means over columns.
  std::vector<float> fine(static_cast<std::size_t>(columns) * kLine);
  for (int u = 0; u < columns; ++u) {
    const double m = middle[static_cast<std::size_t>(u)];
    if (!std::isfinite(m)) continue;
    float* to = &fine[static_cast<std::size_t>(u) * kLine];
    for (int k = -kHalf; k <= kHalf; ++k) {
      const double v = std::clamp(m + k - 0.5, 0.0, g.height() - 1.001);
      const int j = static_cast<int>(v);
      const auto t = static_cast<float>(v - j);
      to[k + kHalf] = g(u, j) + t * (g(u, j + 1) - g(u, j));
    }
  }
  Strip strip;
  const auto rows = static_cast<std::size_t>((columns + kStep - 1) / kStep);
  strip.height = g.height();
  strip.other_v.assign(rows, std::numeric_limits<double>::quiet_NaN());
  strip.middle_v.resize(rows), strip.known.resize(rows), strip.grey.resize(rows * kLine);
  for (std::size_t i = 0; i < rows; ++i) {
    const int at = static_cast<int>(i) * kStep;
    strip.middle_v[i] = middle[static_cast<std::size_t>(at)];
    strip.known[i] = std::isfinite(strip.middle_v[i]);
    if (static_cast<std::size_t>(at) < other_v.size())
      strip.other_v[i] = other_v[static_cast<std::size_t>(at)];
    float* to = &strip.grey[i * kLine];
    int n = 0;
    for (int u = std::max(0, at - kAverage); u <= std::min(columns - 1, at + kAverage); ++u) {
      if (!std::isfinite(middle[static_cast<std::size_t>(u)])) continue;
      const float* from = &fine[static_cast<std::size_t>(u) * kLine];
      for (std::size_t k = 0; k < kLine; ++k) to[k] += from[k];
      ++n;
    }
    if (n == 0) continue;
    for (std::size_t k = 0; k < kLine; ++k) to[k] /= static_cast<float>(n);
  }
  return strip;
}

/// Where a slot's floor and flanks are looked at, in px from the slot's middle.
struct Shape {
  int core, from, to;  // core: -core..core; flanks: from..to on both sides
  double seen;         // depth of the core under blur / of the slot
};

std::array<Shape, kWidths.size()> shapes(double blur) {
  std::array<Shape, kWidths.size()> out;
  for (std::size_t w = 0; w < kWidths.size(); ++w) {
    const double half = 0.5 * kWidths[w], foot = 1 + 1.5 * blur;
    const int core = std::max(0, static_cast<int>(half - std::min(foot, 0.6 * half)));
    double seen = 0;
    for (int k = -core; k <= core; ++k)
      seen += 0.5 * (std::erf((k + half) / (std::numbers::sqrt2 * blur)) -
                     std::erf((k - half) / (std::numbers::sqrt2 * blur)));
    const int from = static_cast<int>(std::ceil(half + foot));
    out[w] = {core, from, from + kFlank - 1, seen / (2 * core + 1)};
  }
  return out;
}

struct Contrast {
  double depth;     // of the dimmer flank over the core
  double mean;      // of both flanks' mean over the core
  double darkness;  // depth / of a void's
  double apart;     // from the sides' dark parts, in their sigma
};

/// What the dark parts of either side of the boundary reach without any slot: what is no darker is one of
/// them.
struct Dark {
  double grey = std::numeric_limits<double>::infinity(), sigma = 0;
};
struct Sides {
  Dark above, below;
};

Contrast contrast_at(const double* sums, int middle, const Shape& shape, double void_grey,
                     const Sides& sides) {
  const auto mean = [&](int a, int b) {
    return (sums[kHalf + middle + b + 1] - sums[kHalf + middle + a]) / (b - a + 1);
  };
  const double core = mean(-shape.core, shape.core), up = mean(-shape.to, -shape.from),
               down = mean(shape.from, shape.to), low = std::min(up, down), high = std::max(up, down);
  const double full = std::max({low - void_grey, kDimSide * (high - void_grey), 1e-6});
  const auto apart = [&](const Dark& side) {
    return side.sigma > 0 ? (side.grey - core) / side.sigma : std::numeric_limits<double>::infinity();
  };
  return {low - core, 0.5 * (low + high) - core, (low - core) / (shape.seen * full),
          std::min(apart(sides.above), apart(sides.below))};
}

/// Sums along each row from its first value on.
std::vector<double> running_sums(const Strip& strip) {
  std::vector<double> sums(strip.rows() * (kLine + 1));
  for (std::size_t i = 0; i < strip.rows(); ++i) {
    double* to = &sums[i * (kLine + 1)];
    const float* from = strip.row(i);
    for (std::size_t k = 0; k < kLine; ++k) to[k + 1] = to[k] + from[k];
  }
  return sums;
}

/// Median deviation of a slot's depth where there is mostly none, per width.
std::array<double, kWidths.size()> texture(const Strip& strip, const std::vector<double>& sums,
                                           const std::array<Shape, kWidths.size()>& shape) {
  std::array<double, kWidths.size()> sigma;
  for (std::size_t w = 0; w < kWidths.size(); ++w) {
    std::vector<float> some;
    const int reach = kHalf - shape[w].to;
    for (std::size_t i = 0; i < strip.rows(); i += 4)
      if (strip.known[i])
        for (int m = -reach; m <= reach; m += 3)
          some.push_back(
              static_cast<float>(std::abs(contrast_at(&sums[i * (kLine + 1)], m, shape[w], 0, {}).mean)));
    if (some.empty()) some.push_back(1);
    const auto middle = some.begin() + static_cast<std::ptrdiff_t>(some.size() / 2);
    std::nth_element(some.begin(), middle, some.end());
    sigma[w] = std::max(1e-6, *middle / 0.6745);
  }
  return sigma;
}

/// How dark a side gets by itself, near a row: its darkest twelfth but for cracks, away from the boundary as
/// far as its phase reaches.
Dark dark_part(const Strip& strip, const Upright<const std::uint8_t>& cracks, std::size_t row, int sign) {
  for (const int nearest : {kHalf / 3, kHalf / 6}) {
    std::vector<float> some;
    const std::size_t first = row > kNear ? row - kNear : 0, end = std::min(strip.rows(), row + kNear + 1);
    for (std::size_t i = first; i < end; i += 4) {
      if (!strip.known[i]) continue;
      for (int d = nearest; d < kHalf; d += 2) {
        const double v = strip.middle_v[i] + sign * d;
        if (v < 1 || v > strip.height - 1) break;
        if (sign * (strip.other_v[i] - strip.middle_v[i]) > 0 && sign * (v - strip.other_v[i]) > -kPhaseEnd)
          break;
        if (cracks(static_cast<int>(i) * kStep, static_cast<int>(v))) continue;
        const float* at = strip.row(i) + kHalf + sign * d;
        some.push_back((at[-1] + at[0] + at[1]) / 3);
      }
    }
    if (some.size() < 4 * kNear) continue;
    std::ranges::sort(some);
    const auto share = [&](std::size_t of) { return some[some.size() / of]; };
    return {share(12), (share(6) - share(24)) / kSixthToTwentyFourth};
  }
  return {};
}

/// The grey that a slot of the strip may reach.
double darkest(const Strip& strip) {
  std::vector<float> some;
  for (std::size_t i = 0; i < strip.rows(); ++i)
    if (strip.known[i])
      for (std::size_t k = 1; k + 1 < kLine; k += 2) some.push_back(strip.row(i)[k]);
  if (some.empty()) return 0;
  const auto at = some.begin() + static_cast<std::ptrdiff_t>(some.size() / 300);
  std::nth_element(some.begin(), at, some.end());
  return *at;
}

struct State {
  std::int16_t width = -1;  // index of kWidths; below 0: no slot
  std::int16_t middle = 0;  // px from the strip's middle
};

/// The best state of each row.
std::vector<State> follow(const Strip& strip, const Upright<const std::uint8_t>& cracks,
                          const std::vector<double>& sums, const SlotScene& scene) {
  const auto shape = shapes(std::max(0.3, scene.blur_px));
  const auto sigma = texture(strip, sums, shape);
  const double void_grey = std::max(scene.void_grey, darkest(strip));
  Sides sides;
  constexpr std::size_t kStates = kWidths.size() * kMiddles;
  constexpr auto kNone = static_cast<std::uint16_t>(kStates);
  std::vector<float> before(kStates + 1, 0), now(kStates + 1, 0), moved(kStates);
  before[kNone] = 0;
  std::fill_n(before.begin(), kStates, -1e30F);
  std::vector<std::uint16_t> from(strip.rows() * (kStates + 1), kNone), moved_from(kStates);
  for (std::size_t i = 0; i < strip.rows(); ++i) {
    if (i % (kNear / 8) == 0) sides = {dark_part(strip, cracks, i, -1), dark_part(strip, cracks, i, 1)};
    std::uint16_t* back = &from[i * (kStates + 1)];
    const auto best = std::max_element(before.begin(), before.end() - 1) - before.begin();
    const bool over = before[static_cast<std::size_t>(best)] > before[kNone];
    now[kNone] = over ? before[static_cast<std::size_t>(best)] : before[kNone];
    back[kNone] = over ? static_cast<std::uint16_t>(best) : kNone;
    for (std::size_t w = 0; w < kWidths.size(); ++w)
      for (std::size_t m = 0; m < kMiddles; ++m) {
        const std::size_t at = w * kMiddles + m;
        moved[at] = before[at], moved_from[at] = static_cast<std::uint16_t>(at);
        for (int d = -3; d <= 3; ++d) {
          const auto k = static_cast<std::ptrdiff_t>(m) + d;
          if (k < 0 || k >= static_cast<std::ptrdiff_t>(kMiddles)) continue;
          const std::size_t p = w * kMiddles + static_cast<std::size_t>(k);
          const auto value = static_cast<float>(before[p] - kMove * std::abs(d));
          if (value > moved[at]) moved[at] = value, moved_from[at] = static_cast<std::uint16_t>(p);
        }
      }
    for (std::size_t w = 0; w < kWidths.size(); ++w)
      for (std::size_t m = 0; m < kMiddles; ++m) {
        const std::size_t at = w * kMiddles + m;
        float top = before[kNone] - static_cast<float>(kBegin);
        std::uint16_t source = kNone;
        for (const int d : {0, -1, 1}) {
          if ((w == 0 && d < 0) || (w + 1 == kWidths.size() && d > 0)) continue;
          const std::size_t p = at + static_cast<std::size_t>(d * static_cast<int>(kMiddles));
          const auto value = static_cast<float>(moved[p] - kWiden * std::abs(d));
          if (value > top) top = value, source = moved_from[p];
        }
        const int middle = static_cast<int>(m) - kReach;
        const double apart = std::max(0.0, std::abs(middle) - 0.5 * kWidths[w] - kTouch);
        double gain = kLeast;
        if (strip.known[i] && std::abs(middle) + shape[w].to <= kHalf) {
          const Contrast c = contrast_at(&sums[i * (kLine + 1)], middle, shape[w], void_grey, sides);
          // Darker than all that either side holds, but hardly than what lies beside it here: neither way.
          const double valley =
              std::min(kDarkGain * (c.darkness - kDark), kSigmaGain * (c.depth / sigma[w] - kSigmas));
          gain = std::clamp(std::min(kSigmaGain * (c.apart - kApart),
                                     c.apart > kClearlyApart ? std::max(0.0, valley) : valley),
                            kLeast, kMost);
        }
        now[at] = top + static_cast<float>(gain - kFarCost * apart);
        back[at] = source;
      }
    before.swap(now);
  }
  std::vector<State> path(strip.rows());
  auto at = static_cast<std::size_t>(std::max_element(before.begin(), before.end()) - before.begin());
  if (!(before[at] > before[kNone])) at = kNone;
  for (std::size_t i = strip.rows(); i-- > 0;) {
    if (at != kNone)
      path[i] = {static_cast<std::int16_t>(at / kMiddles),
                 static_cast<std::int16_t>(static_cast<int>(at % kMiddles) - kReach)};
    at = from[i * (kStates + 1) + at];
  }
  return path;
}

/// A row between its samples.
double at(const float* row, double t) {
  const double k = std::clamp(t + kHalf, 0.0, 2.0 * kHalf - 1e-6);
  const auto i = static_cast<std::size_t>(k);
  return row[i] + (k - static_cast<double>(i)) * (row[i + 1] - row[i]);
}

/// From `start` outward in direction `sign` to where the row rises through `level`.
double wall(const float* row, double start, int sign, double level) {
  double before = at(row, start);
  for (int t = 1; std::abs(start + sign * t) < kHalf; ++t) {
    const double now = at(row, start + sign * t);
    // A middle that lies above the level already has no crossing: the wall is within the first step.
    if (now >= level)
      return start + sign * (t - std::clamp((now - level) / std::max(1e-9, now - before), 0.0, 1.0));
    before = now;
  }
  return start + sign * 0.5;
}

Walls measure(const float* row, const double* sums, const State& state, const SlotScene& scene,
              const Wall& wall_look) {
  const double blur = scene.blur_px;
  const auto mean = [&](double a, double b) {
    const int i = std::clamp(static_cast<int>(std::lround(a)), -kHalf, kHalf),
              j = std::clamp(static_cast<int>(std::lround(b)), i, kHalf);
    return (sums[kHalf + j + 1] - sums[kHalf + i]) / (j - i + 1);
  };
  const double half = 0.5 * kWidths[static_cast<std::size_t>(state.width)], foot = 1 + 1.5 * blur;
  double middle = state.middle, up = middle - half, down = middle + half, above = 0, below = 0;
  for (int round = 0; round < 3; ++round) {
    const double width = down - up, core = std::max(0.0, 0.5 * width - foot);
    // Of a narrow slot the floor is the vertex of the parabola through five samples: a mean would lie higher.
    const double floor = width > kFlatFloor
                             ? mean(middle - core, middle + core)
                             : (17 * at(row, middle) + 12 * (at(row, middle - 1) + at(row, middle + 1)) -
                                3 * (at(row, middle - 2) + at(row, middle + 2))) /
                                   35;
    above = mean(up - foot - kFlank + 1, up - foot), below = mean(down + foot, down + foot + kFlank - 1);
    const double a = wall(row, middle, -1, 0.5 * (floor + above)),
                 b = wall(row, middle, 1, 0.5 * (floor + below));
    up = a, down = b;
    middle = 0.5 * (up + down);
  }
  const SlotFit start{up, down, at(row, middle), above, below, 0};
  if (const auto fit = fit_slot(row, kHalf, start, wall_look, {scene.void_grey, kFloor, kFloorSd});
      fit && fit->width_px() < down - up + 3)
    return {fit->left_px, fit->right_px};
  return {up, down};
}

}  // namespace

Slots find_slots(const Image<float>& grey, const Image<std::uint8_t>& cracks, const Frame& frame,
                 const std::vector<float>& boundary_v, const std::vector<float>& other_v,
                 const SlotScene& scene) {
  Slots slots(boundary_v.size());
  const Strip strip = read_strip(grey, frame, boundary_v, other_v);
  const std::vector<double> sums = running_sums(strip);
  const std::vector<State> path = follow(strip, upright(cracks, frame), sums, scene);
  SlotScene usable = scene;
  usable.blur_px = std::max(0.3, scene.blur_px);
  const Wall wall_look({usable.blur_px, 0, 1});
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (path[i].width < 0) continue;
    const Walls w = measure(strip.row(i), &sums[i * (kLine + 1)], path[i], usable, wall_look);
    for (std::size_t u = i * kStep; u < std::min(slots.size(), (i + 1) * kStep); ++u)
      slots[u] = Walls{strip.middle_v[i] + w.upper, strip.middle_v[i] + w.lower};
  }
  return slots;
}

}  // namespace litho::delamination
