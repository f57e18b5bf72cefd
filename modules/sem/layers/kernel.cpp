#include "modules/sem/layers/kernel.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <optional>
#include <string>
#include <utility>

#include "modules/sem/layers/coarse.hpp"

namespace litho {
namespace {

constexpr int kSearchSide = 256;   // px of the picture in which side and tilt are searched
constexpr int kModelSide = 512;    // px of the picture in which boundaries and appearance are fitted
constexpr int kGroundSide = 1024;  // px of the picture in which boundaries are traced
constexpr double kOuterSpan = 0.33, kFrontSpan = 0.15;
constexpr double kEdgesU = 3;  // ground px: half the rows over which an edge reading averages
constexpr double kLostScore = 2.5, kWeakScore = 4;  // of the best pair of lines: refused, flagged
constexpr double kLowCnr = 1.0, kDoubtfulCnr = 1.25;
constexpr double kThinnestRows = 2.5;  // coarse px
constexpr double kLostShare = 0.65;    // of the columns with the right sign of step: half of them is chance
constexpr double kWeakShare = 0.8, kDoubtfulShare = 0.87;
constexpr double kClearLead = 0.3;
constexpr double kMostSaturated = 0.5;  // of the usable pixels
constexpr double kSureSide = 1;         // nats
constexpr double kLostContrast = 0.35;  // steps smaller than this share of the spread are not seen
constexpr double kRivalScore = 0.25;    // of the best pair's score: worth a fit

int factor_for(const Restored& picture, int side) {
  return std::max(1, (std::max(picture.grey.width(), picture.grey.height()) + side - 1) / side);
}

/// Spread of a boundary about its line, coarse px.
double wander(const std::vector<int>& path) {
  const double n = static_cast<double>(path.size());
  double mu = (n - 1) / 2, mv = 0, uu = 0, uv = 0, vv = 0;
  for (const int v : path) mv += v / n;
  for (std::size_t u = 0; u < path.size(); ++u) {
    const double du = static_cast<double>(u) - mu, dv = path[u] - mv;
    uu += du * du, uv += du * dv, vv += dv * dv;
  }
  return std::sqrt(std::max(0.0, (vv - uv * uv / uu) / n));
}

/// How well a reading of the picture holds together: clear steps, an electrolyte brighter than the outside, a
/// front rougher than the outer boundary (the front grew, the other was polished).
double plausibility(const layers::Model& m, double best_score) {
  const double clear = std::min(m.outer_contrast, 3.0) + std::min(m.front_contrast, 3.0);
  const double bright = std::clamp(
      std::log(m.electrolyte.mean / std::max(1e-3 * m.electrolyte.mean, m.outside.mean)), -0.7, 0.7);
  const double rough = std::clamp(std::log((wander(m.front) + 0.3) / (wander(m.outer) + 0.3)), -0.5, 0.5);
  return (clear + 1.5 * bright + rough) * (0.5 + 0.5 * m.start.score / best_score);
}

bool same_axis(Side a, Side b) {
  return (a == Side::left || a == Side::right) == (b == Side::left || b == Side::right);
}

/// Both boundaries once more at the ground's resolution.
void trace(const Restored& picture, const Image<std::uint8_t>& usable, const layers::Model& model, int factor,
           bool by_edges, LayerMap& map) {
  using namespace layers;
  map.ground =
      make_ground(shrink(picture.grey, usable, factor_for(picture, kGroundSide)), map.frame, map.shade);
  const Ground& ground = map.ground;
  const int w = ground.grey.width(), h = ground.grey.height();
  const double zoom = static_cast<double>(factor) / ground.factor;
  const auto outer = spread_columns({model.outer.begin(), model.outer.end()}, zoom, w, h);
  const auto front = spread_columns({model.front.begin(), model.front.end()}, zoom, w, h);
  double thickness = 0;
  for (int u = 0; u < w; ++u) thickness += (front[u] - outer[u]) / w;
  std::vector<float> limit(front);
  const double dark = dark_level(map);
  for (float& v : limit) v -= static_cast<float>(0.15 * thickness);
  const TraceSetup outer_setup{map.interphase.mean - map.outside.mean,
                               std::min(dark, map.outside.mean - 3 * map.outside.sd), 0.45 * thickness,
                               kOuterSpan, std::clamp(0.3 * thickness, 8.0, 30.0)};
  const Trace top = trace_boundary(ground, outer, std::vector<float>(outer.size(), 0.0F), limit, outer_setup);
  map.outer_u_px = ground.factor * placement_u(ground, top, outer_setup);
  map.outer_v = spread_columns(top.v, ground.factor, map.frame.width(), map.frame.height());
  map.split.assign(static_cast<std::size_t>(map.frame.width()), 0.0F);
  if (by_edges) {
    // Levels cannot say more about the front, nor tell a filament from the electrolyte.
    map.front_u_px = kEdgesU * ground.factor;
    map.front_v = spread_columns(front, ground.factor, map.frame.width(), map.frame.height());
    return;
  }
  limit = top.v;
  for (float& v : limit) v += 2;
  map.front_setup = {map.electrolyte.mean - map.interphase.mean, dark, 0.45 * thickness, kFrontSpan,
                     std::clamp(zoom * 4 * wander(model.front), 12.0, 0.7 * thickness + 12)};
  const Trace bottom = trace_boundary(
      ground, front, limit, std::vector<float>(outer.size(), static_cast<float>(h)), map.front_setup);
  map.front_u_px = ground.factor * placement_u(ground, bottom, map.front_setup);
  map.texture = bottom.patch_below;
  map.front_v = spread_columns(bottom.v, ground.factor, map.frame.width(), map.frame.height());
  for (int u = 0; u < map.frame.width(); ++u) {
    const int k = std::min(w - 1, u / ground.factor);
    map.split[u] = 0.5F * (bottom.above[k] + bottom.below[k]);
  }
}

}  // namespace

double Shade::at(double x, double y) const {
  const auto& c = coefficients;
  return std::exp(c[0] * x + c[1] * y + c[2] * x * x + c[3] * x * y + c[4] * y * y);
}

namespace {

struct Reading {
  layers::Model model;
  int factor = 1;  // of its picture
  bool by_edges = false;
  Flags flags;
};

/// The regions' levels tell outside, interphase and electrolyte apart.
Result<Reading> read_levels(const Restored& picture, const Image<std::uint8_t>& usable,
                            const LayerOptions& options, const layers::Coarse& medium) {
  using namespace layers;
  const Coarse small = shrink(picture.grey, usable, factor_for(picture, kSearchSide));
  const auto fits = fit_lines(small, options.side);
  double top = 0;
  for (const LineFit& fit : fits) top = std::max(top, fit.score);
  if (top < kLostScore)
    return Error{"sem.no_layer", "", "no dark layer between an outside and a brighter electrolyte was found",
                 "state the side in the sheet, or check that the layer lies in the picture"};
  std::vector<Model> models;
  for (const LineFit& fit : fits)
    if (fit.score >= kRivalScore * top) models.push_back(fit_model(small, fit, 2));
  std::stable_sort(models.begin(), models.end(), [&](const Model& a, const Model& b) {
    return plausibility(a, top) > plausibility(b, top);
  });
  LineFit start = models.front().start;
  const double zoom = static_cast<double>(small.factor) / medium.factor;
  start.outer *= zoom;
  start.front *= zoom;
  Reading reading{fit_model(medium, start, 2), medium.factor, false, {}};
  // Between two brighter regions a layer can be read either way round.
  if (!options.side && reading.model.outside.mean > reading.model.interphase.mean) {
    const double odds = side_odds(reading.model);
    if (odds < 0) reading.model = fit_model(medium, turned(reading.model), 2);
    if (std::abs(odds) < kSureSide) raise(reading.flags, "sem.side_unsure");
  }
  const Model& best = reading.model;
  double rows = 0;
  for (std::size_t u = 0; u < best.outer.size(); ++u) rows += best.front[u] - best.outer[u];
  if (rows < kThinnestRows * static_cast<double>(best.outer.size()))
    return Error{"sem.no_layer", "",
                 "nothing between outside and electrolyte is thick enough to be told from a blurred edge",
                 "a higher magnification"};
  const bool outer_lost = best.outer_contrast < kLostContrast || best.outer_share < kLostShare;
  if (outer_lost || best.front_contrast < kLostContrast || best.front_share < kLostShare)
    return Error{"sem.no_layer", "",
                 std::string("the ") + (outer_lost ? "outer boundary" : "reaction front") +
                     " does not stand out from the picture's own spread",
                 "more contrast or less noise; state the side in the sheet where it is known"};
  const double contrast = best.electrolyte.mean - best.interphase.mean;
  if (!(contrast > 0.02 * best.electrolyte.mean))
    return Error{"sem.low_contrast", "", "the layer found is not darker than the electrolyte",
                 "more contrast, or the side stated in the sheet"};
  if (top < kWeakScore || best.outer_contrast < kLowCnr || best.front_contrast < kLowCnr ||
      contrast < kLowCnr * picture.noise_sd || best.outer_share < kWeakShare || best.front_share < kWeakShare)
    raise(reading.flags, "sem.low_contrast");
  if (models.size() > 1 && plausibility(models[0], top) - plausibility(models[1], top) < kClearLead &&
      !same_axis(models[0].start.side, models[1].start.side))
    raise(reading.flags, "sem.ambiguous");
  return reading;
}

/// The boundaries' edges alone tell them; such a reading always carries a flag.
std::optional<Reading> read_edges(const LayerOptions& options, const layers::Coarse& medium) {
  const auto pair = layers::find_edge_pair(medium, options.side);
  if (!pair) return {};
  Reading reading{layers::model_of(medium, *pair), medium.factor, true, {}};
  if (!(reading.model.electrolyte.mean > reading.model.interphase.mean)) return {};
  raise(reading.flags, "sem.low_contrast");
  return reading;
}

}  // namespace

Result<LayerMap> find_layers(const Restored& picture, const Image<std::uint8_t>& usable,
                             const LayerOptions& options) {
  if (picture.saturated_fraction > kMostSaturated)
    return Error{"sem.saturated", "", "most of the picture is white", "less contrast or brightness"};
  const layers::Coarse medium = layers::shrink(picture.grey, usable, factor_for(picture, kModelSide));
  auto by_levels = read_levels(picture, usable, options, medium);
  std::optional<Reading> reading;
  if (by_levels) reading = *std::move(by_levels);
  // Levels that differ by less than their spread, in many columns the other way, are worth no more than a
  // clear pair of edges; nor are those that hardly do better on both boundaries.
  const auto doubt = [](double contrast, double share) {
    return contrast < kLowCnr && share < kWeakShare            ? 2
           : contrast < kDoubtfulCnr && share < kDoubtfulShare ? 1
                                                               : 0;
  };
  if (!reading || doubt(reading->model.outer_contrast, reading->model.outer_share) +
                          doubt(reading->model.front_contrast, reading->model.front_share) >=
                      2)
    if (auto by_edges = read_edges(options, medium)) reading = std::move(by_edges);
  if (!reading) return by_levels.errors();
  const layers::Model& best = reading->model;
  LayerMap map;
  map.frame = {best.start.side, picture.grey.width(), picture.grey.height()};
  map.side_given = options.side.has_value();
  map.by_edges = reading->by_edges;
  map.tilt_deg = -std::atan(best.start.slope) * 180 / std::numbers::pi;
  map.outside = best.outside;
  map.interphase = best.interphase;
  map.electrolyte = best.electrolyte;
  map.shade = best.shade;
  map.cnr =
      (map.electrolyte.mean - map.interphase.mean) / std::max(1e-6 * map.electrolyte.mean, picture.noise_sd);
  for (const Flags* flags : {&picture.flags, &std::as_const(reading->flags)})
    for (const auto& flag : *flags) raise(map.flags, flag);
  trace(picture, usable, best, reading->factor, reading->by_edges, map);
  if (!map.by_edges) layers::find_gaps(picture, map);
  layers::label_pixels(picture, usable, map);
  return map;
}

}  // namespace litho
