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

constexpr Hardness kClean{0, 5, 0.3, 0.6, 0.45, 0.60, 0.6, 1.2, 500, 2000, 0.03, 0, 2, 6, 0.15, 0, 0, 0};
constexpr Hardness kMedium{1,   10,   0.6, 1.1, 0.48, 0.70, 0.8,  2.0, 100,
                           400, 0.15, 0,   4,   25,   0.35, 0.15, 0.2, 0.12};
constexpr Hardness kRough{2,   15,   0.9, 1.6, 0.58, 0.80, 1.0, 4.0, 25,
                          100, 0.35, 1,   8,   60,   0.45, 0.6, 0.6, 0.3};

Look make_look(RandomStream& specimen, RandomStream& field, const Hardness& hard, Kind kind, Outside outside,
               double scale) {
  Look look{};
  look.electrolyte = specimen.uniform(0.5, 0.68);
  look.interphase = look.electrolyte * specimen.uniform(hard.contrast_lo, hard.contrast_hi);
  look.outside_kind = outside;
  const double gap_to_layer = hard.rank == 0 ? 0.10 : hard.rank == 1 ? 0.07 : 0.04;
  const double darker = std::max(0.04, look.interphase - gap_to_layer - specimen.uniform(0, 0.14)),
               brighter = look.interphase + gap_to_layer + specimen.uniform(0, 0.25);
  switch (look.outside_kind) {
    case Outside::vacuum:
      look.outside = specimen.uniform(0.02, 0.07);
      break;
    case Outside::lithium:  // dark where clean, bright where it has reacted
      look.outside = chance(specimen, 0.6) ? darker : brighter;
      break;
    case Outside::mount:
      look.outside = brighter;
      break;
    case Outside::cathode:  // of the binder; its particles are brighter than the pellet
      look.outside = look.electrolyte * specimen.uniform(0.32, 0.5);
      break;
  }
  look.texture = specimen.uniform(hard.texture_lo, hard.texture_hi);
  look.layer_texture = look.texture * specimen.uniform(0.25, 0.7);
  look.edge = specimen.uniform(0.3, 0.8) * (0.6 + 0.3 * hard.rank);
  look.grain_px = log_uniform(specimen, 9, 34) * scale;
  look.facet_px = look.grain_px * specimen.uniform(3.5, 7);
  look.rivers = specimen.uniform(0, 1);
  look.fine = specimen.uniform(0.4, 1);
  look.rim = specimen.uniform(0.04, 0.22) * (1 + 0.4 * hard.rank);
  look.rim_px = specimen.uniform(1.5, 4);
  look.shadow = specimen.uniform(0, 0.18) * (1 + 0.4 * hard.rank);
  if (chance(field, kind == Kind::fracture ? 0.5 : 0.25 * hard.rank))
    look.debris = static_cast<int>(field.below(40));
  look.illumination = hard.illumination * field.uniform(-1, 1);
  look.illumination_angle = field.uniform(0, 2 * std::numbers::pi);
  look.vignette = 0.5 * hard.illumination * field.uniform();
  if (chance(field, hard.curtain_chance)) look.curtain = field.uniform(0.008, 0.028) * hard.rank;
  if (chance(field, hard.streak_chance)) look.streaks = field.uniform(0.5, 1.5) * hard.rank;
  if (chance(field, 0.18 * hard.rank)) look.charging = field.uniform(0.05, 0.2) * hard.rank;
  look.line_noise = hard.rank * field.uniform(0.001, 0.006);
  look.blur_px = log_uniform(field, hard.blur_lo, hard.blur_hi);
  look.dose = log_uniform(field, hard.dose_lo, hard.dose_hi);
  look.readout = field.uniform(0.002, 0.008) * (1 + hard.rank);
  look.gamma = field.uniform(0.85, 1.2);
  look.gain = hard.rank == 2 ? field.uniform(0.75, 1.45) : field.uniform(0.85, 1.15);
  look.offset = field.uniform(-0.01, 0.05);
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

// Who made the picture, and what of it is databar.
void choose_microscope(Scene& scene, RandomStream& random) {
  const double maker = random.uniform(), rows = random.uniform(0.05, 0.085);
  const bool light = chance(random, 0.6), bare = chance(random, 0.15);
  scene.vendor = maker < 0.4    ? Vendor::zeiss
                 : maker < 0.6  ? Vendor::fei
                 : maker < 0.75 ? Vendor::tescan
                 : maker < 0.9  ? Vendor::jeol
                                : Vendor::hitachi;
  scene.picture_rows = scene.height - static_cast<int>(scene.height * rows);
  scene.bar = Bar::black;
  if (scene.vendor == Vendor::zeiss && light) scene.bar = Bar::white;
  if (scene.vendor == Vendor::tescan) {  // scans frames of fixed ratios, here 3:2, above its strip
    const int frame = static_cast<int>(std::lround(scene.width * 2 / 3.0));
    if (frame > 0.8 * scene.height && frame < 0.97 * scene.height)
      scene.picture_rows = frame, scene.bar = Bar::grey;
    else
      scene.vendor = Vendor::fei;
  }
  if (bare && (scene.vendor == Vendor::zeiss || scene.vendor == Vendor::fei))
    scene.bar = Bar::none, scene.picture_rows = scene.height;
  scene.palette = (scene.vendor == Vendor::zeiss && light) || scene.vendor == Vendor::jeol;
}

}  // namespace

