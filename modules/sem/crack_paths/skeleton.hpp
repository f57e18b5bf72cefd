#pragma once
#include <cstdint>
#include <vector>

#include "pipeline/core/image.hpp"

namespace litho::crack_paths {

struct Pixel {
  int x, y;
};
using Chain = std::vector<Pixel>;

/// Thins a mask (0 | 1) to lines one pixel wide that keep its connections [Guo and Hall 1989,
/// doi:10.1145/62065.62074]. The outermost pixels of the image are cleared. Time goes with the mask's pixels,
/// not the image's.
void thin(Image<std::uint8_t>& mask);

/// The lines of a thinned mask, cut where three or more meet; neighbours in a chain touch. Each chain also
/// gets the meeting pixels at its ends. Sorted by their first pixel in reading order.
std::vector<Chain> cut_into_chains(const Image<std::uint8_t>& skeleton);

}  // namespace litho::crack_paths
