#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <opencv2/imgproc.hpp>
#include <span>
#include <vector>

#include "modules/sem/layers/coarse.hpp"
#include "modules/sem/mat_view/kernel.hpp"

namespace litho {
namespace layers {
namespace {

constexpr std::uint8_t kCandidate = 20;  // looks like interphase, not yet known to hang on the layer
constexpr std::uint8_t kKept = 21;
constexpr std::uint8_t kDark = 22;
constexpr std::uint8_t kOpen = 23;   // reached from the electrolyte's depth
constexpr double kCalm = 6.0;        // contrast / noise wanted after smoothing
constexpr double kDarkShare = 0.55;  // of the interphase's grey: darker is a crack or a pore
constexpr int kShortestGap = 30;     // px along the boundary
constexpr double kGapShape = 0.15;   // area / extent squared of a gap
constexpr double kGapShare = 0.7;    // of its columns that must lie between two regions
constexpr double kSlender = 0.2;     // area / longest side squared of a crack's bounding box

cv::Point pixel(const Frame& frame, int u, int v) {
  const PointPx p = frame.to_image({u + 0.5, v + 0.5});
  return {static_cast<int>(p.x), static_cast<int>(p.y)};
}

/// Upright column and row of an image pixel.
cv::Point place(const Frame& frame, int x, int y) {
  const PointPx p = frame.to_upright({x + 0.5, y + 0.5});
  return {static_cast<int>(p.x), static_cast<int>(p.y)};
}

/// First of from..to-1 that is `value` (or `to`).
int find(std::span<const std::uint8_t> row, int from, int to, std::uint8_t value) {
  if (from >= to) return to;
  const void* at = std::memchr(&row[from], value, static_cast<std::size_t>(to - from));
  return at ? static_cast<int>(static_cast<const std::uint8_t*>(at) - row.data()) : to;
}

/// First of from..to-1 that is not `value` (or `to`).
int find_other(std::span<const std::uint8_t> row, int from, int to, std::uint8_t value) {
  const std::uint64_t eight = 0x0101010101010101U * value;
  for (std::uint64_t word; from + 8 <= to; from += 8) {
    std::memcpy(&word, &row[from], 8);
    if (word != eight) break;
  }
  while (from < to && row[from] == value) ++from;
  return from;
}

struct Filled {
  cv::Rect box;
  int area = 0;
};

/// Gives the component of equal values at `seed` another value, run by run. cv::floodFill clears a mask of
/// the whole picture at every call, and there are hundreds of components.
Filled fill(Image<std::uint8_t>& image, cv::Point seed, std::uint8_t value, int connectivity) {
  const std::uint8_t old = image(seed.x, seed.y);
  const int w = image.width(), h = image.height(), aside = connectivity == 8 ? 1 : 0;
  int left = w, right = 0, top = h, bottom = 0, area = 0;
  std::vector<cv::Point> seeds{seed};
  while (!seeds.empty()) {
    const auto [x, y] = seeds.back();
    seeds.pop_back();
    const auto row = image.row(y);
    if (row[x] != old) continue;
    int from = x;
    while (from > 0 && row[from - 1] == old) --from;
    const int to = find_other(row, x, w, old);
    std::fill(row.begin() + from, row.begin() + to, value);
    area += to - from;
    left = std::min(left, from), right = std::max(right, to);
    top = std::min(top, y), bottom = std::max(bottom, y + 1);
    for (const int next : {y - 1, y + 1}) {
      if (next < 0 || next >= h) continue;
      const auto beside = image.row(next);
      const int end = std::min(w, to + aside);
      for (int k = find(beside, std::max(0, from - aside), end, old); k < end;
           k = find(beside, find_other(beside, k, end, old), end, old))
        seeds.push_back({k, next});
    }
  }
  return {{left, top, right - left, bottom - top}, area};
}

/// The shade on a grid of 16 px, read by interpolation along a row: an exponential a pixel would cost more
/// than all else.
class ShadeRow {
 public:
  ShadeRow(const Shade& shade, int width, int height) : shade_(shade), width_(width), height_(height) {
    knots_.resize(static_cast<std::size_t>(width / 16 + 2));
  }
  void set(int y) {
    for (std::size_t k = 0; k < knots_.size(); ++k)
      knots_[k] = static_cast<float>(
          shade_.at(2.0 * (16.0 * static_cast<double>(k) + 0.5) / width_ - 1, 2 * (y + 0.5) / height_ - 1));
  }
  float operator()(int x) const {
    const std::size_t k = static_cast<std::size_t>(x) / 16;
    const float t = static_cast<float>(x % 16) / 16.0F;
    return knots_[k] + t * (knots_[k + 1] - knots_[k]);
  }

