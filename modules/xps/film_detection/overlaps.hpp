#pragma once
#include <array>
#include <span>
#include <string>
#include <vector>

#include "modules/xps/line_detection/kernel.hpp"

namespace litho {

/// Lines of another element that may stand in a window under Al K-alpha: up to two Gaussians of one width,
/// heights free. Binding energies in eV; the Auger lines move with the photon energy.
struct OverlappingLine {
  const char* name;
  std::array<double, 2> energy_ev;  ///< second one 0 where there is only one
  double offset_ev;                 ///< looked for so far to either side: chemical state
  std::array<double, 3> fwhm_ev;
};
inline constexpr std::array<OverlappingLine, 5> kCr2pOverlaps{
    {{"Ge LMM", {581.6, 597.6}, 0.5, {2.5, 3.6, 5.0}},
     {"Cu LMM", {568.0, 0}, 0.5, {2.5, 3.6, 5.0}},
     {"Zn LMM", {573.6, 581.6}, 0.5, {2.5, 3.6, 5.0}},
     {"Te 3d", {573.0, 583.4}, 0.5, {1.2, 1.7, 2.4}},
     {"Ag 3p", {573.0, 603.8}, 0.5, {3.0, 4.0, 5.0}}}};
inline constexpr std::array<OverlappingLine, 3> kLi1sOverlaps{{{"Fe 3p", {54.3, 0}, 1.4, {2.8, 3.6, 4.6}},
                                                               {"Mg 2p", {50.6, 0}, 0.6, {1.4, 1.9, 2.6}},
                                                               {"Ge 3d", {31.2, 0}, 1.5, {1.8, 2.6, 3.6}}}};

/// The line that a spectrum asks for most beside all that `problem.background` holds: its name, empty for
/// none, and its columns. It has to be found at p < 1e-4 with `least_area` or more (counts x eV a channel's
/// width). `problem.line` is not used.
struct Stranger {
  std::string name;
  double area = 0;
  std::vector<double> columns;
};
Stranger find_stranger(std::span<const double> energy_ev, const DetectionProblem& problem,
                       std::span<const OverlappingLine> lines, double charge_shift_ev, double least_area);

/// Gaussian of unit area.
double gaussian(double energy_ev, double centre_ev, double fwhm_ev);

}  // namespace litho
