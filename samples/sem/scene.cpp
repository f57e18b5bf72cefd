#include "samples/sem/scene.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numbers>

#include "pipeline/core/number.hpp"
#include "pipeline/core/rng.hpp"
#include "samples/sem/cracks.hpp"
#include "samples/sem/defects.hpp"

namespace litho::sem_sample {
namespace {

constexpr double kDegree = std::numbers::pi / 180;

constexpr Hardness kClean{0, 5, 0.3, 0.6, 0.42, 0.58, 0.6, 1.2, 500, 2000, 0.03, 0, 2, 6, 0.15, 0, 0, 0};
constexpr Hardness kMedium{1,   10,   0.6, 1.1, 0.48, 0.70, 0.8,  2.0, 100,
                           400, 0.15, 0,   4,   25,   0.35, 0.15, 0.2, 0.12};
constexpr Hardness kRough{2,   15,   0.9, 1.6, 0.58, 0.80, 1.0, 4.0, 25,
                          100, 0.35, 1,   8,   60,   0.45, 0.6, 0.6, 0.3};

Look make_look(RandomStream& random, const Hardness& hard, Outside outside, double scale) {
  Look look{};
  look.electrolyte = random.uniform(0.5, 0.68);
  look.interphase = look.electrolyte * random.uniform(hard.contrast_lo, hard.contrast_hi);
  look.outside_kind = outside;
  const double gap_to_layer = hard.rank == 0 ? 0.10 : hard.rank == 1 ? 0.07 : 0.04;
  switch (look.outside_kind) {
    case Outside::vacuum:
      look.outside = random.uniform(0.02, 0.07);
      break;
    case Outside::lithium:
      look.outside = std::max(0.04, look.interphase - gap_to_layer - random.uniform(0, 0.14));
      break;
    case Outside::mount:
      look.outside = look.interphase + gap_to_layer + random.uniform(0, 0.25);
      break;
    case Outside::cathode:  // of the binder; its particles are brighter than the pellet
      look.outside = look.electrolyte * random.uniform(0.32, 0.5);
      break;
  }
  look.texture = random.uniform(hard.texture_lo, hard.texture_hi);
  look.layer_texture = look.texture * random.uniform(0.25, 0.7);
  look.edge = random.uniform(0.3, 0.8) * (0.6 + 0.3 * hard.rank);
  look.grain_px = log_uniform(random, 9, 34) * scale;
  look.facet_px = look.grain_px * random.uniform(3.5, 7);
  look.rivers = random.uniform(0, 1);
  look.fine = random.uniform(0.4, 1);
  look.illumination = hard.illumination * random.uniform(-1, 1);
  look.illumination_angle = random.uniform(0, 2 * std::numbers::pi);
  look.vignette = 0.5 * hard.illumination * random.uniform();
  if (chance(random, hard.curtain_chance)) look.curtain = random.uniform(0.008, 0.028) * hard.rank;
  if (chance(random, hard.streak_chance)) look.streaks = random.uniform(0.5, 1.5) * hard.rank;
  look.line_noise = hard.rank * random.uniform(0.001, 0.006);
  look.blur_px = log_uniform(random, hard.blur_lo, hard.blur_hi);
  look.dose = log_uniform(random, hard.dose_lo, hard.dose_hi);
  look.readout = random.uniform(0.002, 0.008) * (1 + hard.rank);
  look.gamma = random.uniform(0.85, 1.2);
  look.gain = hard.rank == 2 ? random.uniform(0.75, 1.45) : random.uniform(0.85, 1.15);
  look.offset = random.uniform(-0.01, 0.05);
  return look;
}

void make_hopeless(Scene& scene, RandomStream& random) {
  scene.hopeless = static_cast<Hopeless>(1 + random.below(6));
  // A pellet without a layer, or without contrast to it, can still be searched for cracks.
  if (scene.kind == Kind::fracture) scene.hopeless = static_cast<Hopeless>(3 + random.below(4));
  Look& look = scene.look;
  switch (scene.hopeless) {
    case Hopeless::no_contrast:
      look.interphase = look.outside = look.electrolyte;
      look.layer_texture = look.texture;
      break;
    case Hopeless::defocused:
      look.blur_px = std::max(40.0, 0.6 * scene.thickness);  // the layer is no wider than the blur
      look.dose = 8;
      break;
    case Hopeless::saturated:
      look.gain = 7;
      break;
    case Hopeless::no_scale:  // neither header nor databar, the picture itself is fine
      scene.bar = Bar::none;
      scene.picture_rows = scene.height;
      break;
    default:
      break;
  }
  if (scene.hopeless == Hopeless::no_contrast || scene.hopeless == Hopeless::no_layer) scene.gaps.clear();
}

// A fractured pellet, or, one time in four, an intact one full of what might be taken for cracks.
void fracture_hardness(RandomStream& random, Hardness& hard) {
  const bool intact = chance(random, 0.25);
  hard.crack_lo = intact ? 0 : 1 + 0.5 * hard.rank;
  hard.crack_hi = intact ? -1 : 5 + 2 * hard.rank;
  hard.pore_hi = 12 + 1.5 * hard.pore_hi;
  hard.gap_chance = 0.5;
  hard.fade_chance = 0;
}

Outside outside_of(const Scene& scene, RandomStream& random) {
  if (scene.layer) return static_cast<Outside>(random.below(3));
  constexpr Outside kBeside[] = {Outside::cathode, Outside::cathode, Outside::vacuum, Outside::mount};
  return kBeside[random.below(4)];
}

}  // namespace

Scene make_scene(Kind kind, std::uint64_t seed, int index, const std::string& level, int width, int height) {
  Hardness hard = level == "clean" ? kClean : level == "medium" ? kMedium : kRough;
  Scene scene{};
  scene.kind = kind;
  scene.seed = seed;
  scene.stream = (kind == Kind::fracture ? "fracture/" : "sem/") + std::to_string(index) + "/" + level + "/";
  scene.level = level;
  scene.width = width;
  scene.height = height;
  RandomStream random(seed, scene.stream + "scene");
  const double scale = width / 2048.0;
  scene.bar = static_cast<Bar>(chance(random, 0.1) ? 0 : 1 + random.below(2));
  scene.picture_rows =
      scene.bar == Bar::none ? height : height - static_cast<int>(height * random.uniform(0.05, 0.085));
  scene.vendor = chance(random, 0.75) ? Vendor::zeiss : Vendor::fei;
  scene.palette = scene.vendor == Vendor::zeiss && chance(random, 0.8);
  scene.side = static_cast<Side>(random.below(4));
  const bool upright = scene.side == Side::top || scene.side == Side::bottom;
  const double extent = upright ? scene.picture_rows : width, span = upright ? width : scene.picture_rows;

  // Of the fractured pellets some carry an interphase, some show an outline, some fill the picture.
  const double extra = kind == Kind::fracture ? random.uniform() : 0;
  scene.layer = extra < 0.45;
  const bool edge = extra < 0.72;
  scene.thickness = std::min(log_uniform(random, 60, 600) * scale, 0.5 * extent);
  const double pixel = log_uniform(random, std::max(20.0, 5000 / scene.thickness), 200);
  scene.pixel_size_nm = parse_double(format_double(pixel, 4)).value();
  const double free = extent - scene.thickness;
  const double outer_depth = free * random.uniform(0.15, 0.42);
  // Below the rough level both boundaries cross the whole field.
  const double slack = std::max(5.0, std::min(outer_depth, free - outer_depth) - 40 * scale);
  const double whole = std::atan(slack / (span / 2)) / kDegree;
  const double tilt_limit = hard.rank == 2 ? hard.tilt_deg : std::min(hard.tilt_deg, whole);
  scene.tilt_deg = random.uniform(-tilt_limit, tilt_limit);
  scene.frame = make_frame(scene.side, scene.tilt_deg, width, scene.picture_rows, outer_depth);
  if (hard.rank > 0) {
    scene.frame.shear = random.uniform(-0.002, 0.002) * hard.rank;
    scene.frame.wobble = random.uniform(0, 0.6) * hard.rank;
    scene.frame.wobble_period = random.uniform(150, 700);
    scene.frame.wobble_phase = random.uniform(0, 6.28);
  }

  const double diagonal = std::hypot(width, scene.picture_rows);
  const double du = 0.25;
  const auto n = std::bit_ceil(static_cast<std::size_t>(3 * diagonal / du));
  const double u0 = -du * static_cast<double>(n / 2);
  const double form = random.uniform();  // 0.3 planar, 0.3 rough, 0.4 filamentary
  const bool rough = form >= 0.3 && form < 0.6, filamentary = scene.layer && form >= 0.6;
  const double rq = scene.thickness * (rough ? random.uniform(0.075, 0.18) : random.uniform(0.006, 0.032));
  const Roughness front_roughness{
      rq, (rough ? log_uniform(random, 4, 9) * rq : log_uniform(random, 30, 200) * scale),
      random.uniform(0.7, 0.95), 6};
  const Roughness outer_roughness{std::min(0.02 * scene.thickness, random.uniform(0.5, 4) * scale),
                                  log_uniform(random, 120, 500) * scale, random.uniform(0.8, 1.0), 8};
  scene.outer = {u0, du, self_affine(outer_roughness, n, du, seed, scene.stream + "outer")};
  if (!edge)
    for (double& v : scene.outer.v) v = -1e6;
  scene.front = {u0, du, self_affine(front_roughness, n, du, seed, scene.stream + "front")};
  const double follow = random.uniform(0, 1);  // the front remembers the surface it started from
  for (std::size_t i = 0; i < n; ++i) scene.front.v[i] += scene.thickness + follow * scene.outer.v[i];

  if (!scene.layer) scene.front = scene.outer;

  const double half_span = 0.55 * span / std::cos(scene.tilt_deg * kDegree);
  if (filamentary) add_filaments(scene, random, half_span, free - outer_depth, scale);
  scene.look = make_look(random, hard, outside_of(scene, random), scale);
  if (kind == Kind::fracture) fracture_hardness(random, hard);
  add_gaps_and_fades(scene, random, hard, half_span, scale);
  add_cracks(scene, random, hard, half_span, scale);
  add_pores(scene, random, hard, half_span, extent, scale);
  add_scratches(scene, random, hard, scale);
  if (level == "hopeless") make_hopeless(scene, random);
  return scene;
}

}  // namespace litho::sem_sample
