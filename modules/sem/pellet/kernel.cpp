#include "modules/sem/pellet/kernel.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace litho {
namespace {

constexpr int kBeyond = 40;  // px outside of the pellet in which gaps are looked for

constexpr auto kNone = static_cast<std::uint8_t>(Label::none), kOutside = static_cast<std::uint8_t>(Label::outside),
               kInterphase = static_cast<std::uint8_t>(Label::interphase),
               kElectrolyte = static_cast<std::uint8_t>(Label::electrolyte), kPore = static_cast<std::uint8_t>(Label::pore);

/// Cracks and gaps are found anew: until then they are what they run in.
void fill_cracks(const std::vector<float>& front_v, Pellet& pellet) {
  const auto label = upright(pellet.labels, pellet.frame);
  for (int u = 0; u < label.width(); ++u) {
    const float outer = pellet.outer_v[static_cast<std::size_t>(u)], front = front_v[static_cast<std::size_t>(u)];
    for (int v = 0; v < label.height(); ++v) {
      std::uint8_t& l = label(u, v);
      if (l == kNone || l == kOutside || l == kInterphase || l == kElectrolyte || l == kPore) continue;
      l = v + 0.5F < outer ? kOutside : v + 0.5F < front ? kInterphase : kElectrolyte;
    }
  }
}

void mark_search(const Image<std::uint8_t>& usable, Pellet& pellet) {
  pellet.search = usable;
  if (!pellet.has_outside) return;
  const auto search = upright(pellet.search, pellet.frame);
  for (int u = 0; u < search.width(); ++u) {
    const float outer = pellet.outer_v[static_cast<std::size_t>(u)];
    if (!std::isfinite(outer)) continue;
    const int end = std::clamp(static_cast<int>(outer) - kBeyond, 0, search.height());
    for (int v = 0; v < end; ++v) search(u, v) = 0;
  }
}

}  // namespace

Pellet find_pellet(const Restored& picture, const Image<std::uint8_t>& usable, const LayerOptions& options) {
  Pellet pellet;
  pellet.frame = {Side::top, usable.width(), usable.height()};
  if (auto found = find_layers(picture, usable, options)) {
    LayerMap layers = *std::move(found);
    pellet.has_outside = pellet.has_interphase = true;
    pellet.frame = layers.frame;
    pellet.interphase_share = layers.interphase.mean / std::max(1e-9, layers.electrolyte.mean);
    pellet.labels = std::move(layers.labels);
    pellet.outer_v = std::move(layers.outer_v);
    pellet.front_v = std::move(layers.front_v);
    pellet.flags = std::move(layers.flags);
    fill_cracks(pellet.front_v, pellet);
  } else {
    pellet.labels = usable;
    for (std::uint8_t& l : pellet.labels.pixels()) l = l ? kElectrolyte : kNone;
  }
  for (std::size_t i = 0; i < usable.size(); ++i) {
    std::uint8_t& l = pellet.labels.pixels()[i];
    if (!usable.pixels()[i]) l = kNone;
    pellet.area_px += l != kNone && l != kOutside;
  }
  mark_search(usable, pellet);
  return pellet;
}

}  // namespace litho
