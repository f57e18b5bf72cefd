#include "modules/sem/delamination/kernel.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "modules/sem/delamination/slots.hpp"

namespace litho {
namespace {

using delamination::Slots;
using delamination::Walls;

constexpr double kLeastRest = 0.6;  // of the least length: what a gap leaves of a crack
constexpr std::size_t kHole = 16;   // columns that may be missing within one gap
constexpr std::size_t kMedian = 5;  // columns to each side over which walls are evened
constexpr std::size_t kVertex = 2;  // columns between the points of a gap's line
constexpr double kLineSigma = 4;    // points
constexpr double kSlender = 4;      // a gap's length over its width at least
constexpr double kBesideGap = 3;    // px beyond a wall in which a path is the gap's

struct Stretch {
  std::size_t first, end;  // columns
  Slots walls;             // one a column
};

double median(std::vector<double>& values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

/// Runs of columns with a slot, holes closed, walls evened.
std::vector<Stretch> stretches(const Slots& slots, double min_length_px) {
  std::vector<Stretch> out;
  for (std::size_t u = 0; u < slots.size(); ++u) {
    if (!slots[u]) continue;
    if (!out.empty() && u - out.back().end <= kHole)
      out.back().end = u + 1;
    else
      out.push_back({u, u + 1, {}});
  }
  for (Stretch& s : out)
    for (std::size_t u = s.first; u < s.end; ++u) {
      std::vector<double> upper, lower;
      for (std::size_t reach = kMedian; upper.empty(); reach *= 2)
        for (std::size_t k = std::max(s.first + reach, u) - reach; k < std::min(s.end, u + reach + 1); ++k)
          if (slots[k]) upper.push_back(slots[k]->upper), lower.push_back(slots[k]->lower);
      s.walls.push_back(Walls{median(upper), median(lower)});
    }
  // A pore or the mouth of a crack is no longer than a few of its widths.
  std::erase_if(out, [&](const Stretch& s) {
    std::vector<double> width;
    for (const auto& w : s.walls) width.push_back(w->lower - w->upper);
    return static_cast<double>(s.end - s.first) < std::max(min_length_px, kSlender * median(width));
  });
  return out;
}

/// Mean distance of the nearer wall from a boundary.
double distance_to(const Stretch& s, const std::vector<float>& v) {
  double sum = 0, n = 0;
  for (std::size_t u = s.first; u < s.end; ++u) {
    if (u >= v.size() || !std::isfinite(v[u])) continue;
    const Walls& w = *s.walls[u - s.first];
    sum += std::min(std::abs(w.upper - v[u]), std::abs(w.lower - v[u])), n += 1;
  }
  return n > 0 ? sum / n : 1e9;
}

bool overlap(const Stretch& a, const Stretch& b) {
  const std::size_t first = std::max(a.first, b.first), end = std::min(a.end, b.end);
  for (std::size_t u = first; u < end; ++u) {
    const Walls &p = *a.walls[u - a.first], &q = *b.walls[u - b.first];
    if (p.upper < q.lower && q.upper < p.lower) return true;
  }
  return false;
}

Gap to_gap(const Stretch& s, GapPlace place, const Frame& frame) {
  Gap gap{place, {}};
  Polyline middle;
  std::vector<double> opening;
  for (std::size_t u = s.first; u < s.end; u += kVertex) {
    const Walls& w = *s.walls[u - s.first];
    middle.push_back({static_cast<double>(u) + 0.5, 0.5 * (w.upper + w.lower)});
    opening.push_back(w.lower - w.upper);
  }
  middle = smooth_line(middle, kLineSigma);
  for (std::size_t i = 0; i < middle.size(); ++i) {
    const PointPx n = normal_at(middle, i);
    Valley v;
    v.found = true;
    v.width_px = v.rim_width_px = opening[i] * std::abs(n.y);
    gap.path.line.push_back(frame.to_image(middle[i]));
    gap.path.valley.push_back(v);
  }
  gap.path.evidence.length_px = line_length(gap.path.line);
  return gap;
}

CrackPath part(const CrackPath& path, std::size_t first, std::size_t end) {
  CrackPath out;
  const auto f = static_cast<std::ptrdiff_t>(first), e = static_cast<std::ptrdiff_t>(end);
  out.line.assign(path.line.begin() + f, path.line.begin() + e);
  out.valley.assign(path.valley.begin() + f, path.valley.begin() + e);
  out.evidence = path.evidence;
  out.evidence.length_px = line_length(out.line);
  return out;
}

bool in_pellet(const Pellet& pellet, PointPx p) {
  const int x = static_cast<int>(std::floor(p.x)), y = static_cast<int>(std::floor(p.y));
  if (!pellet.labels.contains(x, y)) return false;
  const auto label = static_cast<Label>(pellet.labels(x, y));
  return label != Label::none && label != Label::outside;
}

bool in_gap(const std::vector<Stretch>& gaps, PointPx upright) {
  for (const Stretch& s : gaps) {
    const double u = std::floor(upright.x);
    if (u < static_cast<double>(s.first) || u >= static_cast<double>(s.end)) continue;
    const Walls& w = *s.walls[static_cast<std::size_t>(u) - s.first];
    if (upright.y > w.upper - kBesideGap && upright.y < w.lower + kBesideGap) return true;
  }
  return false;
}

std::vector<std::pair<std::size_t, std::size_t>> runs(const std::vector<bool>& on) {
  std::vector<std::pair<std::size_t, std::size_t>> out;
  for (std::size_t i = 0; i < on.size(); ++i) {
    if (!on[i]) continue;
    if (!out.empty() && out.back().second == i)
      ++out.back().second;
    else
      out.push_back({i, i + 1});
  }
  return out;
}

double length_of(const std::vector<float>& v) {
  double sum = 0;
  constexpr std::size_t kStep = 8;  // px; shorter steps would count the noise of the boundary
  for (std::size_t u = kStep; u < v.size(); u += kStep)
    if (std::isfinite(v[u]) && std::isfinite(v[u - kStep]))
      sum += std::hypot(double{kStep}, v[u] - v[u - kStep]);
  return sum;
}

/// 1 on the paths, as wide as they are.
Image<std::uint8_t> discs(const std::vector<CrackPath>& paths, int width, int height) {
  Image<std::uint8_t> out(width, height);
  for (const CrackPath& path : paths)
    for (std::size_t i = 0; i < path.line.size(); i += 2) {
      const int x = static_cast<int>(path.line[i].x), y = static_cast<int>(path.line[i].y);
      const int r = static_cast<int>(kBesideGap + (path.valley[i].found ? 0.5 * path.valley[i].width_px : 1));
      for (int b = std::max(0, y - r); b <= std::min(height - 1, y + r); ++b)
        for (int a = std::max(0, x - r); a <= std::min(width - 1, x + r); ++a)
          if ((a - x) * (a - x) + (b - y) * (b - y) <= r * r) out(a, b) = 1;
    }
  return out;
}

}  // namespace

Delamination find_delamination(const Image<float>& grey, const std::vector<CrackPath>& paths,
                               const Pellet& pellet, const GapScene& scene, double min_length_px) {
  Delamination out;
  out.boundary_px = length_of(pellet.outer_v) + length_of(pellet.front_v);
  const Image<std::uint8_t> dark = discs(paths, grey.width(), grey.height());
  const auto search = [&](const std::vector<float>& v, const std::vector<float>& other) {
    return v.empty() ? std::vector<Stretch>{}
                     : stretches(delamination::find_slots(grey, dark, pellet.frame, v, other,
                                                          {scene.void_grey, scene.blur_px}),
                                 min_length_px);
  };
  std::vector<Stretch> outer = search(pellet.outer_v, pellet.front_v),
                       front = search(pellet.front_v, pellet.outer_v);
  const auto belongs_to = [](const Stretch& s, const std::vector<float>& own,
                             const std::vector<Stretch>& others, const std::vector<float>& other) {
    return std::ranges::none_of(others, [&](const Stretch& o) { return overlap(s, o); }) ||
           distance_to(s, own) <= distance_to(s, other);
  };
  const std::vector<Stretch> outer_all = outer;
  std::erase_if(outer,
                [&](const Stretch& s) { return !belongs_to(s, pellet.outer_v, front, pellet.front_v); });
  std::erase_if(front,
                [&](const Stretch& s) { return !belongs_to(s, pellet.front_v, outer_all, pellet.outer_v); });
  for (const Stretch& s : outer) out.gaps.push_back(to_gap(s, GapPlace::outer, pellet.frame));
  for (const Stretch& s : front) out.gaps.push_back(to_gap(s, GapPlace::front, pellet.frame));

  for (const CrackPath& path : paths) {
    std::vector<bool> rest(path.line.size());
    for (std::size_t i = 0; i < rest.size(); ++i) {
      const PointPx upright = pellet.frame.to_upright(path.line[i]);
      rest[i] = in_pellet(pellet, path.line[i]) && !in_gap(outer, upright) && !in_gap(front, upright);
    }
    for (const auto& [first, end] : runs(rest))
      if (static_cast<double>(end - first) >= kLeastRest * min_length_px)
        out.cracks.push_back(part(path, first, end));
  }
  return out;
}

}  // namespace litho
