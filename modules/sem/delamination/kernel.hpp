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

/// Parts paths into gaps and cracks: a gap is a dark band that runs along a boundary, within 8 px and half
/// its width, and within 25 degrees of it, over at least `min_length_px`.
Delamination split_delamination(std::vector<CrackPath> paths, const Pellet& pellet, double min_length_px);

}  // namespace litho
