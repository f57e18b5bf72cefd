#include <algorithm>
#include <array>
#include <cmath>

#include "modules/sem/layers/coarse.hpp"

namespace litho::layers {
namespace {

constexpr double kMadToSd = 1.4826;
constexpr float kMostSpreads = 3;  // a step says no more: a pore's edge must not buy a detour
constexpr float kGain = 0.5F;      // nats a spread
constexpr float kStiffness = 1;    // nats a ground px of jump
constexpr int kOuters = 3;         // strongest long edges of a side that are tried
constexpr double kLeast = 2.3;     // spreads a column that an edge must show on average, of 3
constexpr double kLeastClarity = 4.5;  // texture alone reaches 3
constexpr double kLargestSlope = 0.33;

float median(std::vector<float>& values) {
  if (values.empty()) return 0;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

/// Steps over `deep` rows and 2 `along` + 1 columns, in spreads of all such steps; at (u, v) for a boundary above row v.
Image<float> steps(const Ground& ground, int deep, int along) {
  const int w = ground.grey.width(), h = ground.grey.height();
  Image<float> raw(w, h + 1), out(w, h + 1);
  std::vector<double> sum(static_cast<std::size_t>(h + 1));
  for (int u = 0; u < w; ++u) {
    sum[0] = 0;
    for (int v = 0; v < h; ++v) sum[v + 1] = sum[v] + ground.grey(u, v);
    for (int v = deep; v + deep <= h; ++v)
      raw(u, v) = static_cast<float>((sum[v + deep] - 2 * sum[v] + sum[v - deep]) / deep);
  }
  std::vector<float> sizes;
  for (int v = deep; v + deep <= h; ++v) {
    double run = 0;
    for (int u = -along; u < w; ++u) {
      if (u + along < w) run += raw(u + along, v);
      if (u - along - 1 >= 0) run -= raw(u - along - 1, v);
      if (u < 0) continue;
      out(u, v) = static_cast<float>(run / (2 * along + 1));
      if ((u + v) % 7 == 0) sizes.push_back(std::abs(out(u, v)));
    }
  }
  if (sizes.empty()) return out;
  const float unit = 1 / std::max(1e-6F, static_cast<float>(kMadToSd) * median(sizes));
  for (float& z : out.pixels()) z *= unit;
  return out;
}

struct Edge {
  std::vector<int> v;
  double score = 0;  // mean clipped step, spreads
};

/// The path of strongest steps of one sign (0: either) within row limits.
Edge follow(const Image<float>& z, int sign, const std::vector<int>& lowest, const std::vector<int>& highest) {
  const int w = z.width(), n = z.height();
  std::vector<float> cost(static_cast<std::size_t>(w) * n);
  const auto worth = [&](int u, int v) {
    const float one = sign == 0 ? std::abs(z(u, v)) : static_cast<float>(sign) * z(u, v);
    return std::clamp(one, -kMostSpreads, kMostSpreads);
  };
  for (int u = 0; u < w; ++u)
    for (int v = 0; v < n; ++v) cost[static_cast<std::size_t>(u) * n + v] = -kGain * worth(u, v);
  Edge edge;
  edge.v = best_boundary(cost, w, n - 1, lowest, highest, std::vector<int>(lowest.size(), 0), kStiffness);
  for (int u = 0; u < w; ++u) edge.score += worth(u, edge.v[u]) / w;
  return edge;
}

/// Median size of the steps along a path.
float typical(const Image<float>& z, const std::vector<int>& path) {
  std::vector<float> along;
  for (int u = 0; u < z.width(); ++u) along.push_back(std::abs(z(u, path[u])));
  return median(along);
}

/// Median step along the front over the spread of all steps in the layer and as far beyond the front: where everything is
/// full of edges, one more is no boundary.
double clarity(const Image<float>& z, const std::vector<int>& outer, const std::vector<int>& front, int clear) {
  std::vector<float> along, around;
  for (int u = 0; u < z.width(); ++u) {
    along.push_back(z(u, front[u]));
    const int to = std::min(z.height(), 2 * front[u] - outer[u]);
    for (int v = outer[u] + clear; v < to; v += 3)
      if (std::abs(v - front[u]) > clear) around.push_back(std::abs(z(u, v)));
  }
  return median(along) / std::max(1e-6, kMadToSd * median(around));
}

}  // namespace

std::optional<EdgePair> find_edge_pair(const Coarse& coarse, std::optional<Side> side) {
  std::optional<EdgePair> best;
  double best_score = 0;
  for (const Side one : {Side::top, Side::bottom, Side::left, Side::right}) {
    if (side && *side != one) continue;
    const Coarse standing = turn(coarse, one);
    const Ground ground{standing.grey, {}, 1};
    const int w = ground.grey.width(), h = ground.grey.height();
    const int wide = std::max(4, h / 40), fine = std::max(2, h / 170), apart = h / 25;
    const Image<float> broad = steps(ground, wide, wide / 2), sharp = steps(ground, fine, fine);
    std::vector<int> lowest(static_cast<std::size_t>(w), apart), highest(static_cast<std::size_t>(w), h - 2 * apart);
    Image<float> left = broad;
    for (int k = 0; k < kOuters; ++k) {
      const Edge outer = follow(left, 0, lowest, highest);
      // The next search leaves out what was found.
      for (int u = 0; u < w; ++u)
        for (int v = std::max(0, outer.v[u] - wide); v <= std::min(h, outer.v[u] + wide); ++v) left(u, v) = 0;
      std::vector<int> from(outer.v), to(static_cast<std::size_t>(w), h - fine);
      for (int& v : from) v = std::min(v + apart, h - fine);
      const Edge front = follow(sharp, 1, from, to);
      const double slope = std::abs(front.v.back() - front.v.front()) / static_cast<double>(w);
      if (front.score < kLeast || outer.score < kLeast || slope > kLargestSlope) continue;
      const double clear = clarity(sharp, outer.v, front.v, 2 * fine);
      if (clear < kLeastClarity) continue;
      // The steadiest long edge is the outer boundary; of the two directions the one in which grey changes less.
      const double score = 10 * outer.score - 2 * std::min(2.0F, typical(broad, front.v) / typical(broad, outer.v));
      if (!best || score > best_score)
        best_score = score, best = EdgePair{one, outer.v, front.v, outer.score, clear};
    }
  }
  return best;
}

Model model_of(const Coarse& coarse, const EdgePair& pair) {
  Model m;
  m.start.side = pair.side;
  m.picture = turn(coarse, pair.side);
  m.outer = pair.outer;
  m.front = pair.front;
  learn_levels(m);
  return m;
}

}  // namespace litho::layers
