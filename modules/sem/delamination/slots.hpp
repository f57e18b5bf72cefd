#pragma once
#include <cstdint>
#include <optional>
#include <vector>

#include "modules/sem/frame/kernel.hpp"
#include "pipeline/core/image.hpp"

namespace litho::delamination {

/// What a slot is told by.
struct SlotScene {
  double void_grey = 0;  ///< grey of a hole so wide that blur does not matter
  double blur_px = 1;    ///< sigma of the picture read between its pixels linearly
};

/// Walls of a dark slot in one column of the upright frame, v in px, blur taken out.
struct Walls {
  double upper = 0, lower = 0;
};
using Slots = std::vector<std::optional<Walls>>;  ///< per column

/// Dark slots along a boundary, one v a column of the upright frame (not finite: unknown, no slot there). A
/// slot is 1 to 40 px wide, touches the boundary or nearly so (24 px at most, with growing doubt), and is
/// darker than what lies on both sides: by 0.4 of the way from there, or from the dark
/// parts of that side (its darkest twelfth outside of `cracks`, not 0, up to `other_v` where the phase ends;
/// may be empty), to a void, and by 3 sigma of what the strip's own texture gives the same measure. Columns
/// are linked by dynamic programming, to begin a slot costs as much as 12 columns of a perfect one gain. 10
/// ms at 2048 columns.
Slots find_slots(const Image<float>& grey, const Image<std::uint8_t>& cracks, const Frame& frame,
                 const std::vector<float>& boundary_v, const std::vector<float>& other_v,
                 const SlotScene& scene);

}  // namespace litho::delamination
