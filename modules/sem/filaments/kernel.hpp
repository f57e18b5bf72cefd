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
  double evidence = 0;  ///< darkness against the electrolyte round it, in standard deviations of the texture
};

struct FilamentMap {
  std::vector<Filament> filaments;  ///< by root, left to right in the upright frame
  std::vector<float>
      front_v;              ///< per upright column: the base front with straight roots; NaN where not found
  double excursion_px = 0;  ///< of the base front itself about its line: 98th percentile of |deviation|
};

/// Parts the interphase of `layers.labels` into base layer and filaments by openings of growing width; what
/// does not stand out of the picture as interphase in electrolyte does is left out. About 15 ms at 3 Mpx.
FilamentMap find_filaments(const Restored& picture, const LayerMap& layers);

}  // namespace litho
