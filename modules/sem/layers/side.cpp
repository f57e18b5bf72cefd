#include <algorithm>
#include <cmath>

#include "modules/sem/layers/coarse.hpp"

namespace litho::layers {
namespace {

constexpr int kClear = 3;            // px beside a boundary that belong to neither side
constexpr double kSpeck = 0.65;      // of its surroundings' grey: darker is a pore or a crack
constexpr double kFewSpecks = 5e-4;  // share of the pixels
constexpr int kFineSpan = 24;        // px either side over which a boundary's own course is taken out
// Nats a unit of each cue, and the size beyond which it says no more: no cue decides alone.
constexpr double kBrighter = 3, kMostBrighter = 0.7;
constexpr double kRougher = 1.2, kMostRougher = 1.5;
constexpr double kLarger = 1.5, kMostLarger = 1;
constexpr double kSpecked = 1, kMostSpecked = 2.5;

/// Root mean square of a path about its running mean.
double fine_wander(const std::vector<int>& path) {
  const int n = static_cast<int>(path.size());
  double squares = 0, count = 0;
  for (int u = kFineSpan; u + kFineSpan < n; ++u) {
    double mean = 0;
    for (int k = u - kFineSpan; k <= u + kFineSpan; ++k) mean += path[k] / (2.0 * kFineSpan + 1);
    squares += (path[u] - mean) * (path[u] - mean), count += 1;
  }
  return std::sqrt(squares / std::max(1.0, count));
}

/// What lies on one side of the layer.
struct Region {
  double rows = 0;    // mean number of rows
  double specks = 0;  // share of dark pixels
};

/// `down`: beyond the front, else before the outer boundary.
Region look_beyond(const Model& m, const Image<float>& grey, bool down) {
  const int w = grey.width(), h = grey.height();
  const double dark = kSpeck * (down ? m.electrolyte.mean : m.outside.mean);
  Region out;
  double specks = 0, seen = 0;
  for (int u = 0; u < w; ++u) {
    const int edge = down ? m.front[u] : m.outer[u] - 1, step = down ? 1 : -1;
    for (int t = 0, v = edge; v >= 0 && v < h; ++t, v += step) {
      if (m.picture.weight(u, v) < 0.5F) continue;
      out.rows += 1.0 / w;
      if (t >= kClear) seen += 1, specks += grey(u, v) < dark;
    }
  }
  out.specks = specks / std::max(1.0, seen);
  return out;
}

}  // namespace

double side_odds(const Model& m) {
  const int w = m.picture.grey.width(), h = m.picture.grey.height();
  const bool sideways = m.start.side == Side::left || m.start.side == Side::right;
  const Frame frame{m.start.side, sideways ? h : w, sideways ? w : h};
  Image<float> grey(w, h);
  for (int v = 0; v < h; ++v)
    for (int u = 0; u < w; ++u) {
      const PointPx p = frame.to_image({u + 0.5, v + 0.5});
      grey(u, v) = static_cast<float>(m.picture.grey(u, v) / m.shade.at(2 * p.x / frame.image_width - 1,
                                                                        2 * p.y / frame.image_height - 1));
    }
  const Region in = look_beyond(m, grey, true), out = look_beyond(m, grey, false);
  const auto cue = [](double a, double b, double floor, double most) {
    return std::clamp(std::log((a + floor) / (b + floor)), -most, most);
  };
  return kBrighter * cue(m.electrolyte.mean, m.outside.mean, 1e-6 * m.electrolyte.mean, kMostBrighter) +
         kRougher * cue(fine_wander(m.front), fine_wander(m.outer), 0.25, kMostRougher) +
         kLarger * cue(in.rows, out.rows, 5, kMostLarger) +
         kSpecked * cue(in.specks, out.specks, kFewSpecks, kMostSpecked);
}

LineFit turned(const Model& m) {
  LineFit out = m.start;
  const int h = m.picture.grey.height();
  constexpr Side kOpposite[] = {Side::bottom, Side::top, Side::right, Side::left};
  out.side = kOpposite[static_cast<std::size_t>(m.start.side)];
  out.outer = h - m.start.front, out.front = h - m.start.outer;
  return out;
}

}  // namespace litho::layers
