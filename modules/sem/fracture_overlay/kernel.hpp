#pragma once
#include <string>
#include <vector>

#include "modules/sem/fracture_statistics/kernel.hpp"
#include "modules/sem/overlay/kernel.hpp"

namespace litho {

/// What one micrograph's measurement gave; everything outlives the scene made of it.
struct FracturePicture {
  const Image<float>& grey;
  const Image<std::uint8_t>& usable;
  double pixel_size_nm;
  std::string title;
  const Pellet& pellet;
  const Delamination& delamination;
  const CrackNetwork& network;
  const Fracture& fracture;
};

/// Cracks in five colours by opening (octaves of 2 px), gaps and boundaries.
OverlayScene fracture_scene(const FracturePicture& picture);

/// "crack density 0.012 1/um (95 %: ...)", one line a figure; what was not measured is left out.
std::vector<std::string> fracture_lines(const FractureFigures& figures);

/// Rose of the cracks' directions (18 bins of 10 degrees over the half circle, area goes with length, 0 =
/// along the reference) and histogram of openings over length, side by side as SVG. No text depends on fonts'
/// widths.
std::string fracture_charts_svg(const CrackNetwork& network, double reference_deg, double pixel_size_nm);

/// The numbers of both charts as CSV: chart (rose|opening), from, to (degrees, um), length_um.
std::string fracture_charts_csv(const CrackNetwork& network, double reference_deg, double pixel_size_nm);

/// Length in each of 18 bins of 10 degrees from -90, px.
std::vector<double> rose_bins(const CrackNetwork& network, double reference_deg);

}  // namespace litho
