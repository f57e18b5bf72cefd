#include "modules/sem/delamination/kernel.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

namespace litho {
namespace {

constexpr double kNear = 8;         // px between a gap's near edge and the boundary
constexpr double kAlong = 0.906;    // cosine of 25 degrees
constexpr double kLeastRest = 0.6;  // of the least length: what a gap leaves of a crack
constexpr std::size_t kHole = 12;   // points that may stray

struct Line {
  const std::vector<float>& v;
  GapPlace place;

  std::optional<double> at(double u) const {
    const int i = static_cast<int>(std::floor(u));
    if (i < 0 || i >= static_cast<int>(v.size()) || !std::isfinite(v[static_cast<std::size_t>(i)])) return {};
    return v[static_cast<std::size_t>(i)];
  }
  std::optional<double> slope(double u) const {
    constexpr double kReach = 12;
    const auto a = at(u - kReach), b = at(u + kReach);
    if (!a || !b) return {};
    return (*b - *a) / (2 * kReach);
  }
};

bool runs_along(const Line& line, const Frame& frame, const CrackPath& path, std::size_t i) {
  const PointPx p = frame.to_upright(path.line[i]);
  const auto v = line.at(p.x), slope = line.slope(p.x);
  if (!v || !slope) return false;
  const double norm = std::hypot(1.0, *slope);
  const double half = path.valley[i].found ? 0.5 * path.valley[i].width_px : 0;
  if (std::abs(p.y - *v) / norm > kNear + half) return false;
  constexpr std::size_t kReach = 6;
  const PointPx a = frame.to_upright(path.line[i >= kReach ? i - kReach : 0]),
                b = frame.to_upright(path.line[std::min(path.line.size() - 1, i + kReach)]);
  const double length = std::hypot(b.x - a.x, b.y - a.y);
  return length > 0 && std::abs((b.x - a.x) + (b.y - a.y) * *slope) / (length * norm) > kAlong;
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

/// Stretches of `on` at least `least` long, holes closed.
std::vector<std::pair<std::size_t, std::size_t>> stretches(const std::vector<bool>& on, double least) {
  std::vector<std::pair<std::size_t, std::size_t>> out;
  for (std::size_t i = 0; i < on.size(); ++i) {
    if (!on[i]) continue;
    if (!out.empty() && i - out.back().second <= kHole)
      out.back().second = i + 1;
    else
      out.push_back({i, i + 1});
  }
  std::erase_if(out, [&](const auto& s) { return static_cast<double>(s.second - s.first) < least; });
  return out;
}

bool in_pellet(const Pellet& pellet, PointPx p) {
  const int x = static_cast<int>(std::floor(p.x)), y = static_cast<int>(std::floor(p.y));
  if (!pellet.labels.contains(x, y)) return false;
  const auto label = static_cast<Label>(pellet.labels(x, y));
  return label != Label::none && label != Label::outside;
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

}  // namespace

Delamination split_delamination(std::vector<CrackPath> paths, const Pellet& pellet, double min_length_px) {
  Delamination out;
  out.boundary_px = length_of(pellet.outer_v) + length_of(pellet.front_v);
  for (CrackPath& path : paths) {
    std::vector<std::pair<std::size_t, std::size_t>> taken;
    for (const Line& line : {Line{pellet.outer_v, GapPlace::outer}, Line{pellet.front_v, GapPlace::front}}) {
      std::vector<bool> on(path.line.size());
      for (std::size_t i = 0; i < on.size(); ++i) on[i] = runs_along(line, pellet.frame, path, i);
      for (const auto& s : stretches(on, min_length_px)) {
        taken.push_back(s);
        out.gaps.push_back({line.place, part(path, s.first, s.second)});
      }
    }
    std::vector<bool> rest(path.line.size());
    for (std::size_t i = 0; i < rest.size(); ++i) rest[i] = in_pellet(pellet, path.line[i]);
    for (const auto& [first, end] : taken)
      std::fill(rest.begin() + static_cast<std::ptrdiff_t>(first),
                rest.begin() + static_cast<std::ptrdiff_t>(end), false);
    for (const auto& [first, end] : runs(rest))
      if (static_cast<double>(end - first) >= kLeastRest * min_length_px)
        out.cracks.push_back(part(path, first, end));
  }
  return out;
}

}  // namespace litho
