#pragma once
#include <cstdint>
#include <filesystem>

#include "pipeline/core/image.hpp"
#include "pipeline/core/result.hpp"

namespace litho::evaluate {

/// An 8-bit, one-sample TIFF as it is stored (palette indices). Errors: file.missing, evaluate.label_tiff.
Result<Image<std::uint8_t>> read_labels(const std::filesystem::path& path);

/// Agreement of two label images on the interphase (value 2). Pixels that either image calls crack, pore or
/// gap (4, 5, 6) are not judged: whether they belong to the layer is not in the labels.
struct LabelAgreement {
  double iou;                 ///< intersection / union; NaN where neither has a layer
  double boundary_median_px;  ///< of the distances from each image's layer boundary to the other's, both ways
                              ///< pooled
  double boundary_p95_px;     ///< NaN where either has no boundary
};
/// Images of one size (asserted). O(pixels).
LabelAgreement compare_labels(const Image<std::uint8_t>& found, const Image<std::uint8_t>& truth);

/// Pixels (or px of length) of two images, and how many lie within a tolerance of one in the other.
struct PixelAgreement {
  double found, found_near_truth, truth, truth_near_found;
};
/// Pixels of `found` with the value `found_value` against those of `truth` with `truth_value`. Images of one
/// size (asserted). O(pixels).
PixelAgreement compare_pixels(const Image<std::uint8_t>& found, std::uint8_t found_value,
                              const Image<std::uint8_t>& truth, std::uint8_t truth_value,
                              double tolerance_px);

/// Exact Euclidean distance in px from each pixel to the nearest set one; a large number where none is set.
/// Felzenszwalb and Huttenlocher 2012, doi:10.4086/toc.2012.v008a019. O(pixels).
Image<float> distance_to(const Image<std::uint8_t>& set);

}  // namespace litho::evaluate
