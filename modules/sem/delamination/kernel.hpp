#pragma once
#include <vector>

#include "modules/sem/crack_paths/kernel.hpp"
#include "modules/sem/pellet/kernel.hpp"

namespace litho {

enum class GapPlace { outer, front };

struct Gap {
  GapPlace place;
  CrackPath path;
};

struct Delamination {
  std::vector<Gap> gaps;
  std::vector<CrackPath> cracks;  ///< what is left of the paths
  double boundary_px = 0;         ///< length of both boundaries in the field
};

struct GapScene {
  double void_grey = 0, blur_px = 1;  ///< as CrackPaths tells them
};

/// Gaps: dark slots along a boundary over at least `min_length_px` (slots.hpp); one that both boundaries see
/// belongs to the nearer. A gap's path is its middle with the opening as the width of its valleys. Paths lose
/// what lies in a gap or outside of the pellet; what is left of them stays a crack.
Delamination find_delamination(const Image<float>& grey, const std::vector<CrackPath>& paths,
                               const Pellet& pellet, const GapScene& scene, double min_length_px);

}  // namespace litho
