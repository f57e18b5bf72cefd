#pragma once
#include <cstdint>
#include <vector>

#include "pipeline/core/image.hpp"

namespace litho::ridges {

inline constexpr int kMargin = 12;  ///< px repeated round a level, so that no filter asks where the border is
inline constexpr int kFullScale = 2000;  ///< 15 of these still fit 16 bits

/// A smoothed, reduced picture in 16-bit steps.
struct Level {
  int width = 0, height = 0;
  double units_per_grey = 1;
  std::vector<std::int16_t> pixels;

  int stride() const { return width + 2 * kMargin; }
  const std::int16_t* row(int y) const {
    return pixels.data() + static_cast<std::ptrdiff_t>(y + kMargin) * stride() + kMargin;
  }
  std::int16_t* row(int y) {
    return pixels.data() + static_cast<std::ptrdiff_t>(y + kMargin) * stride() + kMargin;
  }
};

/// The picture through a binomial of sigma 1 px; the grey values of `region` between its percentiles 0.02 and
/// 99.98 fill the 16-bit steps.
Level finest_level(const Image<float>& grey, const Image<std::uint8_t>& region);
/// Means of 2 x 2, then a binomial of sigma 0.7 px.
Level coarser_level(const Level& level);

}  // namespace litho::ridges
