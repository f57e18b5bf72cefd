#pragma once
#include <optional>
#include <vector>

#include "modules/sem/frame/kernel.hpp"
#include "pipeline/core/image.hpp"

namespace litho::layer_training {

/// Labelled edge of the layer, a row per column of the upright frame (the pixel below the edge); -1 where
/// there is none, or where one side of it is not labelled.
using EdgeRows = std::vector<int>;

/// How far the labels lie from the picture's edges.
struct LabelShift {
  int x_px = 0, y_px = 0;  ///< of the labels, in the image's own orientation
};

/// Where moving all edges together by up to 6 % of the picture makes the mean grey step across them at least
/// 1.8 times as large as it is within 3 px of where they are (and the peak is a clear one): that far the
/// labels are off. Nothing where they are not, or where too few edges are labelled to tell. O(columns x
/// places tried).
std::optional<LabelShift> find_label_shift(const Image<float>& grey, const Frame& frame,
                                           const EdgeRows& outer, const EdgeRows& front);

}  // namespace litho::layer_training
