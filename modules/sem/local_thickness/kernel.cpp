#include "modules/sem/local_thickness/kernel.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace litho {
namespace {

constexpr float kInfinite = std::numeric_limits<float>::infinity();
constexpr double kStepsAcross = 48;
constexpr float kReach = 0.1F;  // of a step: a place on a disc's rim is on it whatever the rounding

enum class Kind : std::uint8_t { other, layer, hole, unknown };

Kind kind_of(std::uint8_t label) {
  switch (static_cast<Label>(label)) {
    case Label::interphase:
      return Kind::layer;
    case Label::crack:
    case Label::pore:
      return Kind::hole;
    case Label::none:
      return Kind::unknown;
    default:
      return Kind::other;
  }
}

/// A stretch of the layer along one line of pixels, in px; an end is open where it is not the layer's edge.
struct Run {
  float begin, end;
  bool open_begin, open_end;
};

/// `at(i)` is the label of pixel i. Cracks and pores between two stretches of layer belong to it.
template <class At>
void find_runs(int size, const At& at, std::vector<Run>& runs) {
  runs.clear();
  Kind before = Kind::unknown;  // of the last pixel that is no hole
  int holes = 0;                // since then
  for (int i = 0; i <= size; ++i) {
    const Kind kind = i < size ? kind_of(at(i)) : Kind::unknown;
    if (kind == Kind::hole) {
      ++holes;
      continue;
    }
    if (kind == Kind::layer && before != Kind::layer)
      runs.push_back({static_cast<float>(i), 0, before == Kind::unknown && holes == 0, false});
    if (kind != Kind::layer && before == Kind::layer) {
      runs.back().end = static_cast<float>(i - holes);
      runs.back().open_end = kind == Kind::unknown && holes == 0;
    }
    before = kind;
    holes = 0;
  }
}

struct Bounds {
  int first = std::numeric_limits<int>::max(), last = -1;  ///< upright rows that hold layer
  double area = 0, columns = 0;
};

Bounds bounds_of(const Upright<const std::uint8_t>& labels) {
  constexpr int kEvery = 4;
  Bounds out;
  for (int u = kEvery / 2; u < labels.width(); u += kEvery) {
    bool any = false;
    for (int v = 0; v < labels.height(); ++v) {
      if (labels(u, v) != static_cast<std::uint8_t>(Label::interphase)) continue;
      out.first = std::min(out.first, v);
      out.last = std::max(out.last, v);
      out.area += 1;
      any = true;
    }
    out.columns += any;
  }
  return out;
}

/// Distance from every grid point of the layer to the layer's edge, grid units; 0 outside.
Image<float> distances(const Upright<const std::uint8_t>& labels, int step, int first_row, int rows) {
  const int columns = labels.width() / step;
  Image<float> distance(columns, rows, kInfinite), along_row(columns, rows, kInfinite);
  Image<std::uint8_t> inside(columns, rows, 0);
  const float unit = static_cast<float>(step);
  std::vector<Run> runs;
  const auto to_ends = [&](const Run& run, float place) {
    return std::min(run.open_begin ? kInfinite : place - run.begin,
                    run.open_end ? kInfinite : run.end - place) /
           unit;
  };
  for (int i = 0; i < columns; ++i) {
    const int u = i * step + step / 2;
    find_runs(
        labels.height(), [&](int v) { return labels(u, v); }, runs);
    // Outside the layer the nearest edge counts too: columns beside a point bound its disc.
    std::size_t next = 0;
    for (int j = 0; j < rows; ++j) {
      const float v = (static_cast<float>(first_row + j) + 0.5F) * unit;
      while (next < runs.size() && runs[next].end <= v) ++next;
      if (next < runs.size() && runs[next].begin <= v) {
        inside(i, j) = 1;
        distance(i, j) = to_ends(runs[next], v);
        continue;
      }
      float gap = kInfinite;
      if (next < runs.size() && !runs[next].open_begin) gap = runs[next].begin - v;
      if (next > 0 && !runs[next - 1].open_end) gap = std::min(gap, v - runs[next - 1].end);
      distance(i, j) = gap / unit;
    }
  }
  for (int j = 0; j < rows; ++j) {
    const int v = (first_row + j) * step + step / 2;
    find_runs(
        labels.width(), [&](int u) { return labels(u, v); }, runs);
    for (const Run& run : runs)
      for (int i = std::max(0, static_cast<int>(std::ceil(run.begin / unit - 0.5F)));
           i < columns && (static_cast<float>(i) + 0.5F) * unit < run.end; ++i)
        along_row(i, j) = to_ends(run, (static_cast<float>(i) + 0.5F) * unit);
  }
  distance_across_columns(distance);
  for (std::size_t k = 0; k < distance.size(); ++k)
    distance.pixels()[k] = inside.pixels()[k] ? std::min(distance.pixels()[k], along_row.pixels()[k]) : 0.0F;
  return distance;
}

struct Disc {
  float x, y, radius;
};

/// Where between two neighbours of the grid the two sides' distances meet: place 0..1 and height. a0 lies
/// before a, b0 behind b.
bool meeting(float a0, float a, float b, float b0, float& place, float& height) {
  const float rise = a - a0, fall = b - b0;
  if (!(a0 > 0) || !(b0 > 0) || !(rise > 0) || !(fall > 0)) return false;
  place = (b + fall - a) / (rise + fall);
  if (place < 0 || place > 1) return false;
  height = a + rise * place;
  return true;
}

/// The greatest discs: centres where the distance has no clear slope, that is more than one nearest edge, and
/// between grid points where two sides meet.
std::vector<Disc> ridge(const Image<float>& distance) {
  constexpr float kSlope = 0.9F;
  std::vector<Disc> out;
  const int w = distance.width(), h = distance.height();
  const auto at = [&](int i, int j) { return distance(std::clamp(i, 0, w - 1), std::clamp(j, 0, h - 1)); };
  for (int j = 0; j < h; ++j)
    for (int i = 0; i < w; ++i) {
      const float d = distance(i, j);
      if (!(d > 0) || !std::isfinite(d)) continue;
      const float gx = 0.5F * (at(i + 1, j) - at(i - 1, j)), gy = 0.5F * (at(i, j + 1) - at(i, j - 1));
      const auto x = static_cast<float>(i), y = static_cast<float>(j);
      if (!(gx * gx + gy * gy > kSlope * kSlope)) out.push_back({x, y, d});
      float place, height;
      if (meeting(at(i, j - 1), d, at(i, j + 1), at(i, j + 2), place, height))
        out.push_back({x, y + place, height});
      if (meeting(at(i - 1, j), d, at(i + 1, j), at(i + 2, j), place, height))
        out.push_back({x + place, y, height});
    }
  return out;
}

void paint(const Disc& disc, const Image<float>& distance, Image<float>& radius) {
  const float reach = disc.radius + kReach;
  const int first = std::max(0, static_cast<int>(std::ceil(disc.y - reach)));
  const int last = std::min(radius.height() - 1, static_cast<int>(std::floor(disc.y + reach)));
  for (int j = first; j <= last; ++j) {
    const float dy = static_cast<float>(j) - disc.y;
    const float half = std::sqrt(std::max(0.0F, reach * reach - dy * dy));
    const int begin = std::max(0, static_cast<int>(std::ceil(disc.x - half)));
    const int end = std::min(radius.width() - 1, static_cast<int>(std::floor(disc.x + half)));
    float* row = radius.row(j).data();
    const float* in = distance.row(j).data();
    for (int i = begin; i <= end; ++i) row[i] = in[i] > 0 && row[i] < disc.radius ? disc.radius : row[i];
  }
}

}  // namespace

