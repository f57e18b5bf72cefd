#pragma once
#include <vector>

#include "modules/sem/filaments/kernel.hpp"
#include "modules/sem/layers/kernel.hpp"
#include "modules/sem/restore/kernel.hpp"
#include "pipeline/core/image.hpp"
#include "pipeline/core/result.hpp"

namespace litho {

/// One boundary of the layer, one point a column of the upright frame, left to right.
struct Boundary {
  std::vector<PointPx> points;      ///< image coordinates, sub-pixel
  std::vector<std::uint8_t> found;  ///< 0 = not in the field; 1 = seen; 2 = straight under a root
  double blur_px = 0;  ///< standard deviation of the edge's Gaussian blur, median over the boundary
  double step_share =
      1;            ///< step between the normals' ends / step between the phases: small where all is blurred
  double u_px = 0;  ///< standard uncertainty of one point from noise (median)
  double rim_u_px = 0;  ///< standard uncertainty of all of it from a bright rim that may or may not be there
  double correlation_px = 1;  ///< length over which location errors are shared
};

struct BoundaryPair {
  Frame frame;
  Boundary outer, front;
  double segmentation_px = 0;  ///< standard uncertainty of the mean layer from where the labels are drawn:
                               ///< from blur, a rim that may be there, and
                               ///< what its spikes move it
  Flags flags;                 ///< sem.blurred
};

/// Moves both boundaries to the middle of a blurred two-sided step a + b erf((n - n0) / (sqrt 2 s)) fitted
/// along their normals. Errors: sem.no_layer (fewer than a tenth of the columns found), sem.blurred (edges
/// wider than can be measured). About 30 ms at 3 Mpx.
Result<BoundaryPair> refine_boundaries(const Restored& picture, const Image<std::uint8_t>& usable,
                                       const LayerMap& layers, const FilamentMap& filaments);

}  // namespace litho
