#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>

#include "modules/sem/layers/coarse.hpp"

namespace litho::layers {
namespace {

constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();
constexpr int kAlong = 3;                // columns either side that are averaged along the boundary
constexpr int kLevelsAlong = 48;         // the same for the levels beside it
constexpr int kInto = 44, kBeyond = 20;  // px of a profile into the layer and beyond the boundary
constexpr int kRows = kInto + kBeyond;
constexpr int kStride = 4;                                 // columns from one profile to the next
constexpr int kWidest = 36, kNarrowest = 2;                // px across a slit
constexpr double kFloors[] = {0.2, 0.4, 0.6, 0.75, 0.86};  // of the darker neighbour: blur fills narrow slits
constexpr double kStrange = 12;                            // nats a row at most
constexpr double kLeastSpread = 0.04;                      // of the layer's grey
constexpr double kMadToSd = 1.4826;
constexpr int kClear = 12;        // px of the boundary that do not tell levels' spread
constexpr double kGrain = 4;      // px of a profile that say one thing
constexpr int kDeep = 8;          // px: of a rim, and of a dip before it
constexpr double kChanceDip = 8;  // nats: highest less lowest of a dozen values
constexpr double kMostEvidence = 6, kLeastEvidence = 2,
                 kSwitch = 12;                               // nats: of one profile, of either end of a slit
constexpr double kLeastBeyond = 0.5;                         // of the layer's grey
constexpr float kSlender = 10;                               // a gap is at least so much longer than wide
constexpr float kShortest = 80;                              // px along the boundary
constexpr double kBlurs[] = {0.6, 0.9, 1.3, 1.9, 2.7, 3.8};  // px

/// Grey along the columns from `kInto` px inside the layer to `kBeyond` px beyond its boundary, the same way
/// round for either boundary.
struct Strip {
  int width = 0;
  std::vector<float> grey;  // column-major, kRows a column
  const float* column(int u) const { return &grey[static_cast<std::size_t>(u) * kRows]; }
  float* column(int u) { return &grey[static_cast<std::size_t>(u) * kRows]; }
};

Strip strip_along(const Restored& picture, const Frame& frame, const std::vector<float>& path, int towards) {
  const auto grey = upright(picture.grey, frame);
  const int w = grey.width(), h = grey.height();
  Strip strip{w, std::vector<float>(static_cast<std::size_t>(w) * kRows)};
  for (int u = 0; u < w; ++u) {
    float* out = strip.column(u);
    const int at = static_cast<int>(std::floor(path[u])) - (towards < 0 ? 1 : 0);
    for (int t = 0; t < kRows; ++t) out[t] = grey(u, std::clamp(at + towards * (t - kInto), 0, h - 1));
  }
  return strip;
}

/// Means over 2 reach + 1 columns.
Strip averaged(const Strip& strip, int reach) {
  Strip out{strip.width, std::vector<float>(strip.grey.size())};
  std::vector<double> run(kRows, 0.0);
  int from = 0, to = 0;  // columns in the running sum
  for (int u = 0; u < strip.width; ++u) {
    for (; to < std::min(strip.width, u + reach + 1); ++to)
      for (int t = 0; t < kRows; ++t) run[t] += strip.column(to)[t];
    for (; from < u - reach; ++from)
      for (int t = 0; t < kRows; ++t) run[t] -= strip.column(from)[t];
    for (int t = 0; t < kRows; ++t) out.column(u)[t] = static_cast<float>(run[t] / (to - from));
  }
  return out;
}

float median_of(const float* values, int from, int to) {
  std::vector<float> copy(values + from, values + to);
  const auto middle = copy.begin() + static_cast<std::ptrdiff_t>(copy.size() / 2);
  std::nth_element(copy.begin(), middle, copy.end());
  return *middle;
}

/// Levels beside a boundary and the variances of a profile about them.
struct Levels {
  double layer = 0, beyond = 0, layer_variance = 1, beyond_variance = 1;
};

/// What one profile shows: layer | slit | beyond, or layer | beyond without one.
struct Sight {
  double layer = 0, beyond = 0;  // levels
  double dip = 0;                // nats by which grey falls, seen from the layer, before it rises to beyond
  double gain = 0;               // nats by which the slit explains more, were rows independent
  int edge = 0, far = 0;         // rows where the slit begins and ends
};

Sight look(const float* p, const Levels& levels, int first) {
  // Running sums down the profile of what it costs to take a row for layer, beyond, or a floor.
  double layer[kRows + 1] = {}, beyond[kRows + 1] = {}, floors[std::size(kFloors)][kRows + 1] = {};
  const auto cost = [](double off, double variance) {
    return std::min(0.5 * off * off / variance, kStrange) + 0.5 * std::log(variance);
  };
  for (int t = 0; t < kRows; ++t) {
    layer[t + 1] = layer[t] + cost(p[t] - levels.layer, levels.layer_variance);
    beyond[t + 1] = beyond[t] + cost(p[t] - levels.beyond, levels.beyond_variance);
    for (std::size_t k = 0; k < std::size(kFloors); ++k) {
      const double floor = kFloors[k] * std::min(levels.layer, levels.beyond);
      floors[k][t + 1] = floors[k][t] + cost(std::max(0.0, p[t] - floor), levels.layer_variance);
    }
  }
  constexpr double kNever = std::numeric_limits<double>::infinity();
  double plain = kNever, best = kNever;
  Sight s{levels.layer, levels.beyond};
  for (int a = first + 4; a + 4 < kRows; ++a) {
    plain = std::min(plain, layer[a] - layer[first] + beyond[kRows] - beyond[a]);
    for (int b = a + kNarrowest; b + 4 < kRows && b - a <= kWidest; ++b)
      for (const auto& floor : floors) {
        const double all = layer[a] - layer[first] + floor[b] - floor[a] + beyond[kRows] - beyond[b];
        if (all < best) best = all, s.edge = a, s.far = b;
      }
  }
  s.gain = plain - best;
  // A step, with or without a bright rim on the layer, never falls before it rises: a slit narrower than the
  // blur still shows by that.
  int rise = kRows - 1;
  while (rise > first && p[rise] > 0.5 * (levels.layer + levels.beyond)) --rise;
  const int from = std::max(first, rise - kDeep);
  if (levels.beyond > levels.layer && rise - from >= kDeep) {
    const int lowest = static_cast<int>(std::min_element(p + from, p + rise + 1) - p);
    const float before = *std::max_element(p + std::max(first, lowest - kDeep), p + lowest + 1);
    s.dip = 0.25 * std::pow(before - p[lowest], 2) / levels.layer_variance;
    if (s.dip > s.gain) s.edge = lowest, s.far = lowest + 1;
  }
  return s;
}

/// First and one-past-last profile of every stretch that is more likely a slit than not.
std::vector<std::pair<int, int>> stretches(const std::vector<double>& evidence) {
  const int n = static_cast<int>(evidence.size());
  std::vector<std::uint8_t> from_on(evidence.size()), from_off(evidence.size());
  double on = 0.5 * -kSwitch, off = 0;  // a slit may leave the picture
  for (int k = 0; k < n; ++k) {
    const double stay_on = on, stay_off = off;
    from_on[k] = stay_off - kSwitch > stay_on ? 0 : 1;
    from_off[k] = stay_on - kSwitch > stay_off ? 1 : 0;
    on = std::max(stay_on, stay_off - kSwitch) + evidence[k];
    off = std::max(stay_off, stay_on - kSwitch);
  }
  std::vector<std::pair<int, int>> out;
  bool now = on - 0.5 * kSwitch > off;
  int end = n;
  for (int k = n - 1; k >= 0; --k) {
    const bool before = now ? from_on[k] : from_off[k];
    if (now && !before) out.emplace_back(k, end);
    if (!now && before) end = k;
    now = before;
  }
  if (now) out.emplace_back(0, end);
  std::reverse(out.begin(), out.end());
  return out;
}

double normal_share(double z) {
  return 0.5 * std::erfc(-z / std::sqrt(2.0));
}

/// Residual of a blurred slit with walls at `edge` and `far` (rows, to a fraction), reading the blurred step
/// from a table in quarters of a px.
class BlurredSlit {
 public:
  explicit BlurredSlit(double blur) {
    for (int k = 0; k < 8 * kRows + 1; ++k) table_.push_back(normal_share(0.25 * (k - 4 * kRows) / blur));
  }
  double residual(const float* p, const Sight& s, double floor, int edge4, int far4, int from, int to) const {
    double sum = 0;
    for (int t = from; t < to; ++t) {
      const int at = 4 * t + 2 + 4 * kRows;
      const double model =
          s.layer + (floor - s.layer) * table_[at - edge4] + (s.beyond - floor) * table_[at - far4];
      sum += (p[t] - model) * (p[t] - model);
    }
    return sum;
  }

