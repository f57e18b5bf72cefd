#include "modules/sem/crack_paths/join.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

namespace litho::crack_paths {
namespace {

constexpr double kTangentReach = 12;

struct End {
  std::size_t trace;
  bool start;
  PointPx at, out;
};
struct Pair {
  double cost;
  std::size_t a, b;
};

double cosine(PointPx a, PointPx b) {
  return a.x * b.x + a.y * b.y;
}

/// Ends by squares as wide as the reach, so that near ones are found without asking all.
std::vector<Pair> candidate_pairs(const std::vector<End>& ends, const std::vector<Trace>& traces,
                                  const JoinRule& rule) {
  std::map<std::pair<int, int>, std::vector<std::size_t>> grid;
  const auto square = [&](PointPx p) {
    return std::pair{static_cast<int>(std::floor(p.x / rule.reach_px)),
                     static_cast<int>(std::floor(p.y / rule.reach_px))};
  };
  for (std::size_t i = 0; i < ends.size(); ++i) grid[square(ends[i].at)].push_back(i);
  std::vector<Pair> pairs;
  for (std::size_t i = 0; i < ends.size(); ++i) {
    const auto [cx, cy] = square(ends[i].at);
    for (int dy = -1; dy <= 1; ++dy)
      for (int dx = -1; dx <= 1; ++dx) {
        const auto it = grid.find({cx + dx, cy + dy});
        if (it == grid.end()) continue;
        for (const std::size_t j : it->second) {
          const End &a = ends[i], &b = ends[j];
          if (j <= i || a.trace == b.trace) continue;
          const PointPx gap{b.at.x - a.at.x, b.at.y - a.at.y};
          const double d = std::hypot(gap.x, gap.y);
          if (d > rule.reach_px) continue;
          const double through = -cosine(a.out, b.out);
          if (through < rule.turn_cos) continue;
          double aside = 0;
          if (d > 4) {
            aside = 2 - (cosine(a.out, gap) - cosine(b.out, gap)) / d;
            if (aside > 1) continue;
          }
          const double ratio = traces[a.trace].strength / std::max(1e-6, traces[b.trace].strength);
          if (std::max(ratio, 1 / ratio) > rule.strength_ratio) continue;
          pairs.push_back(
              {(1 - through) + aside + 0.5 * std::abs(std::log(ratio)) + 0.3 * d / rule.reach_px, i, j});
        }
      }
  }
  std::ranges::sort(pairs, [](const Pair& p, const Pair& q) {
    return std::tie(p.cost, p.a, p.b) < std::tie(q.cost, q.a, q.b);
  });
  return pairs;
}

}  // namespace

PointPx outward(const Polyline& line, bool at_start, double reach) {
  const auto n = line.size();
  const auto at = [&](std::size_t i) { return at_start ? line[i] : line[n - 1 - i]; };
  std::size_t k = 1;
  while (k + 1 < n && std::hypot(at(k).x - at(0).x, at(k).y - at(0).y) < reach) ++k;
  const PointPx d{at(0).x - at(k).x, at(0).y - at(k).y};
  const double length = std::hypot(d.x, d.y);
  return length > 0 ? PointPx{d.x / length, d.y / length} : PointPx{1, 0};
}

std::vector<Trace> join_ends(std::vector<Trace> traces, const JoinRule& rule) {
  std::vector<End> ends;
  for (std::size_t t = 0; t < traces.size(); ++t) {
    if (traces[t].line.size() < 2) continue;
    for (const bool start : {true, false}) {
      const Polyline& line = traces[t].line;
      ends.push_back({t, start, start ? line.front() : line.back(), outward(line, start, kTangentReach)});
    }
  }
  constexpr std::size_t kNone = static_cast<std::size_t>(-1);
  std::vector<std::size_t> partner(ends.size(), kNone);
  for (const Pair& pair : candidate_pairs(ends, traces, rule))
    if (partner[pair.a] == kNone && partner[pair.b] == kNone)
      partner[pair.a] = pair.b, partner[pair.b] = pair.a;

  // Each trace's ends stand side by side: 2 k is its start, 2 k + 1 its end.
  std::vector<Trace> out;
  std::vector<bool> used(traces.size(), false);
  const auto other = [&](std::size_t end) { return end ^ 1U; };
  const auto follow =
      [&](std::size_t end) {  // from one end outwards to the last trace of the row, or round a ring
        std::size_t at = end;
        while (partner[at] != kNone) {
          at = other(partner[at]);
          if (at == end) break;
        }
        return at;
      };
  for (std::size_t e = 0; e < ends.size(); e += 2) {
    if (used[ends[e].trace]) continue;
    std::size_t at = follow(e);
    Trace joined;
    double length = 0;
    for (;;) {
      const End& first = ends[at];
      if (used[first.trace]) break;
      used[first.trace] = true;
      const Trace& piece = traces[first.trace];
      if (first.start)
        joined.line.insert(joined.line.end(), piece.line.begin(), piece.line.end());
      else
        joined.line.insert(joined.line.end(), piece.line.rbegin(), piece.line.rend());
      const double l = static_cast<double>(piece.line.size());
      joined.strength += l * piece.strength;
      length += l;
      const std::size_t next = partner[other(at)];
      if (next == kNone) break;
      at = next;
    }
    joined.strength /= std::max(1.0, length);
    out.push_back(std::move(joined));
  }
  return out;
}

}  // namespace litho::crack_paths
