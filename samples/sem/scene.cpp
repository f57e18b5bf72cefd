#include "samples/sem/scene.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numbers>
#include <optional>

#include "pipeline/core/number.hpp"
#include "pipeline/core/rng.hpp"

namespace litho::sem_sample {
namespace {

constexpr double kDegree = std::numbers::pi / 180;

// How hard a level is, 0 clean .. 2 rough, and what it allows.
struct Hardness {
  int rank;
  double tilt_deg, texture_lo, texture_hi, contrast_lo, contrast_hi, blur_lo, blur_hi, dose_lo, dose_hi;
  double illumination, crack_lo, crack_hi, pore_hi, gap_chance, fade_chance, streak_chance, curtain_chance;
};
constexpr Hardness kClean{0, 5, 0.3, 0.6, 0.42, 0.58, 0.6, 1.2, 500, 2000, 0.03, 0, 2, 6, 0.15, 0, 0, 0};
constexpr Hardness kMedium{1,   10,   0.6, 1.1, 0.48, 0.70, 0.8,  2.0, 100,
                           400, 0.15, 0,   4,   25,   0.35, 0.15, 0.2, 0.12};
constexpr Hardness kRough{2,   15,   0.9, 1.6, 0.58, 0.80, 1.0, 4.0, 25,
                          100, 0.35, 1,   8,   60,   0.45, 0.6, 0.6, 0.3};

double log_uniform(RandomStream& random, double lo, double hi) {
  return std::exp(random.uniform(std::log(lo), std::log(hi)));
}
bool chance(RandomStream& random, double p) {
  return random.uniform() < p;
}

// A path that wanders around its heading; heading 0 points along +v.
Strand wander(RandomStream& random, Bead start, double heading, double length, double step, double unrest,
              double tip_share, double pull) {
  Strand strand{start};
  double u = start.u, v = start.v, angle = heading;
  const int n = std::max(2, static_cast<int>(std::ceil(length / step)));
  for (int i = 1; i <= n; ++i) {
    angle += unrest * random.normal() - pull * angle;
    angle = std::clamp(angle, -1.25, 1.25);
    u += step * std::sin(angle);
    v += step * std::cos(angle);
    const double t = static_cast<double>(i) / n;
    strand.push_back({u, v, start.radius * (1 - (1 - tip_share) * std::pow(t, 1.4))});
  }
  return strand;
}

bool touches_front(const Curve& front, const Bead& b, double margin) {
  for (double du = -b.radius - margin; du <= b.radius + margin; du += 1)
    if (b.v - b.radius - margin < front.at(b.u + du)) return true;
  return false;
}

bool clear_of(const Strand& strand, const std::vector<Filament>& others, double margin) {
  for (const Filament& other : others)
    for (const Strand& theirs : other.strands)
      for (const Bead& a : strand)
        for (const Bead& b : theirs)
          if (std::hypot(a.u - b.u, a.v - b.v) < a.radius + b.radius + margin) return false;
  return true;
}

std::optional<Filament> grow_filament(RandomStream& random, const Curve& front, double u, double width,
                                      double depth, bool branching) {
  const double r = width / 2;
  const double base = std::min(front.at(u - r), front.at(u + r));
  const double unrest = random.uniform(0.02, 0.16), tip = random.uniform(0.35, 0.8),
               step = std::max(1.0, r / 3);
  Filament filament{u, width, {}};
  const double heading_0 = random.uniform(-0.35, 0.35);
  const Bead start{u - 0.6 * r * std::tan(heading_0), base - 0.6 * r, r};
  filament.strands.push_back(wander(random, start, heading_0, depth, step, unrest, tip, 0.03));
  const Strand stem = filament.strands.front();
  if (branching) {
    const std::uint32_t branches = 1 + random.below(3);
    for (std::uint32_t k = 0; k < branches; ++k) {
      const Bead& from =
          stem[static_cast<std::size_t>(static_cast<double>(stem.size()) * random.uniform(0.35, 0.8))];
      const double heading = (chance(random, 0.5) ? 1 : -1) * random.uniform(0.6, 1.15);
      const double length = depth * random.uniform(0.2, 0.5);
      Strand branch = wander(random, {from.u, from.v, from.radius * random.uniform(0.5, 0.8)}, heading,
                             length, step, unrest, tip, 0.0);
      filament.strands.push_back(std::move(branch));
    }
  }
  // Beyond its root a filament stays clear of the front, or its root would not be where we say.
  for (const Strand& strand : filament.strands)
    for (const Bead& b : strand)
      if (std::hypot(b.u - u, b.v - base) > 2.2 * r + 6 && touches_front(front, b, 4)) return std::nullopt;
  return filament;
}

// The base front runs straight between the two sides of a root.
void bridge(Curve& front, double u_from, double u_to) {
  const double a = front.at(u_from), b = front.at(u_to);
  for (std::size_t i = 0; i < front.v.size(); ++i) {
    const double u = front.u_at(i);
    if (u >= u_from && u <= u_to) front.v[i] = a + (b - a) * (u - u_from) / (u_to - u_from);
  }
}

void add_filaments(Scene& scene, RandomStream& random, double half_span, double room, double scale) {
  const double width_scale = log_uniform(random, 7, 26) * scale;
  const double reach = std::min(300.0 * scale, 0.75 * room);
  const bool branching = chance(random, 0.5);
  const auto wanted = 3 + random.below(22);
  std::vector<double> taken;
  for (std::uint32_t k = 0; k < 4 * wanted && scene.filaments.size() < wanted; ++k) {
    const double width =
        std::clamp(width_scale * std::exp(0.35 * random.normal()), 4.0, 40.0 * std::max(1.0, scale));
    const double depth = std::max(1.7 * width, std::min(width * log_uniform(random, 2, 14), reach));
    const double u = random.uniform(-half_span, half_span);
    const bool branch_this = branching && depth > 4 * width && chance(random, 0.6);
    if (depth > reach ||
        std::ranges::any_of(taken, [&](double other) { return std::abs(u - other) < 2.5 * width + 12; }))
      continue;
    const auto filament = grow_filament(random, scene.front, u, width, depth, branch_this);
    if (!filament || !std::ranges::all_of(filament->strands,
                                          [&](const Strand& s) { return clear_of(s, scene.filaments, 8); }))
      continue;
    taken.push_back(u);
    scene.filaments.push_back(*filament);
  }
  for (const Filament& f : scene.filaments)
    bridge(scene.front, f.root_u - f.root_width / 2, f.root_u + f.root_width / 2);
}

// Cracks run where they like below the outer boundary, with kinks, tapering to both ends.
void add_cracks(Scene& scene, RandomStream& random, const Hardness& hard, double half_span, double scale) {
  const int count = static_cast<int>(random.uniform(hard.crack_lo, hard.crack_hi + 1));
  for (int k = 0; k < count; ++k) {
    double u = random.uniform(-half_span, half_span), v = random.uniform(0, 2.2 * scene.thickness);
    double angle = chance(random, 0.5) ? 0.35 * random.normal() : random.uniform(-1.5, 1.5);
    const double length = log_uniform(random, 80, 700) * scale, step = 4;
    const double opening = std::max(1.6, log_uniform(random, 1.6, 9) * std::sqrt(scale));
    const int n = static_cast<int>(length / step);
    Strand strand;
    for (int i = 0; i <= n; ++i) {
      const double t = static_cast<double>(i) / n;
      strand.push_back({u, v, std::max(0.4, opening / 2 * std::pow(std::sin(std::numbers::pi * t), 0.4))});
      angle += 0.05 * random.normal() + (chance(random, 0.03) ? 0.5 * random.normal() : 0);
      u += step * std::sin(angle);
      v += step * std::cos(angle);
    }
    scene.cracks.push_back(std::move(strand));
  }
}

void add_pores(Scene& scene, RandomStream& random, const Hardness& hard, double half_span, double far,
               double scale) {
  const int count = static_cast<int>(random.uniform(0, hard.pore_hi));
  for (int k = 0; k < count; ++k) {
    const Pore pore{random.uniform(-half_span, half_span), random.uniform(0, far),
                    std::max(1.5, log_uniform(random, 2, 14) * scale), random.uniform(0.05, 0.3),
                    random.uniform(0, 6.28)};
    const double reach = 1.4 * pore.radius + 6;  // of its lobes, and room to the boundaries
    bool clear = pore.v - reach > scene.outer.at(pore.u);
    for (double du = -reach; du <= reach; du += 2)
      clear = clear && std::abs(pore.v - scene.front.at(pore.u + du)) > reach &&
              pore.v - reach > scene.outer.at(pore.u + du);
    if (clear) scene.pores.push_back(pore);
  }
}

void add_gaps_and_fades(Scene& scene, RandomStream& random, const Hardness& hard, double half_span,
                        double scale) {
  if (chance(random, hard.gap_chance)) {
    const bool at_front = scene.filaments.empty() && chance(random, 0.4);
    const double length = half_span * random.uniform(0.15, 0.9),
                 u0 = random.uniform(-half_span, half_span - length);
    scene.gaps.push_back({at_front, u0, u0 + length, std::max(3.0, log_uniform(random, 3, 22) * scale)});
  }
  if (chance(random, hard.fade_chance)) {
    const double length = half_span * random.uniform(0.08, 0.35),
                 u0 = random.uniform(-half_span, half_span - length);
    scene.fades.push_back(
        {chance(random, 0.8), u0, u0 + length, scene.thickness * random.uniform(0.15, 0.45)});
  }
}

Look make_look(RandomStream& random, const Hardness& hard, double scale) {
  Look look{};
  look.electrolyte = random.uniform(0.5, 0.68);
  look.interphase = look.electrolyte * random.uniform(hard.contrast_lo, hard.contrast_hi);
  look.outside_kind = static_cast<Outside>(random.below(3));
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

}  // namespace

Scene make_scene(std::uint64_t seed, int index, const std::string& level, int width, int height) {
  const Hardness& hard = level == "clean" ? kClean : level == "medium" ? kMedium : kRough;
  Scene scene{};
  scene.seed = seed;
  scene.stream = "sem/" + std::to_string(index) + "/" + level + "/";
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
  const double kind = random.uniform();  // 0.3 planar, 0.3 rough, 0.4 filamentary
  const bool rough = kind >= 0.3 && kind < 0.6, filamentary = kind >= 0.6;
  const double rq = scene.thickness * (rough ? random.uniform(0.075, 0.18) : random.uniform(0.006, 0.032));
  const Roughness front_roughness{
      rq, (rough ? log_uniform(random, 4, 9) * rq : log_uniform(random, 30, 200) * scale),
      random.uniform(0.7, 0.95), 6};
  const Roughness outer_roughness{std::min(0.02 * scene.thickness, random.uniform(0.5, 4) * scale),
                                  log_uniform(random, 120, 500) * scale, random.uniform(0.8, 1.0), 8};
  scene.outer = {u0, du, self_affine(outer_roughness, n, du, seed, scene.stream + "outer")};
  scene.front = {u0, du, self_affine(front_roughness, n, du, seed, scene.stream + "front")};
  const double follow = random.uniform(0, 1);  // the front remembers the surface it started from
  for (std::size_t i = 0; i < n; ++i) scene.front.v[i] += scene.thickness + follow * scene.outer.v[i];

  const double half_span = 0.55 * span / std::cos(scene.tilt_deg * kDegree);
  if (filamentary) add_filaments(scene, random, half_span, free - outer_depth, scale);
  add_cracks(scene, random, hard, half_span, scale);
  add_pores(scene, random, hard, half_span, extent, scale);
  add_gaps_and_fades(scene, random, hard, half_span, scale);
  scene.look = make_look(random, hard, scale);
  if (level == "hopeless") make_hopeless(scene, random);
  return scene;
}

}  // namespace litho::sem_sample