 private:
  std::vector<double> table_;
};

/// Walls of the slit to a quarter px, from those found without blur.
double refine(const BlurredSlit& slit, const float* p, const Sight& s, double floor, double& edge,
              double& far) {
  const int from = std::max(0, s.edge - 10), to = std::min(kRows, s.far + 10);
  int best_edge = 4 * s.edge, best_far = 4 * s.far;
  double best = slit.residual(p, s, floor, best_edge, best_far, from, to);
  for (const int step : {4, 2, 1})
    for (bool moved = true; moved;) {
      moved = false;
      for (const auto& [a, b] :
           {std::pair{-1, 0}, {1, 0}, {0, -1}, {0, 1}, {-1, -1}, {1, 1}, {-1, 1}, {1, -1}}) {
        const int edge4 = best_edge + a * step, far4 = best_far + b * step;
        if (edge4 < 4 || far4 > 4 * kRows - 4 || far4 < edge4 + 2 || std::abs(edge4 - 4 * s.edge) > 24 ||
            std::abs(far4 - 4 * s.far) > 24)
          continue;
        const double residual = slit.residual(p, s, floor, edge4, far4, from, to);
        if (residual < best) best = residual, best_edge = edge4, best_far = far4, moved = true;
      }
    }
  edge = 0.25 * best_edge, far = 0.25 * best_far;
  return best;
}

/// The gap along one boundary. `towards`: the way from the layer across it, +1 down.
GapEdges follow(const Restored& picture, const LayerMap& map, const std::vector<float>& path, int towards,
                double thickness) {
  const int w = map.frame.width();
  GapEdges out{std::vector<float>(static_cast<std::size_t>(w), kNaN),
               std::vector<float>(static_cast<std::size_t>(w), kNaN)};
  const Strip raw = strip_along(picture, map.frame, path, towards);
  const Strip fine = averaged(raw, kAlong), broad = averaged(raw, kLevelsAlong);
  // What lies past the layer's other boundary must not pass for layer.
  const int first = kInto - std::min(kInto, static_cast<int>(0.6 * thickness));
  std::vector<Levels> levels;
  std::vector<float> off_layer, off_beyond;
  for (int u = kStride / 2; u < w; u += kStride) {
    const float *mean = broad.column(u), *p = fine.column(u);
    levels.push_back({median_of(mean, first, kInto - 2), median_of(mean, kInto + 3, kRows)});
    for (int t = first; t < kInto - kClear; t += 3)
      off_layer.push_back(static_cast<float>(std::abs(p[t] - levels.back().layer)));
    for (int t = kInto + kClear; t < kRows; t += 3)
      off_beyond.push_back(static_cast<float>(std::abs(p[t] - levels.back().beyond)));
  }
  const auto spread = [](const std::vector<float>& off) {
    return off.empty() ? 0.0 : kMadToSd * median_of(off.data(), 0, static_cast<int>(off.size()));
  };
  const double layer_sd = spread(off_layer), beyond_sd = spread(off_beyond);
  std::vector<Sight> sights;
  std::vector<double> evidence;
  for (std::size_t k = 0; k < levels.size(); ++k) {
    Levels& l = levels[k];
    const double least = kLeastSpread * l.layer;
    l.layer_variance = std::pow(std::max(layer_sd, least), 2);
    l.beyond_variance = std::pow(std::max(beyond_sd, least), 2);
    sights.push_back(look(fine.column(static_cast<int>(k) * kStride + kStride / 2), l, first));
    // Beside vacuum a gap is not seen, nor does it move the layer's edge.
    const double seen =
        std::max(sights.back().gain / kGrain - kLeastEvidence, sights.back().dip - kChanceDip);
    evidence.push_back(l.beyond > kLeastBeyond * l.layer ? std::clamp(seen, -kMostEvidence, kMostEvidence)
                                                         : -kMostEvidence);
  }
  for (const auto& [a, b] : stretches(evidence)) {
    std::vector<float> widths;
    for (int k = a; k < b; ++k) widths.push_back(static_cast<float>(sights[k].far - sights[k].edge));
    // A crack that meets the boundary at a slant is shorter.
    if ((b - a) * kStride < std::max(kShortest, kSlender * median_of(widths.data(), 0, b - a))) continue;
    // The slit's floor where it is widest.
    std::vector<float> lowest;
    for (int k = a; k < b; ++k) {
      const float* p = fine.column(k * kStride + kStride / 2);
      lowest.push_back(*std::min_element(p + sights[k].edge, p + sights[k].far));
    }
    const auto tenth = lowest.begin() + static_cast<std::ptrdiff_t>(lowest.size() / 10);
    std::nth_element(lowest.begin(), tenth, lowest.end());
    const double floor = *tenth;
    double blur = kBlurs[0], least = std::numeric_limits<double>::infinity();
    for (const double one : kBlurs) {
      const BlurredSlit slit(one);
      double sum = 0, edge = 0, far = 0;
      for (int k = a; k < b; k += std::max(1, (b - a) / 40))
        sum += refine(slit, fine.column(k * kStride + kStride / 2), sights[k], floor, edge, far);
      if (sum < least) least = sum, blur = one;
    }
    const BlurredSlit slit(blur);
    std::vector<float> edges, fars;
    for (int k = a; k < b; ++k) {
      double edge = 0, far = 0;
      refine(slit, fine.column(k * kStride + kStride / 2), sights[k], floor, edge, far);
      edges.push_back(static_cast<float>(edge)), fars.push_back(static_cast<float>(far));
    }
    const auto calm = [](const std::vector<float>& values, int k) {
      const int n = static_cast<int>(values.size());
      return median_of(values.data(), std::max(0, k - 2), std::min(n, k + 3));
    };
    for (int u = a * kStride; u < std::min(w, b * kStride); ++u) {
      const int k = u / kStride - a;
      const double at = std::floor(path[u]);
      out.edge[u] = static_cast<float>(at + towards * (calm(edges, k) - kInto));
      out.far[u] = static_cast<float>(at + towards * (calm(fars, k) - kInto));
    }
  }
  return out;
}

}  // namespace

void find_gaps(const Restored& picture, LayerMap& map) {
  const int w = map.frame.width();
  double thickness = 0;
  for (int u = 0; u < w; ++u) thickness += (map.front_v[u] - map.outer_v[u]) / w;
  map.outer_gap = follow(picture, map, map.outer_v, -1, thickness);
  map.front_gap = follow(picture, map, map.front_v, 1, thickness);
  for (int u = 0; u < w; ++u) {
    if (!std::isnan(map.outer_gap.edge[u])) map.outer_v[u] = map.outer_gap.edge[u];
    if (!std::isnan(map.front_gap.edge[u])) map.front_v[u] = map.front_gap.edge[u];
  }
}

}  // namespace litho::layers
