#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "modules/sem/frame/kernel.hpp"
#include "pipeline/core/image.hpp"

namespace litho {

/// Raised whenever the features below change: a model knows which it was trained on.
inline constexpr int kPixelFeatureSet = 1;

/// Names of the features, in order; at most 64. Lengths in them are in cells of the grid.
const std::vector<std::string>& pixel_feature_names();

/// A picture on a grid of square cells of a physical size, standing upright.
struct FeatureGrid {
  Frame frame;               ///< of the full picture
  double cell_px = 1;        ///< image px a cell
  Image<float> grey;         ///< 0 at the 5th, 1 at the 95th percentile of the usable cells
  Image<std::uint8_t> seen;  ///< 1 where the picture is usable
};

/// Means over cells of `cell_px` image px (> 0; below 1 the picture is interpolated). Images of one size
/// (asserted). O(pixels).
FeatureGrid make_feature_grid(const Image<float>& grey, const Image<std::uint8_t>& usable, Side side,
                              double cell_px);

/// Feature f of cell (u, v) is values[f * cells() + v * width + u], a byte each.
struct PixelFeatures {
  int width = 0, height = 0;
  std::vector<std::uint8_t> values;
  std::size_t cells() const { return static_cast<std::size_t>(width) * static_cast<std::size_t>(height); }
};

/// Appearance of every cell at scales of 1 to 32 cells: smoothed grey, signed gradient across and gradient
/// along the layer, Hessian and structure-tensor eigenvalues, spread, difference of scales, and what lies
/// above and below it, averaged along the layer. Each is cut to a fixed range and kept as one byte. About 0.6
/// us and 80 bytes a cell. Koethe 2000 (structure tensor); Arganda-Carreras et al. 2017,
/// doi:10.1093/bioinformatics/btx180 (the use of such sets).
PixelFeatures pixel_features(const FeatureGrid& grid);

}  // namespace litho
