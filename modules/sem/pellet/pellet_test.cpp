#include "modules/sem/pellet/kernel.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "modules/sem/_test/step_picture.hpp"

namespace litho {
namespace {

Pellet pellet_of(const Image<float>& grey) {
  const Image<std::uint8_t> usable(grey.width(), grey.height(), 1);
  const auto picture = restore(grey, usable, 255, 8);
  return find_pellet(*picture, usable, {});
}

// analytic: with a layer both boundaries are where they were drawn and the pellet is what lies below the
// outer one.
TEST(Pellet, WithALayer) {
  const StepPicture picture;
  const Pellet pellet = pellet_of(picture.draw());
  ASSERT_TRUE(pellet.has_interphase);
  EXPECT_NEAR(pellet.area_px, 640.0 * (480 - 120), 0.01 * 640 * 480);
  EXPECT_NEAR(pellet.front_v[300], 200, 3);
  EXPECT_NEAR(pellet.interphase_share, 100.0 / 160, 0.03);
}

// analytic: an outline without a layer, on each side of the picture; the smaller, darker part is the outside.
TEST(Pellet, OutlineWithoutALayer) {
  for (const Side side : {Side::top, Side::bottom, Side::left, Side::right}) {
    StepPicture picture;
    picture.side = side;
    picture.front = [](double) { return 120.0; };
    picture.interphase = picture.electrolyte;
    const Pellet pellet = pellet_of(picture.draw());
    EXPECT_FALSE(pellet.has_interphase);
    ASSERT_TRUE(pellet.has_outside);
    EXPECT_EQ(pellet.frame.side, side);
    EXPECT_NEAR(pellet.area_px, 640.0 * (480 - 120), 0.02 * 640 * 480);
  }
}

// analytic: evenly textured ground has neither, also under uneven light.
TEST(Pellet, FillsTheField) {
  StepPicture picture;
  picture.outer = picture.front = [](double) { return -50.0; };
  Image<float> grey = picture.draw();
  for (int y = 0; y < grey.height(); ++y)
    for (int x = 0; x < grey.width(); ++x) grey(x, y) *= 1 + 0.0002F * static_cast<float>(x);
  const Pellet pellet = pellet_of(grey);
  EXPECT_FALSE(pellet.has_outside);
  EXPECT_EQ(pellet.area_px, 640 * 480);
}

}  // namespace
}  // namespace litho
