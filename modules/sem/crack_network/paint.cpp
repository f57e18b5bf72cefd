#include "modules/sem/crack_network/paint.hpp"

#include <algorithm>
#include <cmath>

namespace litho::crack_network {

void paint_band(const Polyline& line, const std::vector<float>& width_px, std::uint8_t value,
                Image<std::uint8_t>& image) {
  for (std::size_t i = 1; i < line.size(); ++i) {
    const PointPx a = line[i - 1], b = line[i];
    const double dx = b.x - a.x, dy = b.y - a.y, length2 = std::max(1e-12, dx * dx + dy * dy);
    const double ra = std::max(0.5, 0.5 * width_px[i - 1]), rb = std::max(0.5, 0.5 * width_px[i]),
                 reach = std::max(ra, rb);
    const int x0 = std::max(0, static_cast<int>(std::min(a.x, b.x) - reach)),
              x1 = std::min(image.width() - 1, static_cast<int>(std::max(a.x, b.x) + reach)),
              y0 = std::max(0, static_cast<int>(std::min(a.y, b.y) - reach)),
              y1 = std::min(image.height() - 1, static_cast<int>(std::max(a.y, b.y) + reach));
    for (int y = y0; y <= y1; ++y)
      for (int x = x0; x <= x1; ++x) {
        const double px = x + 0.5 - a.x, py = y + 0.5 - a.y,
                     t = std::clamp((px * dx + py * dy) / length2, 0.0, 1.0);
        if (std::hypot(px - t * dx, py - t * dy) <= ra + t * (rb - ra)) image(x, y) = value;
      }
  }
}

Image<std::uint8_t> paint_cracks(const std::vector<CrackLine>& cracks, int width, int height) {
  Image<std::uint8_t> mask(width, height);
  for (const CrackLine& crack : cracks) paint_band(crack.line, crack.opening_px, 1, mask);
  for (const CrackLine& crack : cracks)
    for (std::size_t i = 1; i < crack.line.size(); ++i)
      for (const double t : {0.0, 0.25, 0.5, 0.75, 1.0}) {
        const PointPx &a = crack.line[i - 1], &b = crack.line[i];
        const int x = static_cast<int>(std::floor(a.x + t * (b.x - a.x))),
                  y = static_cast<int>(std::floor(a.y + t * (b.y - a.y)));
        if (mask.contains(x, y)) mask(x, y) = 2;
      }
  return mask;
}

}  // namespace litho::crack_network