void distance_across_columns(Image<float>& columns) {
  const int n = columns.width();
  std::vector<int> vertex(static_cast<std::size_t>(n));
  std::vector<float> from(static_cast<std::size_t>(n) + 1), height(static_cast<std::size_t>(n));
  for (int j = 0; j < columns.height(); ++j) {
    const auto row = columns.row(j);
    int last = -1;
    for (int i = 0; i < n; ++i) {
      const float f = row[i] * row[i];
      height[i] = f;
      if (!std::isfinite(f)) continue;
      float begin = -kInfinite;
      while (last >= 0) {
        const int v = vertex[last];
        begin = 0.5F * (static_cast<float>(i + v) + (f - height[v]) / static_cast<float>(i - v));
        if (begin > from[last]) break;
        --last;
      }
      ++last;
      vertex[last] = i;
      from[last] = last == 0 ? -kInfinite : begin;
    }
    if (last < 0) continue;
    for (int i = 0, k = 0; i < n; ++i) {
      while (k < last && from[k + 1] < static_cast<float>(i)) ++k;
      const float d = static_cast<float>(i - vertex[k]);
      row[i] = std::sqrt(d * d + height[vertex[k]]);
    }
  }
}

LocalThicknessMap local_thickness_map(const Image<std::uint8_t>& labels, const Frame& frame) {
  LocalThicknessMap out;
  const auto view = upright(labels, frame);
  const Bounds bounds = bounds_of(view);
  if (bounds.last < 0) return out;
  out.step_px = std::clamp(static_cast<int>(std::lround(bounds.area / bounds.columns / kStepsAcross)), 1, 64);
  const int step = out.step_px;
  out.first_row = std::max(0, bounds.first / step - 2);
  const int rows = std::min(view.height() / step, bounds.last / step + 3) - out.first_row;
  if (rows < 1 || view.width() < step) return out;
  const Image<float> distance = distances(view, step, out.first_row, rows);
  out.diameter_px = Image<float>(distance.width(), rows, 0.0F);
  for (std::size_t k = 0; k < distance.size(); ++k)
    if (std::isfinite(distance.pixels()[k])) out.diameter_px.pixels()[k] = distance.pixels()[k];
  for (const Disc& disc : ridge(distance)) paint(disc, distance, out.diameter_px);

  double n = 0, sum = 0, squares = 0;
  for (float& value : out.diameter_px.pixels()) {
    value *= 2 * static_cast<float>(step);
    if (value > 0) n += 1, sum += value, squares += static_cast<double>(value) * value;
  }
  if (n == 0) return out;
  out.figures.mean_px = sum / n;
  out.figures.sd_px = std::sqrt(std::max(0.0, squares / n - sum / n * (sum / n)));
  return out;
}

}  // namespace litho
