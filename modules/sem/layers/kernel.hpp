#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "modules/sem/frame/kernel.hpp"
#include "modules/sem/restore/kernel.hpp"
#include "modules/sem/trace/kernel.hpp"
#include "pipeline/core/image.hpp"
#include "pipeline/core/result.hpp"

namespace litho {

struct LayerOptions {
  std::optional<Side> side;  ///< where the outside lies, if the sheet says so; else found
};

/// Smooth multiplicative illumination over the upright frame, 1 in the middle of the picture on average:
/// exp(a x + b y + c x^2 + d x y + e y^2), x and y from -1 to 1 across the picture.
struct Shade {
  std::array<double, 5> coefficients{};
  double at(double x, double y) const;
};

/// How a region looks after division by the shade: robust mean and spread of one pixel.
struct Appearance {
  double mean = 0;
  double sd = 0;
};

/// A gap along a boundary, per upright column: v of the layer's edge and of the gap's far wall, to a
/// fraction; NaN where there is none.
struct GapEdges {
  std::vector<float> edge, far;
};

struct LayerMap {
  Frame frame;
  bool side_given = false;
  bool by_edges = false;       ///< greys did not tell the regions apart: edges or a model did
  double tilt_deg = 0;         ///< first estimate; the measured one comes from the refined outer boundary
  Image<std::uint8_t> labels;  ///< Label values, in the image's own orientation
  std::vector<float>
      outer_v;  ///< per column u of the upright frame (at u + 0.5): v of the outer boundary; NaN: not found
  std::vector<float> front_v;     ///< the base front, single valued, without filaments
  GapEdges outer_gap, front_gap;  ///< outer_v and front_v lie on their `edge`
  std::vector<float> split;       ///< per column: grey, without shade, midway between both sides of the front
  Appearance outside, interphase, electrolyte;
  Shade shade;                            ///< over the image's own orientation
  double cnr = 0;                         ///< |electrolyte - interphase| / noise of one pixel
  Ground ground;                          ///< what both boundaries were traced in
  TraceSetup front_setup;                 ///< and how the front was
  double outer_u_px = 0, front_u_px = 0;  ///< standard uncertainty of each boundary's mean place from texture
  std::vector<double> texture;            ///< of the electrolyte beside the front: Trace::patch_below
  Flags flags;
};

/// A gap along a boundary belongs to neither side: the outer boundary moves to its lower, the front to its
/// upper edge where the gap lies within 6 px of them.
void leave_gaps(const Image<std::uint8_t>& labels, const Frame& frame, std::vector<float>& outer_v,
                std::vector<float>& front_v);

/// Finds outside | interphase | electrolyte: pairs of steps over sides and tilts start per-image appearance
/// models; a two-boundary dynamic programme on the likelihoods and the appearance (with smooth shade) are
/// then refined in turn at reduced resolution [Li et al., doi:10.1109/TPAMI.2006.19 for the coupled
/// surfaces]; full-resolution labels let the front re-enter. The interphase is darker than the electrolyte;
/// the outside may be darker or brighter than either. Errors: sem.no_layer, sem.low_contrast. Flags:
/// sem.ambiguous, sem.low_contrast. About 75 ms at 3 Mpx; 3 bytes a pixel. Where levels tell nothing, edges
/// alone are followed (LayerMap::by_edges).
Result<LayerMap> find_layers(const Restored& picture, const Image<std::uint8_t>& usable,
                             const LayerOptions& options);

}  // namespace litho
