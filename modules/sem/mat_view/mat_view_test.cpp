#include "modules/sem/mat_view/kernel.hpp"

#include <gtest/gtest.h>

#include <opencv2/imgproc.hpp>

namespace litho {
namespace {

TEST(MatView, SharesPixelsInRowMajorOrder) {
  // Invariant: what OpenCV writes is what the image holds, at the same (x, y).
  Image<float> image(5, 3);
  cv::Mat view = mat_view(image);
  view.at<float>(2, 4) = 7.0F;
  EXPECT_EQ(image(4, 2), 7.0F);
  EXPECT_EQ(static_cast<const void*>(view.data), static_cast<const void*>(image.pixels().data()));
}

TEST(MatView, ConstViewReadsBytes) {
  // Analytic: the sum over a constant image.
  const Image<std::uint8_t> image(4, 6, 3);
  EXPECT_EQ(cv::sum(mat_view(image))[0], 72.0);
}

}  // namespace
}  // namespace litho
