#pragma once
#include <cstdint>

#include "pipeline/core/image.hpp"

namespace litho::ridges {

/// The picture without stripes along its columns and rows (curtaining, charging): each line is divided by the
/// median, over its pixels in `region`, of grey over the mean of 33 px across. A line far outside the spread
/// of all lines' medians is brought no further than three standard deviations of it, so that a straight crack
/// along an axis stays. About 20 ms at 3 Mpx.
Image<float> without_stripes(const Image<float>& grey, const Image<std::uint8_t>& region);

}  // namespace litho::ridges
