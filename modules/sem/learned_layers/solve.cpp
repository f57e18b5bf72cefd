#include "modules/sem/learned_layers/solve.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "modules/sem/trace/kernel.hpp"

namespace litho::learned {
namespace {

constexpr double kSteepest = 0.36;  // tan 20 degrees
constexpr int kSlopes = 36;
constexpr int kStretches = 8;
constexpr int kThinnest = 2;        // cells
constexpr float kStiffness = 1.5F;  // nats a cell of jump off the line
constexpr float kCorrelation = 8;   // neighbouring cells share their evidence: so many count as one
constexpr float kEdgeWeight = 5;    // nats an e-fold of the edge's probability, a column
constexpr float kFaintestEdge = 0.02F;
constexpr double kReach = 0.25;  // of the picture's height, either side of the straight lines

/// Summed costs of rows 0..v-1, column-major with height + 1 entries a column.
struct Sums {
  std::vector<float> outer;  ///< outside instead of layer above the boundary
  std::vector<float> front;  ///< layer instead of electrolyte above the boundary
  double rest = 0;           ///< electrolyte everywhere
};

Sums sum_costs(const FeatureGrid& grid, const Evidence& e) {
  Sums sums;
  const auto n = static_cast<std::size_t>(e.height + 1);
  sums.outer.resize(static_cast<std::size_t>(e.width) * n);
  sums.front.resize(sums.outer.size());
  for (int u = 0; u < e.width; ++u) {
    const std::size_t o = static_cast<std::size_t>(u) * n;
    for (int v = 0; v < e.height; ++v) {
      float a = 0, b = 0;
      if (grid.seen(u, v)) {
        const float outside = -std::log(e.at(u, v, LayerClass::outside)), layer = -std::log(e.layer(u, v)),
                    electrolyte = -std::log(e.at(u, v, LayerClass::electrolyte));
        a = (outside - layer) / kCorrelation, b = (layer - electrolyte) / kCorrelation;
        sums.rest += electrolyte / kCorrelation;
      }
      const auto k = static_cast<std::size_t>(v);
      sums.outer[o + k + 1] = sums.outer[o + k] + a;
      sums.front[o + k + 1] = sums.front[o + k] + b;
    }
    if (e.edges.empty()) continue;
    for (std::size_t k = 0; k < n; ++k) {
      const auto cost = [&](int boundary) {
        return -kEdgeWeight * std::log(std::max(kFaintestEdge, e.edge(u, static_cast<int>(k), boundary)));
      };
      sums.outer[o + k] += cost(1), sums.front[o + k] += cost(2);
    }
  }
  return sums;
}

/// The best pair of parallel lines over the whole picture.
void straight_lines(const Sums& sums, Boundaries& b, int w, int h) {
  const int n = h + 1;
  double best = std::numeric_limits<double>::infinity();
  double slope = 0;
  int outer = 0, front = 0;
  std::vector<double> above(static_cast<std::size_t>(n)), below(above);
  for (int s = -kSlopes; s <= kSlopes; ++s) {
    const double trial = kSteepest * s / kSlopes;
    std::fill(above.begin(), above.end(), 0.0);
    std::fill(below.begin(), below.end(), 0.0);
    for (int u = 0; u < w; ++u) {
      const int drift = static_cast<int>(std::lround(trial * (u + 0.5 - 0.5 * w)));
      const std::size_t o = static_cast<std::size_t>(u) * static_cast<std::size_t>(n);
      for (int v = 0; v < n; ++v) {
        const auto k = o + static_cast<std::size_t>(std::clamp(v + drift, 0, h));
        above[static_cast<std::size_t>(v)] += sums.outer[k];
        below[static_cast<std::size_t>(v)] += sums.front[k];
      }
    }
    int lowest = 0;
    for (int v = kThinnest; v < n; ++v) {
      if (above[static_cast<std::size_t>(v - kThinnest)] < above[static_cast<std::size_t>(lowest)])
        lowest = v - kThinnest;
      const double cost = above[static_cast<std::size_t>(lowest)] + below[static_cast<std::size_t>(v)];
      if (cost < best) best = cost, slope = trial, outer = lowest, front = v;
    }
  }
  for (int u = 0; u < w; ++u) {
    const int drift = static_cast<int>(std::lround(slope * (u + 0.5 - 0.5 * w)));
    b.outer.push_back(std::clamp(outer + drift, 0, h - kThinnest));
    b.front.push_back(std::clamp(front + drift, b.outer.back() + kThinnest, h));
  }
}

/// Sum of the layer's probability that was called layer, over what either calls layer, near the layer.
double expected_agreement(const FeatureGrid& grid, const Evidence& e, const Boundaries& b) {
  double inside = 0, called = 0, missed = 0;
  for (int u = 0; u < e.width; ++u) {
    const int top = b.outer[static_cast<std::size_t>(u)], bottom = b.front[static_cast<std::size_t>(u)];
    const int margin = bottom - top;
    for (int v = std::max(0, top - margin); v < std::min(e.height, bottom + margin); ++v) {
      if (!grid.seen(u, v)) continue;
      const double p = e.layer(u, v);
      if (v >= top && v < bottom)
        inside += p, called += 1;
      else
        missed += p;
    }
  }
  return called + missed > 0 ? inside / (called + missed) : 0;
}

}  // namespace

Evidence gather(const FeatureGrid& grid, const PixelFeatures& features, const LearnedModel& model) {
  Evidence e{features.width, features.height, model.forest.classes, {}, {}, 0};
  const std::size_t cells = features.cells();
  e.shares.resize(cells * static_cast<std::size_t>(e.classes));
  predict(model.forest, features.values, cells, e.shares);
  sharpen(e.shares, e.classes, model.exponent);
  if (!model.edges.trees.empty()) {
    e.edges.resize(cells * 3);
    predict(model.edges, features.values, cells, e.edges);
  }
  double strange = 0, all = 0;
  for (std::size_t f = 0; f < model.lowest.size(); ++f)
    for (std::size_t i = 0; i < cells; ++i) {
      if (!grid.seen.pixels()[i]) continue;
      const std::uint8_t x = features.values[f * cells + i];
      strange += x < model.lowest[f] || x > model.highest[f], all += 1;
    }
  e.strangeness = all > 0 ? strange / all : 0;
  return e;
}

Boundaries solve(const FeatureGrid& grid, const Evidence& e) {
  const int w = e.width, h = e.height, n = h + 1;
  const Sums sums = sum_costs(grid, e);
  Boundaries b;
  straight_lines(sums, b, w, h);
  const int reach = std::max(8, static_cast<int>(kReach * h));
  const std::vector<int> outer_base = b.outer, front_base = b.front;
  std::vector<int> lowest(static_cast<std::size_t>(w)), highest(lowest);
  for (int turn = 0; turn < 3; ++turn) {
    for (std::size_t u = 0; u < lowest.size(); ++u) {
      lowest[u] = std::clamp(front_base[u] - reach, b.outer[u] + kThinnest, h);
      highest[u] = std::clamp(front_base[u] + reach, lowest[u], h);
    }
    b.front = best_boundary(sums.front, w, h, lowest, highest, front_base, kStiffness);
    for (std::size_t u = 0; u < lowest.size(); ++u) {
      highest[u] = std::clamp(outer_base[u] + reach, 0, std::max(0, b.front[u] - kThinnest));
      lowest[u] = std::clamp(outer_base[u] - reach, 0, highest[u]);
    }
    b.outer = best_boundary(sums.outer, w, h, lowest, highest, outer_base, kStiffness);
  }
  double cost = sums.rest, seen = 0;
  for (int u = 0; u < w; ++u) {
    const auto k = static_cast<std::size_t>(u), o = k * static_cast<std::size_t>(n);
    cost += sums.outer[o + static_cast<std::size_t>(b.outer[k])] +
            sums.front[o + static_cast<std::size_t>(b.front[k])];
  }
  for (const std::uint8_t s : grid.seen.pixels()) seen += s;
  b.cost = kCorrelation * cost / std::max(1.0, seen);
  b.agreement = expected_agreement(grid, e, b);
  if (!e.edges.empty()) {
    double outer = 0, front = 0, outer_here = 0, front_here = 0;
    const int stretch = std::max(1, w / kStretches);
    for (int u = 0; u < w; ++u) {
      const float o = e.edge(u, b.outer[static_cast<std::size_t>(u)], 1),
                  f = e.edge(u, b.front[static_cast<std::size_t>(u)], 2);
      outer += o / w, front += f / w;
      outer_here += o / stretch, front_here += f / stretch;
      if ((u + 1) % stretch != 0) continue;
      b.weakest = std::min({b.weakest, outer_here, front_here});
      outer_here = front_here = 0;
    }
    b.support = std::min(outer, front);
  }
  return b;
}

}  // namespace litho::learned
