#pragma once
#include <cstdint>
#include <optional>
#include <vector>

#include "modules/sem/layers/kernel.hpp"
#include "modules/sem/restore/kernel.hpp"
#include "pipeline/core/image.hpp"

namespace litho {

/// Where the pellet lies, with or without an interphase.
struct Pellet {
  Frame frame;  ///< outside up where there is an outside
  bool has_outside = false, has_interphase = false;
  Image<std::uint8_t>
      labels;  ///< Label values none, outside, interphase, electrolyte; pore as sem/layers sees it
  Image<std::uint8_t> search;  ///< 1: pellet, and the strip beyond its boundary in which gaps lie
  std::vector<float> outer_v,
      front_v;  ///< per column of the upright frame; empty where there is none, NaN where not found
  double interphase_share = 1;  ///< grey of the interphase / of the electrolyte beside it
  double area_px = 0;           ///< interphase and electrolyte, their cracks and pores
  Flags flags;
};

/// The layers of sem/layers where both their boundaries part unlike things; else the one line across which
/// the picture differs most, if it differs enough: the outside is what is nearly black, else the smaller
/// part; else the whole field is electrolyte.
Pellet find_pellet(const Restored& picture, const Image<std::uint8_t>& usable, const LayerOptions& options);

}  // namespace litho
