#include "samples/sem/coverage.hpp"

#include <algorithm>
#include <cmath>

#include "samples/sem/crack_raster.hpp"
#include "samples/sem/render.hpp"

namespace litho::sem_sample {
namespace {

constexpr float kFar = 1e6f;

float share(double distance) {
  return static_cast<float>(std::clamp(0.5 - distance, 0.0, 1.0));
}

// Calls paint(x, y, u, v) for the picture pixels within `reach` of the box spanned by two scene points.
template <class Paint>
void around(const Scene& scene, double ua, double va, double ub, double vb, double reach,
            const Paint& paint) {
  const PointPx a = scene.frame.to_image(ua, va), b = scene.frame.to_image(ub, vb);
  const int x0 = std::max(0, static_cast<int>(std::min(a.x, b.x) - reach));
  const int x1 = std::min(scene.width - 1, static_cast<int>(std::max(a.x, b.x) + reach));
  const int y0 = std::max(0, static_cast<int>(std::min(a.y, b.y) - reach));
  const int y1 = std::min(scene.picture_rows - 1, static_cast<int>(std::max(a.y, b.y) + reach));
  for (int y = y0; y <= y1; ++y)
    for (int x = x0; x <= x1; ++x) {
      double u, v;
      scene.frame.to_scene(x + 0.5, y + 0.5, u, v);
      paint(x, y, u, v);
    }
}

void draw_strand(const Scene& scene, const Strand& strand, Image<float>& distance) {
  for (std::size_t i = 0; i + 1 < strand.size(); ++i) {
    const Bead &a = strand[i], &b = strand[i + 1];
    const double du = b.u - a.u, dv = b.v - a.v, length2 = du * du + dv * dv;
    around(scene, a.u, a.v, b.u, b.v, std::max(a.radius, b.radius) + 3,
           [&](int x, int y, double u, double v) {
             const double t = std::clamp(((u - a.u) * du + (v - a.v) * dv) / length2, 0.0, 1.0);
             const double d =
                 std::hypot(u - a.u - t * du, v - a.v - t * dv) - (a.radius + t * (b.radius - a.radius));
             distance(x, y) = std::min(distance(x, y), static_cast<float>(d));
           });
  }
}

void draw_pore(const Scene& scene, const Pore& pore, Image<float>& distance) {
  around(scene, pore.u, pore.v, pore.u, pore.v, 1.4 * pore.radius + 3, [&](int x, int y, double u, double v) {
    const double angle = std::atan2(v - pore.v, u - pore.u);
    const double edge = pore.radius * (1 + pore.lobe * (0.75 * std::sin(2 * angle + pore.phase) +
                                                        0.25 * std::sin(5 * angle + 3 * pore.phase)));
    distance(x, y) = std::min(distance(x, y), static_cast<float>(std::hypot(u - pore.u, v - pore.v) - edge));
  });
}

}  // namespace

Coverage cover(const Scene& scene) {
  const int w = scene.width, h = scene.picture_rows;
  Image<float> filament(w, h, kFar), pore(w, h, kFar);
  CrackRaster cracks = draw_cracks(scene.cracks, w, h);
  for (const Filament& f : scene.filaments)
    for (const Strand& strand : f.strands) draw_strand(scene, strand, filament);
  for (const Pore& p : scene.pores) draw_pore(scene, p, pore);

  Coverage c{
      Image<float>(w, h), Image<float>(w, h), Image<float>(w, h),      Image<float>(w, h),
      Image<float>(w, h), Image<float>(w, h), std::move(cracks.floor), Image<std::uint8_t>(w, scene.height)};
  for (int y = 0; y < h; ++y)
    for (int x = 0; x < w; ++x) {
      double u, v;
      scene.frame.to_scene(x + 0.5, y + 0.5, u, v);
      // Vertical distance times the cosine of the local slope is the distance to the boundary to first order.
      const double d_outer = v - scene.outer.at(u), d_front = v - scene.front.at(u);
      double below_outer = d_outer, below_front = d_front;
      if (std::abs(d_outer) < 4) below_outer /= std::hypot(1, scene.outer.slope(u));
      if (std::abs(d_front) < 8) below_front /= std::hypot(1, scene.front.slope(u));
      const bool no_layer = scene.hopeless == Hopeless::no_layer;
      const float outside = no_layer ? 0 : share(below_outer);
      const float layer = no_layer ? 0 : std::max(0.0f, share(below_front) - outside);
      const float fil = no_layer ? 0 : share(filament(x, y)) * (1 - outside - layer);
      float gap = 0;
      for (const Gap& g : scene.gaps) {
        const double opening = g.opening_at(u);
        if (opening <= 0) continue;
        const double inside = g.at_front ? d_front : -d_outer;  // 0 at the layer, growing into the gap
        gap = std::max(gap, std::min({share(-inside), share(inside - opening), static_cast<float>(opening)}));
      }
      const float specimen = 1 - outside;
      c.outside(x, y) = outside;
      c.base_layer(x, y) = layer;
      c.filament(x, y) = fil;
      c.gap(x, y) = gap;
      c.crack(x, y) = cracks.cover(x, y) * std::min(specimen, 1 - gap);
      c.pore(x, y) = share(pore(x, y)) * specimen;
      std::uint8_t label = outside >= 0.5f ? kOutside : layer + fil >= 0.5f ? kInterphase : kElectrolyte;
      if (label != kOutside && c.pore(x, y) >= 0.5f) label = kPore;
      if (label != kOutside && c.crack(x, y) >= 0.5f) label = kCrack;
      if (gap >= 0.5f) label = kGap;
      c.labels(x, y) = label;
    }
  return c;
}

}  // namespace litho::sem_sample
