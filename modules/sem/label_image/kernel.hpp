#pragma once
#include <cstdint>
#include <vector>

#include "modules/io/picture/kernel.hpp"
#include "pipeline/core/image.hpp"

namespace litho {

/// Colour of each label value, 0..6.
const std::vector<Rgb8>& label_palette();

/// Label OME-TIFF of `labels` with palette and pixel size, 0 where `usable` is 0. Images of one size (asserted).
std::vector<std::uint8_t> label_tiff(const Image<std::uint8_t>& labels, const Image<std::uint8_t>& usable,
                                     double pixel_size_nm);

}  // namespace litho
