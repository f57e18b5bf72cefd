#pragma once
#include <cstdint>

#include "modules/sem/layers/kernel.hpp"
#include "modules/sem/restore/kernel.hpp"

namespace litho::learned {

/// A void that lies at a boundary belongs to no layer: the outer boundary moves to its lower, the front to
/// its upper edge. Void: darker than two fifths of the way from the darkest grey round the layer to the
/// layer's median, wider than `least_px` both ways (cracks are not), no deeper than half of the layer. A dark
/// band along most of the layer counts as lying at the boundary nearer to it. Returns the voids left out
/// (image orientation). O(pixels).
Image<std::uint8_t> leave_voids(const Image<float>& grey, const Image<std::uint8_t>& usable, double noise_sd,
                                double least_px, LayerMap& map);

}  // namespace litho::learned
