#include <algorithm>
#include <cmath>
#include <optional>

#include "samples/sem/defects.hpp"

namespace litho::sem_sample {
namespace {

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
    const double taper = 1 - (1 - tip_share) * std::pow(t, 1.4), uneven = 1 + 0.05 * random.normal();
    strand.push_back({u, v, start.radius * taper * (i > 4 ? uneven : 1)});
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

}  // namespace

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

}  // namespace litho::sem_sample
