#pragma once
#include <string>
#include <vector>

#include "samples/xps/film.hpp"

namespace litho::xps_sample {

/// One measured region: binding energies fall along the scan as instruments store them.
struct Region {
  std::string name;
  std::vector<double> binding_ev;
  std::vector<double> counts;
  int sweeps = 1;
};

/// Cr 2p, Li 1s (with Cr 3p), C 1s and O 1s of a film, bare or plated; of a bilayer Al 2s too.
std::vector<Region> draw_regions(const Film& film, bool plated, std::uint64_t seed, int index);

/// Standard deviation of the plated film's Cr 2p ratio by Fisher's information: shape known but for its oxide
/// share, on a free cubic and step. No unbiased estimate scatters less.
double cr2p_ratio_sd(const Film& film, std::uint64_t seed, int index);

}  // namespace litho::xps_sample
