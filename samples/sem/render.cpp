#include "samples/sem/render.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "pipeline/core/rng.hpp"
#include "samples/sem/coverage.hpp"
#include "samples/sem/texture.hpp"

namespace litho::sem_sample {
namespace {

float mix(float a, float b, float t) {
  return a + t * (b - a);
}

// A V-groove with ridges of ploughed-up material, fading in and out along its length.
void draw_scratch(const Scratch& s, Image<float>& relief) {
  const double dx = s.to.x - s.from.x, dy = s.to.y - s.from.y, length = std::hypot(dx, dy);
  const double reach = 5 * s.half_width;
  const int y0 = std::max(0, static_cast<int>(std::min(s.from.y, s.to.y) - reach));
  const int y1 = std::min(relief.height() - 1, static_cast<int>(std::max(s.from.y, s.to.y) + reach));
  for (int y = y0; y <= y1; ++y) {
    // Along a row the line is near only for a stretch.
    double a = std::min(s.from.x, s.to.x) - reach, b = std::max(s.from.x, s.to.x) + reach;
    if (std::abs(dy) > 1e-9) {
      const double at = s.from.x + dx / dy * (y - s.from.y), wide = reach * length / std::abs(dy);
      a = std::max(a, at - wide), b = std::min(b, at + wide);
    }
    for (int x = std::max(0, static_cast<int>(a)); x <= std::min(b, relief.width() - 1.0); ++x) {
      const double along = ((x - s.from.x) * dx + (y - s.from.y) * dy) / length;
      if (along < 0 || along > length) continue;
      const double t = ((x - s.from.x) * dy - (y - s.from.y) * dx) / length / s.half_width;
      const double fade = std::min(1.0, std::min(along, length - along) / 60);
      const double profile =
          0.7 * std::exp(-0.5 * (std::abs(t) - 2) * (std::abs(t) - 2)) - std::exp(-0.5 * t * t);
      relief(x, y) += static_cast<float>(s.depth * fade * profile);
    }
  }
}

// Height of loose pieces on the surface, 0..1: lobed domes.
Image<float> make_debris(const Scene& scene) {
  Image<float> height(scene.width, scene.picture_rows);
  RandomStream random(scene.seed, scene.stream + "debris");
  for (int k = 0; k < scene.look.debris; ++k) {
    const double cx = random.uniform() * scene.width, cy = random.uniform() * scene.picture_rows;
    const double radius =
        std::exp(random.uniform(std::log(1.5), std::log(12.0))) * std::max(0.5, scene.width / 2048.0);
    const double lobe = random.uniform(0.1, 0.35), phase = random.uniform(0, 6.28);
    const int reach = static_cast<int>(1.5 * radius) + 2;
    for (int y = static_cast<int>(cy) - reach; y <= cy + reach; ++y)
      for (int x = static_cast<int>(cx) - reach; x <= cx + reach; ++x) {
        if (!height.contains(x, y)) continue;
        const double angle = std::atan2(y - cy, x - cx);
        const double edge = radius * (1 + lobe * std::sin(3 * angle + phase));
        const double t = 1 - std::hypot(x - cx, y - cy) / edge;
        if (t > 0) height(x, y) = std::max(height(x, y), static_cast<float>(std::sqrt(t)));
      }
  }
  return height;
}

// Relief of the fractured solid: large facets, grains on them, fine debris; flatter where the solid has
// become amorphous.
Image<float> make_relief(const Scene& scene, const Coverage& c) {
  const Look& look = scene.look;
  const int w = scene.width, h = scene.picture_rows;
  Image<float> solid(w, h), glass(w, h);
  add_facets(solid, look.facet_px, 1.0, look.rivers, scene.seed, scene.stream + "facets");
  add_facets(solid, look.grain_px, 0.55, 0, scene.seed, scene.stream + "grains");
  add_smooth_noise(solid, 3, 3, 0.10 * look.fine, scene.seed, scene.stream + "fine");
  add_facets(glass, 2.3 * look.grain_px, 0.8, 0.5 * look.rivers, scene.seed, scene.stream + "glass");
  add_smooth_noise(glass, 5, 5, 0.10 * look.fine, scene.seed, scene.stream + "glass-fine");
  add_smooth_noise(glass, 40, 40, 0.4, scene.seed, scene.stream + "glass-lumps");
  const float texture = static_cast<float>(look.texture),
              layer_texture = static_cast<float>(look.layer_texture);
  for (const Scratch& scratch : scene.scratches) draw_scratch(scratch, solid);
  const Image<float> debris = make_debris(scene);
  const bool same = scene.hopeless == Hopeless::no_contrast;  // not even the texture tells the layer
  for (std::size_t i = 0; i < solid.size(); ++i) {
    const float layer = same ? 0 : c.base_layer.pixels()[i] + c.filament.pixels()[i],
                outside = c.outside.pixels()[i];
    float z = mix(texture * solid.pixels()[i], layer_texture * glass.pixels()[i], layer);
    z = mix(z, -1.2f, outside);
    if (debris.pixels()[i] > 0) z = std::max(z, 2.5f * debris.pixels()[i]);
    z = mix(z, -2.0f, std::max({c.crack.pixels()[i], c.pore.pixels()[i], c.gap.pixels()[i]}));
    solid.pixels()[i] = z;
  }
  return solid;
}

// What lies outside the layer: smeared metal, nothing, or mounting resin with filler.
Image<float> make_outside(const Scene& scene) {
  const Look& look = scene.look;
  Image<float> grey(scene.width, scene.picture_rows, static_cast<float>(look.outside));
  const double s = scene.width / 2048.0, a = look.outside;
  const std::string name = scene.stream + "outside-";
  switch (look.outside_kind) {
    case Outside::vacuum:
      add_smooth_noise(grey, 300 * s, 300 * s, 0.15 * a, scene.seed, name + "glow");
      break;
    case Outside::lithium: {  // smeared by the cut, mossy below
      Image<float> moss(grey.width(), grey.height());
      add_facets(moss, 55 * s, 0.5, 0.6, scene.seed, name + "moss");
      add_facets(moss, 14 * s, 0.4, 0, scene.seed, name + "lumps");
      blur(moss, 2.5);
      for (std::size_t i = 0; i < grey.size(); ++i)
        grey.pixels()[i] *= 1 + 0.09f * std::clamp(moss.pixels()[i], -1.5f, 1.5f);
      add_smooth_noise(grey, 140 * s, 60 * s, 0.04 * a, scene.seed, name + "smear");
      add_smooth_noise(grey, 40 * s, 3, 0.025 * a, scene.seed, name + "drag");
      break;
    }
    case Outside::mount: {
      Image<float> filler(grey.width(), grey.height());
      add_facets(filler, 26 * s, 1, 0, scene.seed, name + "filler");
      for (std::size_t i = 0; i < grey.size(); ++i)
        grey.pixels()[i] *= 1 + 0.10f * std::clamp(filler.pixels()[i], -1.5f, 1.5f);
      add_smooth_noise(grey, 200 * s, 200 * s, 0.05 * a, scene.seed, name + "cloud");
      break;
    }
    case Outside::cathode: {  // round bright particles in a dark binder
      RandomStream random(scene.seed, name + "particles");
      const auto particle = static_cast<float>(1.25 * look.electrolyte);
      const int count = static_cast<int>(static_cast<double>(grey.size()) / (4500 * s * s));
      for (int k = 0; k < count; ++k) {
        const double cx = random.uniform() * grey.width(), cy = random.uniform() * grey.height();
        const double r = random.uniform(8, 45) * s, flat = random.uniform(0.7, 1.4);
        for (int y = std::max(0, static_cast<int>(cy - r - 1)); y < std::min(grey.height() - 1.0, cy + r + 2);
             ++y)
          for (int x = std::max(0, static_cast<int>(cx - 1.5 * r - 1));
               x < std::min(grey.width() - 1.0, cx + 1.5 * r + 2); ++x) {
            const double inside = r - std::hypot((x + 0.5 - cx) / flat, y + 0.5 - cy);
            grey(x, y) = mix(grey(x, y), particle, static_cast<float>(std::clamp(inside + 0.5, 0.0, 1.0)));
          }
      }
      add_smooth_noise(grey, 4, 4, 0.08 * a, scene.seed, name + "carbon");
      break;
    }
  }
  return grey;
}

// Where a boundary fades, its step becomes a ramp of the given width.
float faded(const Scene& scene, bool at_front, double u, double v, float cover) {
  for (const Fade& f : scene.fades) {
    // Against vacuum an outline cannot fade.
    if (f.at_front != at_front || (!at_front && scene.look.outside_kind == Outside::vacuum)) continue;
    const double weight = f.weight_at(u);
    if (weight <= 0) continue;
    const double from = at_front ? scene.front.at(u) : scene.outer.at(u);
    const double t = std::clamp(0.5 - (v - from) / (2 * f.width), 0.0, 1.0);
    cover = mix(cover, static_cast<float>(t * t * (3 - 2 * t)), static_cast<float>(weight));
  }
  return cover;
}

// What the detector sees less of: points behind a step, as seen from the upper left at a grazing angle.
Image<float> make_shadow(const Image<float>& relief, double strength) {
  Image<float> horizon = relief, shade(relief.width(), relief.height(), 1);
  if (strength <= 0) return shade;
  const float drop = 0.05f;
  for (int y = 1; y < relief.height(); ++y)
    for (int x = 1; x < relief.width(); ++x) {
      const float before = 0.57f * horizon(x - 1, y) + 0.43f * horizon(x, y - 1) - drop;
      horizon(x, y) = std::max(relief(x, y), before);
      const float depth = std::min(1.0f, horizon(x, y) - relief(x, y));
      shade(x, y) = 1 - static_cast<float>(strength) * depth;
    }
  return shade;
}

Image<float> radiance(const Scene& scene, const Coverage& c) {
  const Look& look = scene.look;
  const int w = scene.width, h = scene.picture_rows;
  Image<float> relief = make_relief(scene, c), broad = relief, sharp = relief;
  blur(sharp, 0.7);
  blur(broad, 3.0 * std::max(0.6, w / 2048.0));
  const Image<float> outside = make_outside(scene);
  const Image<float> shade = make_shadow(sharp, look.shadow);
  Image<float> openings(w, h);
  const bool free_edge = look.outside_kind == Outside::vacuum || look.outside_kind == Outside::lithium;
  for (std::size_t i = 0; i < openings.size(); ++i)
    openings.pixels()[i] = std::max({c.crack.pixels()[i], c.pore.pixels()[i], c.gap.pixels()[i],
                                     free_edge ? c.outside.pixels()[i] : 0.0f});
  Image<float> near_opening = openings;
  blur(near_opening, look.rim_px);
  const float lit = 0.55f * static_cast<float>(std::min(1.0, look.texture));
  Image<float> grey(w, h), mottle(w, h);
  add_smooth_noise(mottle, 90 * w / 2048.0, 90 * w / 2048.0, 0.03 * look.texture, scene.seed,
                   scene.stream + "mottle");
  for (int y = 0; y < h; ++y)
    for (int x = 0; x < w; ++x) {
      float behind = c.outside(x, y), layer = c.base_layer(x, y) + c.filament(x, y);
      if (!scene.fades.empty()) {
        double u, v;
        scene.frame.to_scene(x + 0.5, y + 0.5, u, v);
        const float past_front = faded(scene, true, u, v, behind + layer);
        behind = faded(scene, false, u, v, behind);
        layer = std::max(0.0f, past_front - behind);
      }
      float solid = mix(static_cast<float>(look.electrolyte), static_cast<float>(look.interphase),
                        std::min(1.0f, layer));
      // Secondary electrons: more from faces turned to the detector and from the upper rim of a step, fewer
      // at its foot.
      const int xl = std::max(0, x - 1), yl = std::max(0, y - 1);
      const float slope = (sharp(x, y) - sharp(xl, y)) * 0.8f + (sharp(x, y) - sharp(x, yl)) * 0.6f;
      const float step = sharp(x, y) - broad(x, y);
      const float rim = step > 0 ? 0.55f * step : 0.32f * step;
      const float height = 0.09f * std::clamp(broad(x, y), -2.0f, 2.0f);
      solid *= std::max(0.25f, 1 + height + mottle(x, y) + lit * std::clamp(slope, -0.5f, 0.5f) +
                                   static_cast<float>(look.edge) * std::clamp(rim, -0.6f, 0.9f));
      solid *= shade(x, y) * (1 + 2 * static_cast<float>(look.rim) * near_opening(x, y));
      float value = mix(solid, outside(x, y), behind);
      const auto bright = static_cast<float>(look.electrolyte);
      value = mix(value, 0.16f * bright, 0.92f * std::max(c.pore(x, y), c.gap(x, y)));
      value = mix(value, std::min(value, c.crack_floor(x, y) * bright), c.crack(x, y));
      grey(x, y) = value;
    }
  return grey;
}

// Slow and directional disturbances of the signal, multiplicative.
void disturb(const Scene& scene, Image<float>& grey) {
  const Look& look = scene.look;
  const int w = grey.width(), h = grey.height();
  RandomStream random(scene.seed, scene.stream + "disturb");
  const double s = w / 2048.0;
  if (look.curtain > 0) {
    // Streaks along the milling direction, here the image's y axis.
    Image<float> streaks(w, h);
    add_smooth_noise(streaks, 7 * s, 900 * s, look.curtain, scene.seed, scene.stream + "curtain");
    add_smooth_noise(streaks, 31 * s, 1500 * s, look.curtain, scene.seed, scene.stream + "curtain-wide");
    for (std::size_t i = 0; i < grey.size(); ++i) grey.pixels()[i] *= 1 + streaks.pixels()[i];
  }
  const double cx = std::cos(look.illumination_angle), cy = std::sin(look.illumination_angle);
  for (int y = 0; y < h; ++y) {
    const double dy = (y - h / 2.0) / w * 2, row_gain = 1 + look.line_noise * random.normal();
    for (int x = 0; x < w; ++x) {
      const double dx = (x - w / 2.0) / w * 2;
      const double light = 1 + look.illumination * (cx * dx + cy * dy) - look.vignette * (dx * dx + dy * dy);
      grey(x, y) *= static_cast<float>(light * row_gain);
    }
  }
  if (look.charging > 0) {
    // Charging: over-bright spots whose excess charge leaves the rest of the rows dark.
    const auto spots = 1 + random.below(3);
    for (std::uint32_t k = 0; k < spots; ++k) {
      const double x0 = random.uniform() * w, y0 = random.uniform() * h, r = random.uniform(20, 120) * s;
      const double trail = random.uniform(150, 900) * s;
      for (int y = 0; y < h; ++y) {
        const double across = (y - y0) / r;
        if (std::abs(across) > 4) continue;
        for (int x = 0; x < w; ++x) {
          const double along = (x - x0) / r;
          double excess = std::exp(-0.5 * (across * across + along * along));
          if (along > 0)
            excess -= 0.5 * (1 - std::exp(-along)) * std::exp(-0.5 * across * across - (x - x0) / trail);
          grey(x, y) += static_cast<float>(look.charging * excess);
        }
      }
    }
  }
  // Charging: a few rows over-bright from some spot on, decaying along the fast scan axis.
  const int bursts = static_cast<int>(look.streaks * 12);
  for (int k = 0; k < bursts; ++k) {
    const int y0 = static_cast<int>(random.below(static_cast<std::uint32_t>(h)));
    const int rows = 1 + static_cast<int>(random.below(4));
    const double x0 = random.uniform(-0.2, 0.9) * w, decay = random.uniform(60, 900) * s;
    const double strength = random.uniform(-0.25, 0.5) * look.streaks * 0.5;
    for (int y = y0; y < std::min(h, y0 + rows); ++y)
      for (int x = std::max(0, static_cast<int>(x0)); x < w; ++x)
        grey(x, y) += static_cast<float>(0.3 * strength * std::exp(-(x - x0) / decay));
  }
}

// Box-Muller on 32-bit numbers, both values used: noise needs speed, not tails beyond 6 sigma.
class Gauss {
 public:
  explicit Gauss(RandomStream& random) : random_(random) {}
  float operator()() {
    if (spare_ready_) {
      spare_ready_ = false;
      return spare_;
    }
    const float r = std::sqrt(-2 * std::log((static_cast<float>(random_.bits() >> 8) + 0.5f) * 0x1p-24f));
    const float angle = 2 * std::numbers::pi_v<float> * static_cast<float>(random_.bits() >> 8) * 0x1p-24f;
    spare_ = r * std::sin(angle);
    spare_ready_ = true;
    return r * std::cos(angle);
  }

