#pragma once
#include <string>
#include <vector>

#include "modules/xps/film_detection/measure.hpp"
#include "pipeline/core/rng.hpp"

namespace litho {

/// A plated film as the benchmark draws it, with the truth. The shapes are its own: Gaussian-Lorentzian sums,
/// losses by a plasmon and an exponential, slow waves below.
struct SceneOptions {
  double open_fraction = 0;
  double lithium_nm = 0;  ///< on the rest; 0 = none anywhere
  int sweeps = 10;
  double shift_ev = 0;       ///< charge of the plated spectra
  double departure = 0.003;  ///< of the background
  double oxide = 0.4, plated_oxide = 0.4;
  double gain_u = 0.02, length_u = 0.12;
  double germanium = 0;  ///< Ge LMM over bare Cr 2p, by area
};
struct CoverageScene {
  FilmSpectra spectra;
  double cr_ratio = 0;  ///< gain included
  double cr_rate = 0;   ///< bare Cr 2p, counts x eV a second
};
CoverageScene draw_scene(const SceneOptions& options, RandomStream& random);

/// Counts of variance dispersion x mean.
double quasi_poisson(RandomStream& random, double mean, double dispersion);
std::vector<double> energies(double from, double to, double step);

}  // namespace litho
