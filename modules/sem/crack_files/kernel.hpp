#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "modules/sem/crack_network/kernel.hpp"
#include "modules/sem/delamination/kernel.hpp"
#include "modules/sem/pellet/kernel.hpp"
#include "pipeline/core/image.hpp"
#include "pipeline/core/result.hpp"

namespace litho {

/// cracks/<image>.tif: 0 none, 1 crack, 2 its centreline; 8-bit OME-TIFF with a palette and the pixel size.
std::vector<std::uint8_t> crack_tiff(const CrackNetwork& network, double pixel_size_nm);

/// labels/<image>.tif of a fracture run: the pellet's labels with 4 crack and 6 gap.
Image<std::uint8_t> fracture_labels(const Pellet& pellet, const CrackNetwork& network,
                                    const Delamination& delamination);

/// FeatureCollection of one LineString a crack and a gap, coordinates in px (origin top left, pixel centres
/// at +0.5, y down), properties: class (crack | gap), crack (number in cracks.csv), length_um, opening_um
/// (one a vertex).
std::string cracks_geojson(const CrackNetwork& network, const Delamination& delamination,
                           double pixel_size_nm);

/// One ImageJ region file: a polyline with sub-pixel vertices. ImageJ counts the vertices of lines from pixel
/// centres, so they are 0.5 px less than here.
std::vector<std::uint8_t> imagej_polyline(const Polyline& line, const std::string& name);

/// cracks/<image>_RoiSet.zip: every crack and gap as an ImageJ region. The same network gives the same bytes:
/// no date. Errors: crack_files.zip.
Result<std::vector<std::uint8_t>> roi_set_zip(const CrackNetwork& network, const Delamination& delamination);

}  // namespace litho
