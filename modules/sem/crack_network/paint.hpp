#pragma once
#include <cstdint>
#include <vector>

#include "modules/sem/crack_network/kernel.hpp"

namespace litho::crack_network {

/// 1 where a pixel's centre lies within half the opening of a crack's middle line, 2 on the line itself.
Image<std::uint8_t> paint_cracks(const std::vector<CrackLine>& cracks, int width, int height);

/// Sets `value` within half the width, at least half a pixel, of each piece of the line.
void paint_band(const Polyline& line, const std::vector<float>& width_px, std::uint8_t value,
                Image<std::uint8_t>& image);

}  // namespace litho::crack_network
