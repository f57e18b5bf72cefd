#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "modules/sem/crack_network/kernel.hpp"
#include "modules/sem/delamination/kernel.hpp"
#include "modules/sem/pellet/kernel.hpp"
#include "pipeline/core/image.hpp"

namespace litho {

/// cracks/<image>.tif: 0 none, 1 crack, 2 its centreline; 8 bit with a palette.
std::vector<std::uint8_t> crack_tiff(const CrackNetwork& network, double pixel_size_nm);

/// labels/<image>.tif of a fracture run: the pellet's labels with 4 crack and 6 gap.
Image<std::uint8_t> fracture_labels(const Pellet& pellet, const CrackNetwork& network, const Delamination& delamination);

/// FeatureCollection of one LineString a crack and a gap, coordinates in px (origin top left, pixel centres at +0.5, y
/// down), properties: class (crack | gap), crack (number in cracks.csv), length_um, opening_um (one a vertex).
std::string cracks_geojson(const CrackNetwork& network, const Delamination& delamination, double pixel_size_nm);

}  // namespace litho
