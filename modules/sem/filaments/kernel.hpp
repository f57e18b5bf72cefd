#pragma once
#include <cstdint>
#include <vector>

#include "modules/sem/frame/kernel.hpp"
#include "modules/sem/layers/kernel.hpp"
#include "pipeline/core/image.hpp"

namespace litho {

/// A protrusion of interphase rooted on the base front and deeper than it is wide; branches belong to their
/// root.
struct Filament {
  PointPx root_left, root_right;  ///< image coordinates; the base front runs straight between them
  PointPx tip;                    ///< farthest from the base front
  double depth_px = 0;            ///< along the base front's normal
  double root_width_px = 0;
  double area_px = 0;
  double probability = 0;  ///< that it is none of the electrolyte's own dark lines
};

struct FilamentMap {
  std::vector<Filament> filaments;  ///< by root, left to right in the upright frame
  double any = 0;  ///< probability that more stand at the front than the electrolyte's texture puts there
  std::vector<float>
      front_v;  ///< per upright column: the base front with straight roots; NaN where not found
  Image<std::uint8_t> labels;  ///< those of the layers; beyond the base front interphase is filaments only
};

/// Finds filaments as chains of evidence that start at the base front, weighs them against chains found alike
/// at lines through the electrolyte, and draws the base front straight under their roots. About 50 ms at
/// 3 Mpx.
FilamentMap find_filaments(const Restored& picture, const LayerMap& layers);

}  // namespace litho
