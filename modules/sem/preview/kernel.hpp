#pragma once
#include <cstdint>

#include "modules/sem/overlay/kernel.hpp"

namespace litho {

/// `grey` at the scale and range that draw_overlay gives it, 8 bit. `usable` (null = all) sets the range.
/// `grey` not empty, max_width_px >= 64. Cost: about 1 ns a pixel.
Image<std::uint8_t> preview(const Image<float>& grey, const Image<std::uint8_t>* usable,
                            int max_width_px = 1024);

}  // namespace litho
