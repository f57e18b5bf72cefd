#include "modules/sem/pellet/kernel.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "modules/sem/pellet/outline.hpp"

namespace litho {
namespace {

constexpr int kBeyond = 40;  // px outside of the pellet in which gaps are looked for

constexpr double kLayerDifference = 0.22;                  // across both boundaries of a layer
constexpr double kOutlineDifference = 0.4;                 // across the only border; pellets alone reach 0.35
constexpr double kFaintOutline = 0.25, kSingledOut = 2.5;  // enough where it differs nowhere else like that
constexpr double kMostOutside = 0.55;                      // of the field
constexpr double kBlack = 0.12;    // of the way from the darkest grey to the other side
constexpr double kSmaller = 0.45;  // of the field: the smaller part

constexpr auto kNone = static_cast<std::uint8_t>(Label::none),
               kOutside = static_cast<std::uint8_t>(Label::outside),
               kInterphase = static_cast<std::uint8_t>(Label::interphase),
               kElectrolyte = static_cast<std::uint8_t>(Label::electrolyte),
               kPore = static_cast<std::uint8_t>(Label::pore);

/// Cracks and gaps are found anew: until then they are what they run in.
void fill_cracks(const std::vector<float>& front_v, Pellet& pellet) {
  const auto label = upright(pellet.labels, pellet.frame);
  for (int u = 0; u < label.width(); ++u) {
    const float outer = pellet.outer_v[static_cast<std::size_t>(u)],
                front = front_v[static_cast<std::size_t>(u)];
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

/// Share of the usable picture above a boundary of the upright frame.
double share_above(const Image<std::uint8_t>& usable, const Frame& frame, const std::vector<float>& v) {
  const auto use = upright(usable, frame);
  double above = 0, all = 0;
  for (int y = 0; y < use.height(); y += 4)
    for (int u = 0; u < use.width(); u += 4)
      if (use(u, y)) all += 1, above += y < v[static_cast<std::size_t>(u)];
  return all > 0 ? above / all : 0;
}

double mean_beside(const Image<float>& grey, const Frame& frame, const std::vector<float>& v, int from,
                   int to) {
  const auto g = upright(grey, frame);
  double sum = 0, n = 0;
  for (int u = 0; u < g.width(); u += 4)
    for (int d = from; d < to; d += 4) {
      const int y = static_cast<int>(v[static_cast<std::size_t>(u)]) + d;
      if (y >= 0 && y < g.height()) sum += g(u, y), n += 1;
    }
  return n > 0 ? sum / n : 0;
}

/// Turns an outline so that the outside is up: what is as dark as the picture's darkest places (vacuum), else
/// the clearly smaller part. False where neither tells.
bool turn_outside_up(const Restored& picture, const Image<std::uint8_t>& usable, pellet::Outline& outline) {
  constexpr int kFar = 160;
  const double above = mean_beside(picture.grey, outline.frame, outline.v, -kFar, -8),
               below = mean_beside(picture.grey, outline.frame, outline.v, 8, kFar);
  std::vector<float> some;
  for (int y = 0; y < usable.height(); y += 8)
    for (int x = 0; x < usable.width(); x += 8)
      if (usable(x, y)) some.push_back(picture.grey(x, y));
  const auto darkest = some.begin() + static_cast<std::ptrdiff_t>(some.size() / 500);
  std::nth_element(some.begin(), darkest, some.end());
  const double black = *darkest + kBlack * (std::max(above, below) - *darkest);
  const double share = share_above(usable, outline.frame, outline.v);
  const bool up = above < black || (below >= black && share < kSmaller);
  if (!up && below >= black && 1 - share >= kSmaller) return false;
  if (up) return true;
  const Frame before = outline.frame;
  outline.frame.side = before.side == Side::top ? Side::bottom : Side::right;
  std::vector<float> turned(outline.v.size());
  for (std::size_t u = 0; u < turned.size(); ++u)
    turned[turned.size() - 1 - u] = static_cast<float>(before.height()) - outline.v[u];
  outline.v = std::move(turned);
  return true;
}

bool are_layers(const LayerMap& layers, const pellet::CellMap& cells, const Image<std::uint8_t>& usable) {
  return share_above(usable, layers.frame, layers.outer_v) < kMostOutside &&
         pellet::difference_across(cells, layers.frame, layers.outer_v) > kLayerDifference &&
         pellet::difference_across(cells, layers.frame, layers.front_v) > kLayerDifference;
}

bool stands_out(const litho::pellet::Outline& outline) {
  return outline.difference > kOutlineDifference ||
         (outline.difference > kFaintOutline && outline.singled_out > kSingledOut);
}

void look_for_boundaries(const Restored& picture, const Image<std::uint8_t>& usable,
                         const LayerOptions& options, Pellet& pellet) {
  const litho::pellet::CellMap cells(picture.grey, usable);
  auto found = find_layers(picture, usable, options);
  if (found && are_layers(*found, cells, usable)) {
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
    if (auto outline = litho::pellet::find_outline(cells, usable.width(), usable.height());
        outline && stands_out(*outline) && turn_outside_up(picture, usable, *outline)) {
      pellet.has_outside = true;
      pellet.frame = outline->frame;
      pellet.outer_v = std::move(outline->v);
      const auto label = upright(pellet.labels, pellet.frame);
      for (int u = 0; u < label.width(); ++u)
        for (int v = 0;
             v < std::min(label.height(), static_cast<int>(pellet.outer_v[static_cast<std::size_t>(u)])); ++v)
          label(u, v) = kOutside;
    }
  }
}

}  // namespace

Pellet find_pellet(const Restored& picture, const Image<std::uint8_t>& usable, const PelletOptions& options) {
  Pellet pellet;
  pellet.frame = {Side::top, usable.width(), usable.height()};
  pellet.labels = Image<std::uint8_t>(usable.width(), usable.height(), kElectrolyte);
  if (!options.whole_field) look_for_boundaries(picture, usable, options.layers, pellet);
  for (std::size_t i = 0; i < usable.size(); ++i) {
    std::uint8_t& l = pellet.labels.pixels()[i];
    if (!usable.pixels()[i]) l = kNone;
    pellet.area_px += l != kNone && l != kOutside;
  }
  mark_search(usable, pellet);
  return pellet;
}

}  // namespace litho
