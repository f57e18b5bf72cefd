#include "modules/sem/learned_layers/kernel.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

#include "modules/sem/layers/coarse.hpp"
#include "modules/sem/learned_layers/solve.hpp"
#include "modules/sem/learned_layers/voids.hpp"

namespace litho {
namespace {

using learned::Boundaries, learned::Evidence;

constexpr double kMostUpscaling = 2;      // pixels this much larger than cells still tell something
constexpr int kFewestCells = 64;          // along the shorter side
constexpr double kAmbiguous = 0.02;       // nats a cell between readings from two sides
constexpr double kWeakestStretch = 0.15;  // edge support that no eighth of a boundary may fall below
constexpr double kSurely = 0.8;           // of the mean step: pores beside boundaries take some of it
constexpr double kThinnestCells = 2.5;
constexpr int kGroundSide = 1024;       // px of the picture that later stages trace in
constexpr double kNarrowestStrip = 20;  // px
constexpr double kFaintestStep = 0.5;   // of one pixel's noise: a boundary that grey can hardly place
constexpr double kMadToSd = 1.4826;
constexpr double kSpreadFloor = 0.02;
constexpr float kCrackShare = 0.5F;

struct Reading {
  FeatureGrid grid;
  Evidence evidence;
  Boundaries boundaries;
};

Reading read_from(const Restored& picture, const Image<std::uint8_t>& usable, double cell_px,
                  const LearnedModel& model, Side side) {
  Reading r{make_feature_grid(picture.grey, usable, side, cell_px), {}, {}};
  r.evidence = learned::gather(r.grid, pixel_features(r.grid), model);
  r.boundaries = learned::solve(r.grid, r.evidence);
  return r;
}

/// Median and spread of a region's pixels, two cells clear of its boundaries; outside and electrolyte only
/// beside the layer, for coatings and pores make what lies farther off look otherwise than what the edge
/// steps to.
Appearance appearance(const Upright<const float>& grey, const Upright<const std::uint8_t>& label,
                      const LayerMap& map, Label wanted, double clear) {
  std::vector<float> values;
  for (int u = 0; u < grey.width(); u += 3) {
    const double top = map.outer_v[static_cast<std::size_t>(u)],
                 bottom = map.front_v[static_cast<std::size_t>(u)];
    const double strip = std::max(0.15 * (bottom - top), kNarrowestStrip);
    const double from = wanted == Label::outside ? top - strip : wanted == Label::interphase ? top : bottom;
    const double to = wanted == Label::outside ? top : wanted == Label::interphase ? bottom : bottom + strip;
    const double margin = std::min(clear, (to - from) / 4);
    const int last = std::min(grey.height(), static_cast<int>(to - margin));
    for (int v = std::max(0, static_cast<int>(from + margin)); v < last; v += 2)
      if (label(u, v) == static_cast<std::uint8_t>(wanted)) values.push_back(grey(u, v));
  }
  if (values.empty()) return {};
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  const float mean = *middle;
  for (float& v : values) v = std::abs(v - mean);
  std::nth_element(values.begin(), middle, values.end());
  return {mean, std::max(kSpreadFloor * mean, kMadToSd * *middle)};
}

/// Grey step across a boundary as the sub-pixel stage will see it: mean over the columns that do not lie
/// beside a void, between windows 10 to 12 px off; the median's where pores turn the mean's sign.
double local_step(const Upright<const float>& grey, const Upright<const std::uint8_t>& label,
                  const std::vector<float>& rows) {
  constexpr int kNear = 10, kFar = 13, kBeside = 4;  // px
  constexpr auto kGap = static_cast<std::uint8_t>(Label::gap);
  std::vector<double> steps;
  double sum = 0;
  for (int u = 0; u < grey.width(); u += 2) {
    const int at = static_cast<int>(std::lround(rows[static_cast<std::size_t>(u)]));
    if (at - kFar < 0 || at + kFar > grey.height()) continue;
    bool beside = false;
    for (int d = -kBeside; d < kBeside; ++d) beside = beside || label(u, at + d) == kGap;
    if (beside) continue;
    double above = 0, below = 0;
    int n = 0;
    for (int d = kNear; d < kFar; ++d) {
      if (label(u, at - 1 - d) == 0 || label(u, at + d) == 0) continue;
      above += grey(u, at - 1 - d), below += grey(u, at + d), ++n;
    }
    if (n > 0) steps.push_back((below - above) / n), sum += steps.back();
  }
  if (steps.empty()) return 0;
  const double mean = sum / static_cast<double>(steps.size());
  const auto middle = steps.begin() + static_cast<std::ptrdiff_t>(steps.size() / 2);
  std::nth_element(steps.begin(), middle, steps.end());
  return mean * *middle > 0 ? mean : *middle;
}

std::vector<float> full_rows(const std::vector<int>& rows, const FeatureGrid& grid, int width, int height) {
  const double zoom_v = static_cast<double>(height) / grid.grey.height();
  std::vector<float> out(static_cast<std::size_t>(width));
  const int n = static_cast<int>(rows.size());
  for (int u = 0; u < width; ++u) {
    const double place = std::clamp((u + 0.5) * n / width - 0.5, 0.0, n - 1.0);
    const int k = std::min(n - 2, static_cast<int>(place));
    const auto i = static_cast<std::size_t>(k);
    const double v = (rows[i] + (place - k) * (rows[i + 1] - rows[i])) * zoom_v;
    out[static_cast<std::size_t>(u)] = static_cast<float>(std::clamp(v, 0.0, static_cast<double>(height)));
  }
  return out;
}

void label_regions(const Reading& r, const Image<std::uint8_t>& usable, LayerMap& map) {
  map.labels = Image<std::uint8_t>(map.frame.image_width, map.frame.image_height, 0);
  const auto label = upright(map.labels, map.frame);
  const auto seen = upright(usable, map.frame);
  const int w = label.width(), h = label.height();
  for (int u = 0; u < w; ++u) {
    const float top = map.outer_v[static_cast<std::size_t>(u)],
                bottom = map.front_v[static_cast<std::size_t>(u)];
    const int cu = std::min(r.evidence.width - 1, u * r.evidence.width / w);
    for (int v = 0; v < h; ++v) {
      if (!seen(u, v)) continue;
      const float middle = static_cast<float>(v) + 0.5F;
      Label l = middle < top ? Label::outside : middle < bottom ? Label::interphase : Label::electrolyte;
      const int row = std::min(r.evidence.height - 1, v * r.evidence.height / h);
      if (l == Label::interphase && r.evidence.classes > 3 &&
          r.evidence.at(cu, row, LayerClass::crack) > kCrackShare)
        l = Label::crack;
      label(u, v) = static_cast<std::uint8_t>(l);
    }
  }
}

/// What later stages trace in, and how: the grey step across the front as it is in this picture.
void set_ground(const Restored& picture, const Image<std::uint8_t>& usable, LayerMap& map) {
  const int longest = std::max(picture.grey.width(), picture.grey.height());
  const int factor = std::max(1, (longest + kGroundSide - 1) / kGroundSide);
  map.ground = layers::make_ground(layers::shrink(picture.grey, usable, factor), map.frame, map.shade);
  const int w = map.ground.grey.width();
  std::vector<float> start(static_cast<std::size_t>(w)), nearest(start);
  double thickness = 0;
  for (int u = 0; u < w; ++u) {
    const auto k = static_cast<std::size_t>(u);
    const auto full = static_cast<std::size_t>(std::min(map.frame.width() - 1, u * factor + factor / 2));
    start[k] = map.front_v[full] / static_cast<float>(factor);
    nearest[k] = map.outer_v[full] / static_cast<float>(factor) + 2;
    thickness += (start[k] - nearest[k] + 2) / w;
  }
  const double step = map.electrolyte.mean - map.interphase.mean;
  map.front_setup = {step, layers::dark_level(map), 0.45 * thickness, 0.15, 12, 1};
  const Trace trace = trace_boundary(
      map.ground, start, nearest,
      std::vector<float>(start.size(), static_cast<float>(map.ground.grey.height())), map.front_setup);
  map.texture = trace.patch_below;
  map.split.resize(static_cast<std::size_t>(map.frame.width()));
  for (std::size_t u = 0; u < map.split.size(); ++u) {
    const auto k = std::min(static_cast<std::size_t>(w - 1), u / static_cast<std::size_t>(factor));
    map.split[u] = 0.5F * (trace.above[k] + trace.below[k]);
  }
}

double slope_of(const std::vector<float>& rows) {
  const double n = static_cast<double>(rows.size());
  double su = 0, sv = 0, suu = 0, suv = 0;
  for (std::size_t u = 0; u < rows.size(); ++u) {
    const double x = static_cast<double>(u);
    su += x, sv += rows[u], suu += x * x, suv += x * rows[u];
  }
  return (suv - su * sv / n) / std::max(1e-9, suu - su * su / n);
}

std::vector<Side> sides_to_try(const LearnedModel& model, const LayerOptions& options) {
  if (options.side) return {*options.side};
  std::vector<Side> sides;
  for (const TrainedOn& image : model.images)
    if (std::find(sides.begin(), sides.end(), image.side) == sides.end()) sides.push_back(image.side);
  std::sort(sides.begin(), sides.end());
  return sides;
}

}  // namespace

Result<LearnedLayers> find_learned_layers(const Restored& picture, const Image<std::uint8_t>& usable,
                                          double pixel_size_nm, const LearnedModel& model,
                                          const LayerOptions& options) {
  const double cell_px = 1e3 * model.cell_um / pixel_size_nm;
  const double cells = std::min(picture.grey.width(), picture.grey.height()) / cell_px;
  if (cell_px * kMostUpscaling < 1 || cells < kFewestCells)
    return Error{"model.scale", "",
                 "the model's cells are " + std::to_string(cell_px) + " px here, " +
                     std::to_string(static_cast<int>(cells)) +
                     " along the shorter side: this magnification is too far from the training's",
                 "check the pixel size, or train with images of this magnification"};
  std::vector<Reading> readings;
  std::size_t best = 0;
  double rival = 1e9;
  for (const Side side : sides_to_try(model, options)) {
    readings.push_back(read_from(picture, usable, cell_px, model, side));
    const std::size_t k = readings.size() - 1;
    const double lead = readings[k].boundaries.cost - readings[best].boundaries.cost;
    if (k > 0) rival = lead < 0 ? -lead : std::min(rival, lead);
    if (lead < 0) best = k;
  }
  const Reading& r = readings[best];
  LearnedLayers out;
  out.agreement = r.boundaries.agreement;
  out.support = r.boundaries.support;
  out.weakest = r.boundaries.weakest;
  out.strangeness = r.evidence.strangeness;
  out.rival_cost = rival;
  LayerMap& map = out.layers;
  map.frame = r.grid.frame;
  map.side_given = options.side.has_value();
  map.outer_v = full_rows(r.boundaries.outer, r.grid, map.frame.width(), map.frame.height());
  map.front_v = full_rows(r.boundaries.front, r.grid, map.frame.width(), map.frame.height());
  map.by_edges = true;  // greys need not part the regions: the model did
  const learned::Voids voids =
      learned::leave_voids(picture.grey, usable, picture.noise_sd, std::max(2.0, cell_px), map);
  double rows = 0;
  for (std::size_t u = 0; u < r.boundaries.outer.size(); ++u)
    rows += r.boundaries.front[u] - r.boundaries.outer[u];
  if (rows < kThinnestCells * static_cast<double>(r.boundaries.outer.size()))
    return Error{"sem.no_layer", "", "the model finds no layer in this picture",
                 "check that the layer lies in the picture, or train with pictures like this one"};
  map.tilt_deg = -std::atan(slope_of(map.outer_v)) * 180 / std::numbers::pi;
  label_regions(r, usable, map);
  for (std::size_t i = 0; i < voids.left.size(); ++i)
    if (voids.left.pixels()[i] && map.labels.pixels()[i])
      map.labels.pixels()[i] = static_cast<std::uint8_t>(Label::gap);
  const auto grey = upright(picture.grey, map.frame);
  const auto label = upright(std::as_const(map.labels), map.frame);
  map.outside = appearance(grey, label, map, Label::outside, 2 * cell_px);
  map.interphase = appearance(grey, label, map, Label::interphase, 2 * cell_px);
  map.electrolyte = appearance(grey, label, map, Label::electrolyte, 2 * cell_px);
  // Later stages look for the step between the regions' means: it is the one at the boundaries that must be
  // there.
  map.outside.mean = map.interphase.mean - kSurely * local_step(grey, label, map.outer_v);
  map.electrolyte.mean = map.interphase.mean + kSurely * local_step(grey, label, map.front_v);
  const double weakest = std::min(std::abs(map.outside.mean - map.interphase.mean),
                                  std::abs(map.electrolyte.mean - map.interphase.mean));
  if (weakest < kFaintestStep * picture.noise_sd) raise(map.flags, "sem.low_contrast");
  map.cnr = std::abs(map.electrolyte.mean - map.interphase.mean) /
            std::max(1e-6 * std::abs(map.electrolyte.mean) + 1e-9, picture.noise_sd);
  for (const auto& flag : picture.flags) raise(map.flags, flag);
  if (out.agreement < model.least_agreement || out.support < model.least_support ||
      out.weakest < kWeakestStretch || out.strangeness > model.most_strangeness)
    raise(map.flags, "sem.model_uncertain");
  if (rival < kAmbiguous || voids.split) raise(map.flags, "sem.ambiguous");
  set_ground(picture, usable, map);
  return out;
}

}  // namespace litho
