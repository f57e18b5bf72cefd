#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "modules/sem/crack_paths/skeleton.hpp"
#include "modules/sem/frame/kernel.hpp"
#include "modules/sem/ridges/kernel.hpp"
#include "pipeline/core/image.hpp"

namespace litho {

/// Names of the features of a line's pixel, in order; at most 64.
const std::vector<std::string>& line_feature_names();

/// Where lines are looked for.
struct LineArea {
  Frame frame;
  std::vector<float> outer_v, front_v;  ///< per column of the upright frame, px; all finite
  bool electrolyte = false;             ///< below the layer too
};

/// Pixels of thinned dark lines and what each looks like.
struct LinePixels {
  std::vector<crack_paths::Pixel> at;  ///< upright frame
  std::vector<std::uint8_t> values;    ///< feature f of pixel i at f * size() + i
  std::size_t size() const { return at.size(); }
};

/// `grey`, `usable` and `ridges` are of one size in the image's own orientation (asserted). About 0.3 s and
/// 60 bytes a pixel at 1 Mpx.
LinePixels line_pixels(const Image<float>& grey, const Image<std::uint8_t>& usable, const RidgeMap& ridges,
                       const LineArea& area);

/// How many px of the picture one px of the scale is: 1 where they differ by less than a quarter, so that
/// pictures of the usual magnification are not resampled.
double line_zoom(double line_um, double pixel_size_nm);

/// The picture shrunk (or enlarged) by `zoom`.
Image<float> at_line_scale(const Image<float>& grey, double zoom);
Image<std::uint8_t> at_line_scale(const Image<std::uint8_t>& mask, double zoom);
/// Boundaries of the upright frame, in px of the shrunk picture of `frame`.
std::vector<float> at_line_scale(const std::vector<float>& rows, const Frame& frame, double zoom);

}  // namespace litho
