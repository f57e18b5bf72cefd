#include "modules/sem/crack_network/joints.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

namespace litho::crack_network {
namespace {

constexpr double kCell = 32;    // px of the grid in which points are looked up
constexpr double kSnap = 14;    // px from an end to a crack's edge that it runs into
constexpr double kAhead = 0.5;  // cosine of the widest angle between an end's direction and what it runs into
constexpr double kSameNode = 18;  // px, beyond the widths

struct Site {
  std::size_t crack, point;
};

class Points {
 public:
  explicit Points(const std::vector<CrackLine>& cracks) {
    for (std::size_t c = 0; c < cracks.size(); ++c)
      for (std::size_t i = 0; i < cracks[c].line.size(); ++i)
        cells_[cell(cracks[c].line[i])].push_back({c, i});
  }
  template <class Use>
  void near(PointPx p, Use use) const {
    const auto [x, y] = cell(p);
    for (int b = y - 1; b <= y + 1; ++b)
      for (int a = x - 1; a <= x + 1; ++a)
        if (const auto it = cells_.find({a, b}); it != cells_.end())
          for (const Site& s : it->second) use(s);
  }

 private:
  static std::pair<int, int> cell(PointPx p) {
    return {static_cast<int>(std::floor(p.x / kCell)), static_cast<int>(std::floor(p.y / kCell))};
  }
  std::map<std::pair<int, int>, std::vector<Site>> cells_;
};

PointPx direction_out(const Polyline& line, bool at_start) {
  constexpr std::size_t kReach = 10;
  const std::size_t n = line.size(), k = std::min(n - 1, kReach);
  const PointPx a = at_start ? line[0] : line[n - 1], b = at_start ? line[k] : line[n - 1 - k];
  const double length = std::max(1e-9, std::hypot(a.x - b.x, a.y - b.y));
  return {(a.x - b.x) / length, (a.y - b.y) / length};
}

struct Hit {
  double distance;
  Site site;
};

/// The crack that an end runs into.
std::optional<Hit> ahead(const std::vector<CrackLine>& cracks, const Points& points, std::size_t crack,
                         bool at_start) {
  const Polyline& line = cracks[crack].line;
  const PointPx end = at_start ? line.front() : line.back(), out = direction_out(line, at_start);
  std::optional<Hit> best;
  points.near(end, [&](const Site& s) {
    if (s.crack == crack) return;
    const PointPx p = cracks[s.crack].line[s.point];
    const double dx = p.x - end.x, dy = p.y - end.y, d = std::hypot(dx, dy);
    if (d > kSnap + 0.5 * cracks[s.crack].opening_px[s.point]) return;
    if (d > 3 && (dx * out.x + dy * out.y) / d < kAhead) return;
    if (!best || d < best->distance) best = Hit{d, s};
  });
  return best;
}

/// Where two pieces cross, if they do.
std::optional<PointPx> crossing(PointPx a, PointPx b, PointPx c, PointPx d) {
  const double rx = b.x - a.x, ry = b.y - a.y, sx = d.x - c.x, sy = d.y - c.y, det = rx * sy - ry * sx;
  if (std::abs(det) < 1e-12) return {};
  const double t = ((c.x - a.x) * sy - (c.y - a.y) * sx) / det,
               u = ((c.x - a.x) * ry - (c.y - a.y) * rx) / det;
  if (t < 0 || t > 1 || u < 0 || u > 1) return {};
  return PointPx{a.x + t * rx, a.y + t * ry};
}

struct Joint {
  PointPx at;
  double reach;
  std::vector<int> through, ending;
};

/// Joints that lie within one another's reach are one node.
std::vector<Joint> merge(std::vector<Joint> joints) {
  std::vector<Joint> out;
  for (Joint& j : joints) {
    const auto same = std::ranges::find_if(out, [&](const Joint& o) {
      return std::hypot(o.at.x - j.at.x, o.at.y - j.at.y) < kSameNode + std::max(o.reach, j.reach);
    });
    if (same == out.end()) {
      out.push_back(std::move(j));
      continue;
    }
    same->through.insert(same->through.end(), j.through.begin(), j.through.end());
    same->ending.insert(same->ending.end(), j.ending.begin(), j.ending.end());
  }
  return out;
}

void unique(std::vector<int>& values) {
  std::ranges::sort(values);
  values.erase(std::unique(values.begin(), values.end()), values.end());
}

}  // namespace

std::vector<CrackNode> join_cracks(std::vector<CrackLine>& cracks) {
  const Points points(cracks);
  std::vector<Joint> joints;
  std::vector<CrackNode> nodes;
  struct Extension {
    std::size_t crack;
    bool at_start;
    PointPx to;
  };
  std::vector<Extension> extensions;
  for (std::size_t c = 0; c < cracks.size(); ++c)
    for (const bool at_start : {true, false}) {
      const PointPx end = at_start ? cracks[c].line.front() : cracks[c].line.back();
      const auto hit = ahead(cracks, points, c, at_start);
      if (!hit) {
        nodes.push_back({end, NodeKind::tip, {static_cast<int>(c)}});
        continue;
      }
      const CrackLine& other = cracks[hit->site.crack];
      const PointPx at = other.line[hit->site.point];
      joints.push_back({at,
                        0.5 * other.opening_px[hit->site.point],
                        {static_cast<int>(hit->site.crack)},
                        {static_cast<int>(c)}});
      extensions.push_back({c, at_start, at});
    }
  for (std::size_t c = 0; c < cracks.size(); ++c)
    for (std::size_t i = 1; i < cracks[c].line.size(); ++i)
      points.near(cracks[c].line[i], [&](const Site& s) {
        if (s.crack <= c || s.point == 0) return;
        const Polyline& other = cracks[s.crack].line;
        if (const auto at =
                crossing(cracks[c].line[i - 1], cracks[c].line[i], other[s.point - 1], other[s.point]))
          joints.push_back({*at,
                            0.5 * cracks[s.crack].opening_px[s.point],
                            {static_cast<int>(c), static_cast<int>(s.crack)},
                            {}});
      });
  for (const Extension& e : extensions) {
    CrackLine& crack = cracks[e.crack];
    const PointPx end = e.at_start ? crack.line.front() : crack.line.back();
    const int steps = static_cast<int>(std::hypot(e.to.x - end.x, e.to.y - end.y));
    const float opening = e.at_start ? crack.opening_px.front() : crack.opening_px.back();
    Polyline bit;
    for (int k = 1; k <= steps; ++k) {
      const double t = static_cast<double>(k) / steps;
      bit.push_back({end.x + t * (e.to.x - end.x), end.y + t * (e.to.y - end.y)});
    }
    if (e.at_start) {
      crack.line.insert(crack.line.begin(), bit.rbegin(), bit.rend());
      crack.opening_px.insert(crack.opening_px.begin(), bit.size(), opening);
    } else {
      crack.line.insert(crack.line.end(), bit.begin(), bit.end());
      crack.opening_px.insert(crack.opening_px.end(), bit.size(), opening);
    }
  }
  for (Joint& j : merge(std::move(joints))) {
    unique(j.through), unique(j.ending);
    std::erase_if(j.through, [&](int c) { return std::ranges::binary_search(j.ending, c); });
    const std::size_t arms = 2 * j.through.size() + j.ending.size();
    if (arms < 3) continue;  // two ends that meet: one line goes on
    CrackNode node{j.at, arms > 3 ? NodeKind::crossing : NodeKind::tee, j.through};
    node.lines.insert(node.lines.end(), j.ending.begin(), j.ending.end());
    nodes.push_back(std::move(node));
  }
  return nodes;
}

}  // namespace litho::crack_network
