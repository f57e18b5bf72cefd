#pragma once
#include <cstdint>
#include <opencv2/core.hpp>

#include "pipeline/core/image.hpp"

namespace litho {

/// An OpenCV header over the memory of an image: same pixels, nothing copied; valid while the image lives and
/// is not resized. A view of a const image must not be written to.
cv::Mat mat_view(Image<float>& image);
cv::Mat mat_view(Image<std::uint8_t>& image);
const cv::Mat mat_view(const Image<float>& image);
const cv::Mat mat_view(const Image<std::uint8_t>& image);

}  // namespace litho
