#pragma once
#include <cmath>

#include "pipeline/core/rng.hpp"

namespace litho::sem_sample {

/// How hard a level is, 0 clean .. 2 rough, and what it allows.
struct Hardness {
  int rank;
  double tilt_deg, texture_lo, texture_hi, contrast_lo, contrast_hi, blur_lo, blur_hi, dose_lo, dose_hi;
  double illumination, crack_lo, crack_hi, pore_hi, gap_chance, fade_chance, streak_chance, curtain_chance;
};

inline double log_uniform(RandomStream& random, double lo, double hi) {
  return std::exp(random.uniform(std::log(lo), std::log(hi)));
}
inline bool chance(RandomStream& random, double p) {
  return random.uniform() < p;
}

}  // namespace litho::sem_sample
