#include "modules/sem/preview/kernel.hpp"

#include <gtest/gtest.h>

namespace litho {
namespace {

TEST(Preview, HasTheOverlaysSizeAndRange) {
  // analytic: halves of 10 and 30 become black and white, at the overlay's scale
  Image<float> grey(2048, 100);
  for (int y = 0; y < 100; ++y)
    for (int x = 0; x < 2048; ++x) grey(x, y) = x < 1024 ? 10.0F : 30.0F;
  const auto small = preview(grey, nullptr);
  EXPECT_EQ(small.width(), 1024);
  EXPECT_EQ(small.height(), 50);
  EXPECT_EQ(small(100, 25), 0);
  EXPECT_EQ(small(900, 25), 255);
}

TEST(Preview, NeverEnlarges) {
  // invariant: a small picture keeps its pixels
  const Image<float> grey(200, 120, 5.0F);
  EXPECT_EQ(preview(grey, nullptr).width(), 200);
  EXPECT_EQ(preview(grey, nullptr).height(), 120);
}

}  // namespace
}  // namespace litho
