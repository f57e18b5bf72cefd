#pragma once
#include <optional>
#include <string>
#include <vector>

#include "modules/sem/overlay/kernel.hpp"
#include "modules/sem/thickness/kernel.hpp"

namespace litho {

/// What one micrograph's measurement gave, as far as it came: null where a stage failed before. Everything
/// outlives the scene made of it.
struct InterphasePicture {
  const Image<float>* grey = nullptr;
  std::string title;
  std::optional<double> pixel_size_nm = {};
  const Image<std::uint8_t>* usable = nullptr;
  const LayerMap* layers = nullptr;
  const FilamentMap* filaments = nullptr;
  const BoundaryPair* boundaries = nullptr;
  const Interphase* interphase = nullptr;
  std::vector<std::string> failure = {};  ///< why there are no figures, one line an error
};

OverlayScene interphase_scene(const InterphasePicture& picture);

/// "thickness 43.1 µm (42.8 to 43.4)", one line a figure; what was not measured is left out.
std::vector<std::string> figure_lines(const InterphaseFigures& figures);

}  // namespace litho