 private:
  const Shade& shade_;
  int width_, height_;
  std::vector<float> knots_;
};

/// Names the dark component at `seed`: gap if it lies along a boundary of the layer, crack if slender, else
/// pore.
void name_dark(Image<std::uint8_t>& labels, const Frame& frame, cv::Point seed) {
  constexpr std::uint8_t kThis = 24;
  const auto label = upright(labels, frame);
  const auto [box, area] = fill(labels, seed, kThis, 8);
  const double side = std::max(box.width, box.height);
  Label name = area < kSlender * side * side || (side > 12 && area < 3 * side) ? Label::crack : Label::pore;
  const PointPx a = frame.to_upright({box.x + 0.5, box.y + 0.5});
  const PointPx b = frame.to_upright({box.x + box.width - 0.5, box.y + box.height - 0.5});
  const int u0 = static_cast<int>(std::min(a.x, b.x)), u1 = static_cast<int>(std::max(a.x, b.x));
  const int v0 = static_cast<int>(std::min(a.y, b.y)), v1 = static_cast<int>(std::max(a.y, b.y));
  const int extent = u1 - u0 + 1;
  if (extent >= kShortestGap && area < kGapShape * extent * extent) {
    int columns = 0, between = 0;
    for (int x = u0; x <= u1; x += 3) {
      int top = v0, bottom = v1;
      while (top <= v1 && label(x, top) != kThis) ++top;
      while (bottom >= top && label(x, bottom) != kThis) --bottom;
      if (bottom < top) continue;
      ++columns;
      // A blurred gap has a hem of the layer's grey towards what is brighter.
      const auto seen = [&](int from, int step, Label wanted) {
        for (const int d : {5, 9, 13})
          if (from + d * step >= 0 && from + d * step < label.height() &&
              static_cast<Label>(label(x, from + d * step)) == wanted)
            return true;
        return false;
      };
      between += (seen(top, -1, Label::interphase) && seen(bottom, 1, Label::electrolyte)) ||
                 (seen(top, -1, Label::outside) && seen(bottom, 1, Label::interphase));
    }
    if (between > kGapShare * columns) name = Label::gap;
  }
  fill(labels, seed, static_cast<std::uint8_t>(name), 8);
}

}  // namespace

double dark_level(const LayerMap& map) {
  return std::min(kDarkShare * map.interphase.mean, map.interphase.mean - 1.5 * map.interphase.sd);
}

void label_pixels(const Restored& picture, const Image<std::uint8_t>& usable, LayerMap& map) {
  const int width = picture.grey.width(), height = picture.grey.height();
  const double contrast = map.electrolyte.mean - map.interphase.mean;
  const double sigma = std::clamp(kCalm * picture.noise_sd / (3.54 * contrast), 0.7, 3.0);
  const int factor = std::max(1, (std::max(width, height) + 511) / 512);

  map.labels = Image<std::uint8_t>(width, height, 0);
  const auto label = upright(map.labels, map.frame);
  const int w = label.width(), h = label.height();
  std::vector<int> outer(static_cast<std::size_t>(w)), front(outer);
  for (int u = 0; u < w; ++u) {
    outer[u] = static_cast<int>(map.outer_v[u]);
    front[u] = std::min(h, static_cast<int>(map.front_v[u]));
  }
  const float dark = static_cast<float>(dark_level(map));
  // The layer down to its front is kept, whatever its grey.
  const auto first_label = [&](float grey, float s, int u, int v) {
    const bool is_dark = grey < dark * s;
    const std::uint8_t beyond = is_dark                   ? kDark
                                : grey < map.split[u] * s ? kCandidate
                                                          : static_cast<std::uint8_t>(Label::electrolyte);
    const std::uint8_t within = v < front[u] && !is_dark ? kKept : beyond;
    return v < outer[u] ? static_cast<std::uint8_t>(Label::outside) : within;
  };
  ShadeRow shade(map.shade, width, height);
  // Smoothed strip by strip: a strip sees its neighbours' rows.
  constexpr int kStrip = 128;
  const cv::Mat whole = mat_view(picture.grey);
  cv::Mat calm;
  for (int y = 0; y < height; ++y) {
    if (y % kStrip == 0)
      cv::GaussianBlur(whole.rowRange(y, std::min(height, y + kStrip)), calm, {0, 0}, sigma, sigma,
                       cv::BORDER_REFLECT_101);
    shade.set(y);
    const auto* g = calm.ptr<float>(y % kStrip);
    auto out = map.labels.row(y);
    const cv::Point start = place(map.frame, 0, y), step = place(map.frame, 1, y) - start;
    for (int x = 0; x < width; ++x)
      out[x] = first_label(g[x], shade(x), start.x + x * step.x, start.y + x * step.y);
  }
  calm.release();
  // What hangs on the layer beyond its front.
  for (int u = 0; u < w; ++u) {
    const int from = std::max(0, static_cast<int>(map.front_v[u]) - 1), next = std::min(w - 1, u + 1);
    const int to =
        std::min(h, std::max(static_cast<int>(map.front_v[u]), static_cast<int>(map.front_v[next])) + 2);
    for (int v = from; v < to; ++v)
      if (label(u, v) == kCandidate) fill(map.labels, pixel(map.frame, u, v), kKept, 8);
  }
  // Holes: what cannot be reached from below the layer without crossing it. Dark pixels let the flood pass,
  // so they are remembered apart.
  constexpr std::uint8_t kFree = 1;
  Image<std::uint8_t> open(width, height, 0);
  for (std::size_t k = 0; k < open.size(); ++k) {
    const std::uint8_t l = map.labels.pixels()[k];
    open.pixels()[k] = l == kKept || l == static_cast<std::uint8_t>(Label::outside) ? 0 : kFree;
  }
  for (int y = 0; y < height; ++y)
    for (int x = find(open.row(y), 0, width, kFree); x < width; x = find(open.row(y), x + 1, width, kFree)) {
      const cv::Point at = place(map.frame, x, y);
      if (at.y > front[at.x] + 4 * factor) fill(open, {x, y}, kOpen, 4);
    }
  for (std::size_t k = 0; k < open.size(); ++k) {
    const std::uint8_t l = map.labels.pixels()[k];
    const Label inside = l != kKept && open.pixels()[k] == kOpen ? Label::electrolyte : Label::interphase;
    const bool settled = l == kDark || l == static_cast<std::uint8_t>(Label::outside);
    map.labels.pixels()[k] = settled ? l : static_cast<std::uint8_t>(inside);
  }
  for (int y = 0; y < height; ++y)
    for (int x = find(map.labels.row(y), 0, width, kDark); x < width;
         x = find(map.labels.row(y), x + 1, width, kDark))
      name_dark(map.labels, map.frame, {x, y});
  for (const GapEdges* gap : {&map.outer_gap, &map.front_gap})
    for (int u = 0; u < static_cast<int>(gap->edge.size()); ++u) {
      if (std::isnan(gap->edge[u])) continue;
      const auto [from, to] = std::minmax(gap->edge[u], gap->far[u]);
      for (int v = std::max(0, static_cast<int>(std::lround(from)));
           v < std::min(h, static_cast<int>(std::lround(to))); ++v)
        label(u, v) = static_cast<std::uint8_t>(Label::gap);
    }
  leave_gaps(map.labels, map.frame, map.outer_v, map.front_v);
  const auto keep_edge = [](const GapEdges& gap, std::vector<float>& boundary) {
    for (std::size_t u = 0; u < gap.edge.size(); ++u)
      if (!std::isnan(gap.edge[u])) boundary[u] = gap.edge[u];
  };
  keep_edge(map.outer_gap, map.outer_v);
  keep_edge(map.front_gap, map.front_v);
  for (std::size_t k = 0; k < open.size(); ++k) {
    std::uint8_t& l = map.labels.pixels()[k];
    l = usable.pixels()[k] ? l : static_cast<std::uint8_t>(Label::none);
  }
}

}  // namespace layers

void leave_gaps(const Image<std::uint8_t>& labels, const Frame& frame, std::vector<float>& outer_v,
                std::vector<float>& front_v) {
  const auto label = upright(labels, frame);
  const int h = label.height();
  const auto gap = [&](int u, int v) {
    return v >= 0 && v < h && label(u, v) == static_cast<std::uint8_t>(Label::gap);
  };
  constexpr int kNear = 6;  // px
  for (int u = 0; u < label.width(); ++u) {
    int v = static_cast<int>(outer_v[u]);
    int end = v + kNear;
    while (v < end && !gap(u, v)) ++v;
    if (v < end) {
      while (gap(u, v)) ++v;
      if (v < h && label(u, v) == static_cast<std::uint8_t>(Label::interphase))
        outer_v[u] = static_cast<float>(v);
    }
    v = static_cast<int>(front_v[u]) + kNear;
    end = v - 2 * kNear;
    while (v > end && !gap(u, v)) --v;
    if (v == end) continue;
    while (gap(u, v)) --v;
    if (v > outer_v[u]) front_v[u] = std::min(front_v[u], static_cast<float>(v + 1));
  }
}

}  // namespace litho
