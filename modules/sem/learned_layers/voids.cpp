#include "modules/sem/learned_layers/voids.hpp"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "modules/sem/mat_view/kernel.hpp"

namespace litho::learned {
namespace {

constexpr double kDarkShare = 0.4;
constexpr double kDarkest = 0.005;  // quantile
constexpr double kLeastDepth = 6;   // of the darkest below the layer, in noise of one pixel
constexpr double kDeepest = 0.5;    // of the layer
constexpr double kBand = 0.6;       // of the columns: a band, not a pore
constexpr double kTouch = 1.5;      // times least_px from the boundary

float quantile(std::vector<float>& values, double q) {
  const auto at = values.begin() + static_cast<std::ptrdiff_t>(q * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), at, values.end());
  return *at;
}

/// Rows of a void in each column; first > last where it has none.
struct Extent {
  std::vector<int> first, last;
  int columns = 0;
};

/// Where the void leaves columns out, its neighbours' row.
void bridge(std::vector<float>& rows, const std::vector<bool>& known) {
  int before = -1;
  for (std::size_t u = 0; u < rows.size(); ++u) {
    if (!known[u]) continue;
    const auto from = static_cast<std::size_t>(before + 1);
    for (std::size_t k = from; k < u; ++k) {
      const double share =
          before < 0 ? 1 : static_cast<double>(k - from + 1) / static_cast<double>(u - from + 1);
      rows[k] =
          static_cast<float>(before < 0 ? rows[u] : rows[from - 1] + share * (rows[u] - rows[from - 1]));
    }
    before = static_cast<int>(u);
  }
  for (std::size_t k = static_cast<std::size_t>(before + 1); before >= 0 && k < rows.size(); ++k)
    rows[k] = rows[static_cast<std::size_t>(before)];
}

}  // namespace

Voids leave_voids(const Image<float>& grey, const Image<std::uint8_t>& usable, double noise_sd,
                  double least_px, LayerMap& map) {
  Voids out{Image<std::uint8_t>(grey.width(), grey.height())};
  const auto g = upright(grey, map.frame);
  const auto use = upright(usable, map.frame);
  const int w = g.width(), h = g.height();
  std::vector<float> inside, round;
  double thickness = 0;
  for (int u = 0; u < w; ++u) {
    const float top = map.outer_v[static_cast<std::size_t>(u)],
                bottom = map.front_v[static_cast<std::size_t>(u)];
    thickness += (bottom - top) / w;
    const int reach = static_cast<int>(0.5F * (bottom - top));
    for (int v = std::max(0, static_cast<int>(top) - reach);
         v < std::min(h, static_cast<int>(bottom) + reach); v += 2) {
      if (!use(u, v)) continue;
      round.push_back(g(u, v));
      if (v >= top && v < bottom) inside.push_back(g(u, v));
    }
  }
  if (inside.empty()) return out;
  const float usual = quantile(inside, 0.5), darkest = quantile(round, kDarkest);
  if (usual - darkest < kLeastDepth * noise_sd) return out;
  const float limit = darkest + static_cast<float>(kDarkShare) * (usual - darkest);
  cv::Mat dark(h, w, CV_8U, cv::Scalar(0)), numbers, stats, centres;
  const int touch = static_cast<int>(std::ceil(kTouch * least_px));
  for (int u = 0; u < w; ++u) {
    const int top = static_cast<int>(map.outer_v[static_cast<std::size_t>(u)]) - touch,
              bottom = static_cast<int>(map.front_v[static_cast<std::size_t>(u)]) + touch;
    for (int v = std::max(0, top); v < std::min(h, bottom); ++v)
      dark.at<std::uint8_t>(v, u) = use(u, v) && g(u, v) < limit;
  }
  const int size = 2 * std::max(1, static_cast<int>(std::lround(least_px))) + 1;
  cv::morphologyEx(dark, dark, cv::MORPH_OPEN, cv::getStructuringElement(cv::MORPH_ELLIPSE, {size, size}));
  const int count = cv::connectedComponentsWithStats(dark, numbers, stats, centres);
  std::vector<Extent> voids(static_cast<std::size_t>(count),
                            {std::vector<int>(static_cast<std::size_t>(w), h),
                             std::vector<int>(static_cast<std::size_t>(w), -1), 0});
  if (count > 4096) return out;  // texture, not voids
  for (int v = 0; v < h; ++v)
    for (int u = 0; u < w; ++u)
      if (const int k = numbers.at<int>(v, u); k > 0) {
        Extent& e = voids[static_cast<std::size_t>(k)];
        e.columns += e.last[static_cast<std::size_t>(u)] < 0;
        e.first[static_cast<std::size_t>(u)] = std::min(e.first[static_cast<std::size_t>(u)], v);
        e.last[static_cast<std::size_t>(u)] = v;
      }
  const std::vector<float> outer = map.outer_v, front = map.front_v;
  const auto mark = upright(out.left, map.frame);
  for (std::size_t k = 1; k < voids.size(); ++k) {
    const Extent& e = voids[k];
    const bool band = e.columns > kBand * w;
    double to_outer = 0, to_front = 0;
    bool at_outer = false, at_front = false;
    for (std::size_t u = 0; u < outer.size(); ++u) {
      if (e.last[u] < 0) continue;
      to_outer += e.first[u] - outer[u], to_front += front[u] - e.last[u];
      at_outer = at_outer || e.first[u] < outer[u] + touch;
      at_front = at_front || e.last[u] > front[u] - touch;
    }
    if (band) {
      out.split = out.split || (!at_outer && !at_front);
      at_outer = to_outer < to_front, at_front = !at_outer;
    }
    if (at_outer == at_front) continue;  // within the layer, or through all of it
    std::vector<bool> moved(outer.size());
    std::vector<float>& rows = at_outer ? map.outer_v : map.front_v;
    for (std::size_t u = 0; u < outer.size(); ++u) {
      if (e.last[u] < 0) continue;
      const float to = static_cast<float>(at_outer ? e.last[u] + 1 : e.first[u]);
      const double depth = at_outer ? to - outer[u] : front[u] - to;
      if (depth <= 0 || (!band && depth > kDeepest * thickness)) continue;
      if (at_outer ? to >= map.front_v[u] - 2 : to <= map.outer_v[u] + 2) continue;
      rows[u] = at_outer ? std::max(rows[u], to) : std::min(rows[u], to);
      moved[u] = true;
      for (int v = e.first[u]; v <= e.last[u]; ++v)
        if (numbers.at<int>(v, static_cast<int>(u)) == static_cast<int>(k)) mark(static_cast<int>(u), v) = 1;
    }
    if (band) bridge(rows, moved);
  }
  return out;
}

}  // namespace litho::learned
