#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "modules/io/picture/kernel.hpp"
#include "pipeline/core/image.hpp"

namespace litho {

/// Colour of each label value, 0..6.
const std::vector<Rgb8>& label_palette();

/// OME-XML 2016-06 of one 8-bit plane, for a TIFF's description; sizes without a unit are in um. `name` is
/// plain text without markup.
std::string ome_xml(const std::string& name, int width, int height, double pixel_size_nm);

/// Label OME-TIFF of `labels` with palette and pixel size, 0 where `usable` is 0. Images of one size
/// (asserted).
std::vector<std::uint8_t> label_tiff(const Image<std::uint8_t>& labels, const Image<std::uint8_t>& usable,
                                     double pixel_size_nm);

}  // namespace litho
