#pragma once
#include <cstdint>

#include "modules/sem/layers/kernel.hpp"
#include "modules/sem/restore/kernel.hpp"

namespace litho::learned {

struct Voids {
  Image<std::uint8_t> left;  ///< 1: left out (image orientation)
  bool split = false;  ///< a dark band away from both boundaries ended the layer: another reading is near
};

/// A void that lies at a boundary belongs to no layer: the outer boundary moves to its lower, the front to
/// its upper edge. Void: darker than two fifths of the way from the darkest grey round the layer to the
/// layer's median, wider than `least_px` both ways (cracks are not), no deeper than half of the layer. A dark
/// band along most of the layer ends it: the thicker part is kept. O(pixels).
Voids leave_voids(const Image<float>& grey, const Image<std::uint8_t>& usable, double noise_sd,
                  double least_px, LayerMap& map);

}  // namespace litho::learned
