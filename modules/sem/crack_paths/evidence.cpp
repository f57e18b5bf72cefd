#include "modules/sem/crack_paths/evidence.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "modules/sem/frame/kernel.hpp"

namespace litho::crack_paths {
namespace {

constexpr int kAverage = 4;           // points to each side that a valley is averaged over
constexpr double kAbsentSigma = 2;    // weaker than this is not there
constexpr double kAbsentShare = 0.2;  // of the stretch's usual depth
constexpr double kResolved = 3.2;     // half-height width over blur from where a valley's floor can be told
constexpr double kDimShare = 0.4;     // of a void's darkness: nothing so dim is empty
constexpr double kFillingShare = 0.75;
constexpr double kSlender = 3;
constexpr double kNever = 100;
constexpr std::size_t kLongestHole = 16;  // points without a valley within one stretch

double median(std::vector<double> values) {
  if (values.empty()) return 0;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

float strength_at(const RidgeMap& ridges, PointPx p) {
  const int x = static_cast<int>(p.x), y = static_cast<int>(p.y);
  float best = 0;
  for (int b = y - 1; b <= y + 1; ++b)
    for (int a = x - 1; a <= x + 1; ++a)
      if (ridges.strength.contains(a, b)) best = std::max(best, static_cast<float>(ridges.strength(a, b)));
  return best / static_cast<float>(kStrengthPerSigma);
}

/// Wide enough to see its floor, and the floor is not that of a void: by much, or it is that of the filling
/// and the valley lies in what is filled.
bool is_filled(const Seen& seen, const PathEvidence& e, const CrackPaths& scene) {
  if (!(scene.blur_px > 0) || e.width_px < kResolved * scene.blur_px) return false;
  // How dark a void of this width would be.
  const double empty = std::erf(e.width_px / (2 * std::numbers::sqrt2 * scene.blur_px));
  if (e.darkness < kDimShare * empty) return true;
  if (!scene.filling.labels) return false;
  const Image<std::uint8_t>& labels = *scene.filling.labels;
  std::size_t filled = 0, all = 0;
  for (std::size_t i = 0; i < seen.line.size(); i += 2) {
    const Valley& v = seen.valley[i];
    if (!v.found) continue;
    ++all;
    const PointPx n = normal_at(seen.line, i);
    const double aside = 0.5 * v.width_px + 5;
    bool around = true;
    for (const double side : {-aside, aside}) {
      const int x = static_cast<int>(std::floor(seen.line[i].x + side * n.x)),
                y = static_cast<int>(std::floor(seen.line[i].y + side * n.y));
      around =
          around && labels.contains(x, y) && labels(x, y) == static_cast<std::uint8_t>(Label::electrolyte);
    }
    const double flank = std::min(v.left, v.right);
    const double full =
        std::max(0.0, scene.filling.share * flank - scene.void_grey);  // the filling's floor over the void's
    filled += around && v.floor > scene.void_grey + kFillingShare * full;
  }
  return 2 * filled > all;
}

/// Log-odds of a crack: coefficients of a logistic regression on pieces of synthetic pictures (README).
double log_odds(const PathEvidence& e) {
  const double tortuosity = std::clamp(e.length_px / std::max(1.0, e.chord_px), 1.0, 5.0);
  return -9.4 + 0.5 * std::log(std::max(0.1, e.strength)) +
         1.7 * std::log(std::clamp(e.darkness, 0.02, 1.0)) + 2.1 * std::log(e.length_px) -
         7 * std::log1p(std::min(1.0, e.imbalance)) + 5.8 * e.continuity - 11 * std::min(0.35, e.unevenness) -
         1.9 * std::log(tortuosity);
}

}  // namespace

Seen follow_valley(const Image<float>& grey, const RidgeMap& ridges, const Polyline& line, double reach_px,
                   double foot_px) {
  Seen seen;
  seen.line = resample(smooth_line(resample(line, 1), 3), 1);
  const int half = static_cast<int>(std::ceil(4 * reach_px + foot_px)) + 8;
  for (const double reach : {reach_px, 2.0}) {
    const Strip strip = average_rows(straighten(grey, seen.line, half), kAverage);
    seen.valley.clear();
    std::vector<double> shift(strip.rows, 0);
    for (std::size_t i = 0; i < strip.rows; ++i) {
      seen.valley.push_back(find_valley(strip.row(i), half, reach, foot_px));
      if (seen.valley.back().found)
        shift[i] = std::clamp(seen.valley.back().centre_px, -reach - 1, reach + 1);
    }
    Polyline moved = seen.line;
    for (std::size_t i = 0; i < moved.size(); ++i) {
      const PointPx n = normal_at(seen.line, i);
      moved[i].x += shift[i] * n.x, moved[i].y += shift[i] * n.y;
    }
    seen.line = resample(smooth_line(moved, 2), 1);
  }
  const Strip strip = average_rows(straighten(grey, seen.line, half), kAverage);
  seen.valley.clear();
  for (std::size_t i = 0; i < strip.rows; ++i) {
    seen.valley.push_back(find_valley(strip.row(i), half, 2, foot_px));
    seen.strength.push_back(strength_at(ridges, seen.line[i]));
  }
  return seen;
}

std::vector<Seen> present_stretches(const Seen& seen, double min_length_px) {
  std::vector<double> depths;
  for (std::size_t i = 0; i < seen.valley.size(); ++i)
    if (seen.valley[i].found) depths.push_back(seen.valley[i].depth());
  const double usual = median(depths);
  std::vector<Seen> out;
  const auto present = [&](std::size_t i) {
    return seen.valley[i].found && seen.strength[i] >= kAbsentSigma &&
           seen.valley[i].depth() >= kAbsentShare * usual;
  };
  std::size_t first = 0;
  const std::size_t n = seen.line.size();
  while (first < n) {
    if (!present(first)) {
      ++first;
      continue;
    }
    std::size_t last = first, hole = 0;
    for (std::size_t i = first; i < n && hole <= kLongestHole; ++i) {
      if (present(i))
        last = i, hole = 0;
      else
        ++hole;
    }
    const auto cut = [&](const auto& from) {
      using V = std::decay_t<decltype(from)>;
      return V(from.begin() + static_cast<std::ptrdiff_t>(first),
               from.begin() + static_cast<std::ptrdiff_t>(last) + 1);
    };
    if (static_cast<double>(last - first) >= min_length_px)
      out.push_back({cut(seen.line), cut(seen.valley), cut(seen.strength)});
    first = last + kLongestHole + 1;
  }
  return out;
}

PathEvidence weigh(const Seen& seen, const CrackPaths& scene) {
  PathEvidence e;
  e.length_px = line_length(seen.line);
  e.chord_px = std::hypot(seen.line.back().x - seen.line.front().x, seen.line.back().y - seen.line.front().y);
  std::vector<double> depth, width, darkness, imbalance;
  for (const Valley& v : seen.valley) {
    if (!v.found) continue;
    depth.push_back(v.depth());
    width.push_back(v.width_px);
    darkness.push_back(v.depth() / std::max(1e-9, std::min(v.left, v.right) - scene.void_grey));
    imbalance.push_back(std::abs(v.left - v.right) / std::max(1e-9, v.depth()));
  }
  if (depth.empty()) {
    e.score = -kNever;
    return e;
  }
  e.depth = median(depth);
  e.width_px = median(width);
  e.darkness = median(darkness);
  e.imbalance = median(imbalance);
  std::vector<double> deviation;
  for (const double w : width) deviation.push_back(std::abs(w - e.width_px));
  e.unevenness = median(deviation) / std::max(1.0, e.width_px);
  std::size_t there = 0;
  for (const Valley& v : seen.valley) there += v.found && v.depth() > e.depth / 3;
  e.continuity = static_cast<double>(there) / static_cast<double>(seen.valley.size());
  double sum = 0;
  for (const float s : seen.strength) sum += s;
  e.strength = sum / static_cast<double>(seen.strength.size());
  e.filled = is_filled(seen, e, scene);
  e.score = e.filled || e.length_px < kSlender * e.width_px ? -kNever : log_odds(e);
  return e;
}

}  // namespace litho::crack_paths
