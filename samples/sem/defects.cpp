#include "samples/sem/defects.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace litho::sem_sample {

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
  const bool vacuum = scene.look.outside_kind == Outside::vacuum;  // nothing to come off from
  const bool front = scene.layer && scene.filaments.empty();
  if ((front || !vacuum) && scene.outer.at(0) > -1e5 && chance(random, hard.gap_chance)) {
    const bool at_front = front && (vacuum || chance(random, 0.45));
    const int gaps = scene.kind == Kind::fracture ? 1 + static_cast<int>(random.below(2)) : 1;
    double from = -half_span;
    for (int k = 0; k < gaps; ++k) {
      const double room = (half_span - from) / (gaps - k), length = room * random.uniform(0.15, 0.9);
      const double u0 = from + random.uniform() * (room - length);
      const double widest = scene.kind == Kind::fracture ? 30 : 22;
      scene.gaps.push_back({at_front, u0, u0 + length, std::max(2.0, log_uniform(random, 2, widest) * scale),
                            random.uniform(25, 160), random.uniform(0, 6.28)});
      from = u0 + length + 20;
    }
  }
  if (chance(random, hard.fade_chance)) {
    const double length = half_span * random.uniform(0.08, 0.35),
                 u0 = random.uniform(-half_span, half_span - length);
    scene.fades.push_back(
        {chance(random, 0.8), u0, u0 + length, scene.thickness * random.uniform(0.15, 0.45)});
  }
}

void add_scratches(Scene& scene, RandomStream& random, const Hardness& hard, double scale) {
  if (!chance(random, scene.kind == Kind::fracture ? 0.5 : 0.1 * hard.rank)) return;
  const double heading = random.uniform(0, std::numbers::pi);
  const auto count = 1 + random.below(scene.kind == Kind::fracture ? 6 : 3);
  for (std::uint32_t k = 0; k < count; ++k) {
    const double angle = heading + 0.12 * random.normal(), length = log_uniform(random, 200, 2500) * scale;
    const PointPx from{random.uniform() * scene.width, random.uniform() * scene.picture_rows};
    scene.scratches.push_back({from,
                               {from.x + length * std::cos(angle), from.y + length * std::sin(angle)},
                               random.uniform(0.8, 2.2),
                               random.uniform(0.15, 0.5)});
  }
}

}  // namespace litho::sem_sample
