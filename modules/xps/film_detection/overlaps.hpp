#pragma once
#include <array>
#include <span>

namespace litho {

/// Lines of other elements that may stand in the Cr 2p window under Al K-alpha: up to two Gaussians of one
/// width, heights free. Binding energies in eV; the Auger lines move with the photon energy.
struct OverlappingLine {
  const char* element;
  const char* name;
  std::array<double, 2> energy_ev;  ///< second one 0 where there is only one
  std::array<double, 3> fwhm_ev;
};
inline constexpr std::array<OverlappingLine, 5> kCr2pOverlaps{
    {{"Ge", "Ge LMM", {581.6, 597.6}, {2.5, 3.6, 5.0}},
     {"Cu", "Cu LMM", {568.0, 0}, {2.5, 3.6, 5.0}},
     {"Zn", "Zn LMM", {573.6, 581.6}, {2.5, 3.6, 5.0}},
     {"Te", "Te 3d", {573.0, 583.4}, {1.2, 1.7, 2.4}},
     {"Ag", "Ag 3p", {573.0, 603.8}, {3.0, 4.0, 5.0}}}};

}  // namespace litho
