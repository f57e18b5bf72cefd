#pragma once
#include "samples/sem/hardness.hpp"
#include "samples/sem/scene.hpp"

namespace litho::sem_sample {

/// Filaments rooted on the front between +-`half_span`, no deeper than `room` allows; the front is bridged
/// under their roots.
void add_filaments(Scene& scene, RandomStream& random, double half_span, double room, double scale);
/// Pores clear of the boundaries, down to v = `far`.
void add_pores(Scene& scene, RandomStream& random, const Hardness& hard, double half_span, double far,
               double scale);
/// Delamination along either boundary, and stretches along which one fades.
void add_gaps_and_fades(Scene& scene, RandomStream& random, const Hardness& hard, double half_span,
                        double scale);
void add_scratches(Scene& scene, RandomStream& random, const Hardness& hard, double scale);

}  // namespace litho::sem_sample
