#include "modules/sem/frame/kernel.hpp"

#include <gtest/gtest.h>

namespace litho {
namespace {

class EverySide : public ::testing::TestWithParam<Side> {};

TEST_P(EverySide, PointsAndPixelsAgree) {
  // Invariant: a pixel read through the upright view lies where its centre is mapped to, and the map turns
  // back.
  Image<float> image(7, 4);
  for (int y = 0; y < 4; ++y)
    for (int x = 0; x < 7; ++x) image(x, y) = static_cast<float>(10 * y + x);
  const Frame frame{GetParam(), 7, 4};
  const auto view = upright(std::as_const(image), frame);
  for (int v = 0; v < frame.height(); ++v)
    for (int u = 0; u < frame.width(); ++u) {
      const PointPx p = frame.to_image({u + 0.5, v + 0.5});
      EXPECT_EQ(view(u, v), image(static_cast<int>(p.x), static_cast<int>(p.y)));
      EXPECT_EQ(frame.to_upright(p), (PointPx{u + 0.5, v + 0.5}));
    }
}

TEST_P(EverySide, OutsideIsUpAndNothingIsMirrored) {
  // Analytic: the middle of the named side maps to v = 0, and (du, dv) keep the handedness of (x, y).
  const Frame frame{GetParam(), 8, 4};
  PointPx middle{4, 2};
  if (GetParam() == Side::top) middle.y = 0;
  if (GetParam() == Side::bottom) middle.y = 4;
  if (GetParam() == Side::left) middle.x = 0;
  if (GetParam() == Side::right) middle.x = 8;
  EXPECT_EQ(frame.to_upright(middle).y, 0.0);
  const PointPx o = frame.to_upright({0, 0}), x = frame.to_upright({1, 0}), y = frame.to_upright({0, 1});
  EXPECT_EQ((x.x - o.x) * (y.y - o.y) - (x.y - o.y) * (y.x - o.x), 1.0);
}

INSTANTIATE_TEST_SUITE_P(Sides, EverySide,
                         ::testing::Values(Side::top, Side::bottom, Side::left, Side::right));

TEST(Side, WordsReadBack) {
  // Invariant: a side's word reads back as the side; other words are refused.
  for (const Side side : {Side::top, Side::bottom, Side::left, Side::right}) {
    Side read = Side::top;
    EXPECT_TRUE(parse_side(to_string(side), read));
    EXPECT_EQ(read, side);
  }
  Side read = Side::left;
  EXPECT_FALSE(parse_side("Top", read));
  EXPECT_EQ(read, Side::left);
}

}  // namespace
}  // namespace litho
