#pragma once
#include <string>

#include "modules/sem/overlay/kernel.hpp"
#include "modules/sem/thickness/kernel.hpp"

namespace litho {

/// What one micrograph's measurement gave; everything outlives the scene made of it.
struct InterphasePicture {
  const Image<float>& grey;
  const Image<std::uint8_t>& usable;
  double pixel_size_nm;
  std::string title;
  const LayerMap& layers;
  const FilamentMap& filaments;
  const BoundaryPair& boundaries;
  const Interphase& interphase;
};

OverlayScene interphase_scene(const InterphasePicture& picture);

/// "thickness 43.1 µm (42.8 to 43.4)", one line a figure; what was not measured is left out.
std::vector<std::string> figure_lines(const InterphaseFigures& figures);

}  // namespace litho