Scene make_scene(Kind kind, std::uint64_t seed, int index, const std::string& level, int width, int height,
                 int fields) {
  Hardness hard = level == "clean" ? kClean : level == "medium" ? kMedium : kRough;
  Scene scene{};
  scene.kind = kind;
  scene.seed = seed;
  const std::string family = kind == Kind::fracture ? "fracture/" : "sem/";
  scene.stream = family + std::to_string(index) + "/" + level + "/";
  scene.level = level;
  scene.width = width;
  scene.height = height;
  RandomStream specimen(seed, family + std::to_string(index / fields) + "/" + level + "/specimen");
  RandomStream field(seed, scene.stream + "scene");
  const double scale = width / 2048.0;
  choose_microscope(scene, specimen);
  scene.side = static_cast<Side>(specimen.below(4));
  const bool upright = scene.side == Side::top || scene.side == Side::bottom;
  const double extent = upright ? scene.picture_rows : width, span = upright ? width : scene.picture_rows;

  // Of the fractured pellets some carry an interphase, some show an outline, some fill the picture.
  const double extra = kind == Kind::fracture ? specimen.uniform() : 0;
  scene.layer = extra < 0.45;
  const bool edge = extra < 0.72;
  scene.thickness = std::min(log_uniform(specimen, 60, 600) * scale, 0.5 * extent);
  const double pixel = log_uniform(specimen, std::max(20.0, 5000 / scene.thickness), 200);
  // Four digits, as headers have them: of the pixel, or of the field's width.
  const double stated = scene.vendor == Vendor::jeol ? scene.width : 1;
  scene.pixel_size_nm = parse_double(format_double(pixel * stated, 4)).value() / stated;
  const double form = specimen.uniform();  // 0.3 planar, 0.3 rough, 0.4 filamentary
  const bool rough = form >= 0.3 && form < 0.6, filamentary = scene.layer && form >= 0.6;
  const double rq =
      scene.thickness * (rough ? specimen.uniform(0.075, 0.18) : specimen.uniform(0.006, 0.032));
  scene.roughness = {rq, rough ? log_uniform(specimen, 4, 9) * rq : log_uniform(specimen, 30, 200) * scale,
                     specimen.uniform(0.7, 0.95), 6};
  const Roughness outer_roughness{std::min(0.02 * scene.thickness, specimen.uniform(0.5, 4) * scale),
                                  log_uniform(specimen, 120, 500) * scale, specimen.uniform(0.8, 1.0), 8};
  const double follow = specimen.uniform(0, 1);  // the front remembers the surface it started from
  if (chance(specimen, 0.25)) scene.drift = scene.thickness * specimen.uniform(0.01, 0.04);
  const double drift_wave = span * specimen.uniform(1.5, 6);
  const Outside outside = outside_of(scene, specimen);
  scene.look = make_look(specimen, field, hard, kind, outside, scale);

  const double free = extent - scene.thickness;
  const double outer_depth = free * field.uniform(0.15, 0.42);
  // Below the rough level both boundaries cross the whole field.
  const double slack = std::max(5.0, std::min(outer_depth, free - outer_depth) - 40 * scale);
  const double whole = std::atan(slack / (span / 2)) / kDegree;
  const double tilt_limit = hard.rank == 2 ? hard.tilt_deg : std::min(hard.tilt_deg, whole);
  scene.tilt_deg = field.uniform(-tilt_limit, tilt_limit);
  scene.frame = make_frame(scene.side, scene.tilt_deg, width, scene.picture_rows, outer_depth);
  if (hard.rank > 0) {
    scene.frame.shear = field.uniform(-0.002, 0.002) * hard.rank;
    scene.frame.wobble = field.uniform(0, 0.6) * hard.rank;
    scene.frame.wobble_period = field.uniform(150, 700);
    scene.frame.wobble_phase = field.uniform(0, 6.28);
  }

  const double diagonal = std::hypot(width, scene.picture_rows);
  const double du = 0.25;
  const auto n = std::bit_ceil(static_cast<std::size_t>(3 * diagonal / du));
  const double u0 = -du * static_cast<double>(n / 2);
  scene.outer = {u0, du, self_affine(outer_roughness, n, du, seed, scene.stream + "outer")};
  if (!edge)
    for (double& v : scene.outer.v) v = -1e6;
  scene.front = scene.outer;
  if (scene.layer) {
    scene.front.v = self_affine(scene.roughness, n, du, seed, scene.stream + "front");
    const double phase = field.uniform(0, 2 * std::numbers::pi);
    for (std::size_t i = 0; i < n; ++i)
      scene.front.v[i] += scene.thickness + follow * scene.outer.v[i] +
                          scene.drift * std::numbers::sqrt2 *
                              std::cos(2 * std::numbers::pi * scene.front.u_at(i) / drift_wave + phase);
  }

  const double half_span = 0.55 * span / std::cos(scene.tilt_deg * kDegree);
  if (filamentary) add_filaments(scene, field, half_span, free - outer_depth, scale);
  if (kind == Kind::fracture) fracture_hardness(field, hard);
  add_gaps_and_fades(scene, field, hard, half_span, scale);
  add_cracks(scene, field, hard, half_span, scale);
  add_pores(scene, field, hard, half_span, extent, scale);
  add_scratches(scene, field, hard, scale);
  if (level == "hopeless") make_hopeless(scene, field);
  return scene;
}

}  // namespace litho::sem_sample
