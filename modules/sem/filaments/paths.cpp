#include "modules/sem/filaments/paths.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <queue>

namespace litho::filaments {
namespace {

constexpr float kDrop = 3.0F;        // nats
constexpr float kSteep = 1.2F;       // a spike is higher than this times its width
constexpr float kOutlier = 8;        // times the median height over the opening
constexpr float kRoot = 14;          // ground px beyond the front that may be root
constexpr float kRootGain = -0.15F;  // nats a ground px at least, where it is as grey as the layer
constexpr double kTube = 0.8;        // of the width, beside a path that is taken
constexpr double kBranch = 3;        // nats a branch must add

constexpr int kDu[] = {1, -1, 0, 0, 1, 1, -1, -1}, kDv[] = {0, 0, 1, -1, 1, -1, 1, -1};

}  // namespace

std::vector<Chain> ChainFinder::find(const std::vector<float>& front, int reach, double least) {
  const Evidence& evidence = evidence_;
  const int w = evidence.price.width(), h = evidence.price.height();
  ++run_;
  const auto at = [&](int u, int v) { return static_cast<std::size_t>(v) * w + u; };
  const auto fresh = [&](std::size_t k) -> Node& {
    if (nodes_[k].run != run_) nodes_[k] = {.run = run_};
    return nodes_[k];
  };
  using Item = std::pair<float, std::uint32_t>;
  std::vector<Item> heap;
  heap.reserve(static_cast<std::size_t>(4 * w));
  std::priority_queue<Item, std::vector<Item>, std::greater<>> open(std::greater<>{}, std::move(heap));
  for (int u = 0; u < w; ++u) {
    const int v = static_cast<int>(std::floor(front[u])) + 1;
    if (v < 0 || v >= h) continue;
    Node& n = fresh(at(u, v));
    n.cost = 0, n.score = std::min(evidence.gain(u, v), 0.5F), n.peak = std::max(0.0F, n.score);
    open.push({0.0F, static_cast<std::uint32_t>(at(u, v))});
  }
  std::vector<std::uint32_t> tips;
  while (!open.empty()) {
    const auto [cost, index] = open.top();
    open.pop();
    Node& here = nodes_[index];
    if (here.done || cost > here.cost) continue;
    here.done = true;
    const int u = static_cast<int>(index % w), v = static_cast<int>(index / w);
    if (here.score >= here.peak && here.score >= least) tips.push_back(index);
    for (int k = 0; k < 8; ++k) {
      const int a = u + kDu[k], b = v + kDv[k];
      if (a < 0 || a >= w || b >= h || static_cast<float>(b) <= front[a] ||
          static_cast<float>(b) > front[a] + static_cast<float>(reach))
        continue;
      const float length = k < 4 ? 1.0F : 1.41421356F;
      // In a root that is wide, or in a crook of the front, layer lies on a side as well.
      const bool root = evidence.plain(a, b) && static_cast<float>(b) < front[a] + kRoot;
      const float score = here.score + length * std::max(evidence.gain(a, b), root ? kRootGain : -kDrop);
      if (score < here.peak - kDrop) continue;
      Node& next = fresh(at(a, b));
      if (next.done) continue;
      const float price = length * evidence.price(a, b);
      if (here.cost + price >= next.cost) continue;
      next.cost = here.cost + price, next.score = score, next.peak = std::max(here.peak, score);
      next.from = static_cast<std::int8_t>(k);
      open.push({next.cost, static_cast<std::uint32_t>(at(a, b))});
    }
  }
  std::sort(tips.begin(), tips.end(), [&](std::uint32_t a, std::uint32_t b) {
    return nodes_[a].score > nodes_[b].score || (nodes_[a].score == nodes_[b].score && a < b);
  });
  const auto owner = [&](std::size_t k) -> std::int16_t& { return fresh(k).owner; };
  std::vector<Chain> out;
  for (const std::uint32_t tip : tips) {
    if (owner(tip) >= 0) continue;
    std::vector<Step> path;
    std::size_t k = tip;
    int joined = -1;
    float before = 0;
    while (true) {
      if (owner(k) >= 0) {
        joined = owner(k), before = nodes_[k].score;
        break;
      }
      path.push_back({static_cast<int>(k % w), static_cast<int>(k / w)});
      const int d = nodes_[k].from;
      if (d < 0) break;
      k = at(path.back().u - kDu[d], path.back().v - kDv[d]);
    }
    if (joined >= 0 && nodes_[tip].score - before < kBranch) continue;
    std::reverse(path.begin(), path.end());
    int own = joined;
    if (joined < 0) {
      own = static_cast<int>(out.size());
      Chain chain;
      chain.score = nodes_[tip].score;
      chain.path = path;
      double sum = 0, weight = 0;
      for (const Step& s : path) {
        const double g = std::max(0.0F, evidence.gain(s.u, s.v));
        sum += g * kWidths[evidence.scale(s.u, s.v)], weight += g;
      }
      chain.width = weight > 0 ? sum / weight : kWidths[0];
      out.push_back(chain);
    } else {
      out[static_cast<std::size_t>(own)].branches.push_back(path);
    }
    for (const Step& s : path) {
      const int r = static_cast<int>(std::ceil(kTube * std::max(3.0, kWidths[evidence.scale(s.u, s.v)]))) + 1;
      for (int b = std::max(0, s.v - r); b <= std::min(h - 1, s.v + r); ++b)
        for (int a = std::max(0, s.u - r); a <= std::min(w - 1, s.u + r); ++a)
          if ((a - s.u) * (a - s.u) + (b - s.v) * (b - s.v) <= r * r && owner(at(a, b)) < 0)
            owner(at(a, b)) = static_cast<std::int16_t>(own);
    }
  }
  return out;
}

namespace {

/// 1-D opening: what is narrower than `width` goes.
std::vector<float> opened(const std::vector<float>& line, int width) {
  const int n = static_cast<int>(line.size()), half = width / 2;
  std::vector<float> low(line.size()), out(line.size());
  for (int u = 0; u < n; ++u) {
    const auto from = line.begin() + std::max(0, u - half), to = line.begin() + std::min(n, u + half + 1);
    low[u] = *std::min_element(from, to);
  }
  for (int u = 0; u < n; ++u) {
    const auto from = low.begin() + std::max(0, u - half), to = low.begin() + std::min(n, u + half + 1);
    out[u] = *std::max_element(from, to);
  }
  return out;
}

/// Straight lines where `line` stands out of its opening by `steep` times the stretch's width and by `least`.
void cut(std::vector<float>& line, const std::vector<float>& base, float steep, float least) {
  const int n = static_cast<int>(line.size());
  for (int u = 0; u < n;) {
    if (line[u] - base[u] <= 0.5F) {
      ++u;
      continue;
    }
    int end = u;
    float highest = 0;
    while (end < n && line[end] - base[end] > 0.5F) highest = std::max(highest, line[end] - base[end]), ++end;
    // Half of a spike that the picture's side cuts is not seen.
    const float slender = (u == 0 || end == n ? 0.5F : 1.0F) * steep;
    if (highest > std::max(least, slender * static_cast<float>(end - u)) && (u > 0 || end < n)) {
      const float left = u > 0 ? line[u - 1] : line[end], right = end < n ? line[end] : left;
      for (int k = u; k < end; ++k)
        line[k] = left + (right - left) * static_cast<float>(k - u + 1) / static_cast<float>(end - u + 1);
    }
    u = end;
  }
}

}  // namespace

std::vector<float> without_spikes(const std::vector<float>& front, int widest, bool bumps) {
  const int n = static_cast<int>(front.size());
  // Straightened, so that a tilt is no spike; columns without a front take their neighbour's height.
  double count = 0, mu = 0, mv = 0, uu = 0, uv = 0;
  for (int u = 0; u < n; ++u)
    if (!std::isnan(front[u])) count += 1, mu += u, mv += front[u];
  if (count < 3) return front;
  mu /= count, mv /= count;
  for (int u = 0; u < n; ++u)
    if (!std::isnan(front[u])) uu += (u - mu) * (u - mu), uv += (u - mu) * (front[u] - mv);
  const double slope = uv / uu;
  std::vector<float> flat(front.size());
  float last = 0;
  for (int u = 0; u < n; ++u) {
    if (!std::isnan(front[u])) last = static_cast<float>(front[u] - mv - slope * (u - mu));
    flat[u] = last;
  }
  for (int width = 4; width <= widest; width = width * 3 / 2) {
    const std::vector<float> base = opened(flat, width);
    cut(flat, base, kSteep, 3);
  }
  if (bumps) {
    // What stands out far beyond how much the front does anywhere else.
    const std::vector<float> base = opened(flat, widest);
    std::vector<float> off(flat.size());
    for (int u = 0; u < n; ++u) off[u] = flat[u] - base[u];
    const auto middle = off.begin() + n / 2;
    std::nth_element(off.begin(), middle, off.end());
    cut(flat, base, 0, kOutlier * (*middle + 0.5F));
  }
  std::vector<float> out = front;
  for (int u = 0; u < n; ++u)
    if (!std::isnan(front[u])) out[u] = static_cast<float>(flat[u] + mv + slope * (u - mu));
  return out;
}

}  // namespace litho::filaments
