#include "samples/sem/crack_raster.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>

namespace litho::sem_sample {
namespace {

// Hammersley points: no two share a row or column, so that edges along the axes are resolved to 1/64 as well.
const std::array<PointPx, 64>& sample_points() {
  static const std::array<PointPx, 64> points = [] {
    std::array<PointPx, 64> p;
    for (unsigned i = 0; i < 64; ++i) {
      unsigned reversed = 0;
      for (unsigned b = 0; b < 6; ++b) reversed |= ((i >> b) & 1u) << (5 - b);
      p[i] = {(reversed + 0.5) / 64, (i + 0.5) / 64};
    }
    return p;
  }();
  return points;
}

// Each pixel has its own shift of the pattern, round the pixel, so that no angle suits or mocks all of them.
PointPx shift_of(int x, int y) {
  auto h = static_cast<std::uint32_t>(x) * 0x9E3779B1u ^ static_cast<std::uint32_t>(y) * 0x85EBCA77u;
  h = (h ^ h >> 15) * 0x2C1B3C6Du;
  h = (h ^ h >> 12) * 0x297A2D39u;
  h ^= h >> 15;
  return {(h & 0xFFFF) / 65536.0, (h >> 16) / 65536.0};
}

double edge(PointPx a, PointPx b, PointPx p) {
  return (b.x - a.x) * (p.y - a.y) - (b.y - a.y) * (p.x - a.x);
}

void draw_triangle(PointPx a, PointPx b, PointPx c, float floor, Image<std::uint64_t>& mask,
                   Image<float>& floors) {
  if (edge(a, b, c) < 0) std::swap(b, c);
  const int x0 = std::max(0, static_cast<int>(std::floor(std::min({a.x, b.x, c.x}))));
  const int x1 = std::min(mask.width() - 1, static_cast<int>(std::floor(std::max({a.x, b.x, c.x}))));
  const int y0 = std::max(0, static_cast<int>(std::floor(std::min({a.y, b.y, c.y}))));
  const int y1 = std::min(mask.height() - 1, static_cast<int>(std::floor(std::max({a.y, b.y, c.y}))));
  for (int y = y0; y <= y1; ++y)
    for (int x = x0; x <= x1; ++x) {
      std::uint64_t bits = 0;
      const PointPx shift = shift_of(x, y);
      for (std::size_t i = 0; i < 64; ++i) {
        double px = sample_points()[i].x + shift.x, py = sample_points()[i].y + shift.y;
        px -= px >= 1, py -= py >= 1;
        const PointPx p{x + px, y + py};
        const bool inside = edge(a, b, p) >= 0 && edge(b, c, p) >= 0 && edge(c, a, p) >= 0;
        bits |= static_cast<std::uint64_t>(inside) << i;
      }
      if (bits == 0) continue;
      mask(x, y) |= bits;
      floors(x, y) = std::min(floors(x, y), floor);
    }
}

}  // namespace

CrackRaster draw_cracks(const std::vector<CrackTrace>& cracks, int width, int height) {
  Image<std::uint64_t> mask(width, height);
  CrackRaster raster{Image<float>(width, height), Image<float>(width, height, 1)};
  for (const CrackTrace& crack : cracks)
    for (std::size_t i = 0; i + 1 < crack.size(); ++i) {
      const CrackPoint &p = crack[i], &q = crack[i + 1];
      const auto floor = static_cast<float>((p.floor + q.floor) / 2);
      draw_triangle(p.left, p.right, q.left, floor, mask, raster.floor);
      draw_triangle(p.right, q.right, q.left, floor, mask, raster.floor);
    }
  for (std::size_t i = 0; i < mask.size(); ++i)
    raster.cover.pixels()[i] = static_cast<float>(std::popcount(mask.pixels()[i])) / 64;
  return raster;
}

}  // namespace litho::sem_sample
