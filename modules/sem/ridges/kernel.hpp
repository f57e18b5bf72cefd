#pragma once
#include <cstdint>
#include <vector>

#include "modules/sem/restore/kernel.hpp"
#include "pipeline/core/image.hpp"

namespace litho {

inline constexpr int kRidgeDirections = 16;  ///< direction k runs at k * 180 / 16 degrees, from x towards y
inline constexpr double kStrengthPerSigma =
    4;                                  ///< RidgeMap::strength is this times the valley's height in sigma
inline constexpr int kRidgeLevels = 4;  ///< level l sees with pixels of 2^l px

/// Evidence of dark lines.
struct RidgeMap {
  Image<std::uint8_t>
      strength;  ///< valley depth over the picture's own noise, times 4; 255 = 64 sigma and more
  Image<std::uint8_t> direction;   ///< along the line, 0..15
  Image<std::uint8_t> ridge;       ///< 1 + level where a line runs (level's pixels drawn as blocks), else 0
  std::vector<double> noise_grey;  ///< per level: median standard deviation of a valley's depth, grey units
};

/// Dark lines at all widths from a hair to about 40 px: means along lines of 15 px in 16 directions; the
/// depth is the lower of the two flanks, 4 px aside, minus the middle, so an edge has none; at four
/// resolutions; each in units of the spread that noise and texture give the same measure within about 128 px
/// (median deviation). Only where `region` is not 0. Same result for pictures turned by 90 degrees, up to
/// rounding of directions. About 120 ms and 3 bytes a pixel at 3 Mpx. `region` has the picture's size
/// (asserted).
RidgeMap find_ridges(const Image<float>& grey, const Image<std::uint8_t>& region);

}  // namespace litho