 private:
  RandomStream& random_;
  float spare_ = 0;
  bool spare_ready_ = false;
};

Image<std::uint8_t> detect(const Scene& scene, const Image<float>& grey) {
  const Look& look = scene.look;
  Image<std::uint8_t> out(scene.width, scene.height);
  RandomStream random(scene.seed, scene.stream + "noise");
  Gauss gauss(random);
  std::array<float, 4097> gamma;
  for (std::size_t i = 0; i < gamma.size(); ++i)
    gamma[i] = static_cast<float>(std::pow(static_cast<double>(i) / 2048, look.gamma));  // of 0..2
  const float dose = static_cast<float>(look.dose);
  for (int y = 0; y < grey.height(); ++y)
    for (int x = 0; x < grey.width(); ++x) {
      const float electrons = std::max(0.0f, grey(x, y)) * dose;
      float counted = electrons < 10 ? static_cast<float>(random.poisson(electrons))
                                     : electrons + std::sqrt(electrons) * gauss();
      counted = counted / dose + static_cast<float>(look.readout) * gauss();
      const float bent = gamma[static_cast<std::size_t>(std::clamp(counted, 0.0f, 2.0f) * 2048)];
      const float value = static_cast<float>(look.offset) + static_cast<float>(look.gain) * bent;
      out(x, y) = static_cast<std::uint8_t>(std::clamp(value * 255 + 0.5f, 0.0f, 255.0f));
    }
  return out;
}

double contrast_to_noise(const Scene& scene, const Rendered& image) {
  double n[2] = {}, sum[2] = {}, squares[2] = {};
  const int reach = static_cast<int>(3 * scene.look.blur_px) + 5;
  for (int y = reach; y < scene.picture_rows - reach; y += 3)
    for (int x = reach; x < scene.width - reach; x += 3) {
      const std::uint8_t label = image.labels(x, y);
      if (label != kInterphase && label != kElectrolyte) continue;
      if (image.labels(x - reach, y) != label || image.labels(x + reach, y) != label ||
          image.labels(x, y - reach) != label || image.labels(x, y + reach) != label)
        continue;
      const int k = label == kInterphase ? 0 : 1;
      const double g = image.pixels(x, y);
      n[k] += 1, sum[k] += g, squares[k] += g * g;
    }
  if (n[0] < 2 || n[1] < 2) return 0;
  double mean[2], variance[2];
  for (int k = 0; k < 2; ++k) {
    mean[k] = sum[k] / n[k];
    variance[k] = squares[k] / n[k] - mean[k] * mean[k];
  }
  return std::abs(mean[1] - mean[0]) / std::sqrt(std::max(1e-6, (variance[0] + variance[1]) / 2));
}

}  // namespace

Rendered render(const Scene& scene) {
  Rendered image;
  Coverage c = cover(scene);
  for (const float value : c.base_layer.pixels()) image.base_layer_area_px2 += value;
  for (std::size_t i = 0; i < c.outside.size(); ++i)
    image.pellet_area_px2 += std::max(0.0f, 1 - c.outside.pixels()[i] - c.gap.pixels()[i]);
  for (const float value : c.crack.pixels()) image.crack_area_px2 += value;
  for (const float value : c.filament.pixels()) image.filament_area_px2 += value;
  Image<float> grey = scene.hopeless == Hopeless::blank ? Image<float>(scene.width, scene.picture_rows, 0.1f)
                                                        : radiance(scene, c);
  blur(grey, scene.look.blur_px);
  disturb(scene, grey);
  image.pixels = detect(scene, grey);
  image.labels = std::move(c.labels);
  image.cnr = contrast_to_noise(scene, image);
  return image;
}

}  // namespace litho::sem_sample
