#include "modules/sem/crack_profiles/kernel.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "modules/sem/_test/slot_picture.hpp"

namespace litho {
namespace {

// analytic: the length of an arc; steps of the pixel grid are smoothed away at any angle to 1 %.
TEST(CrackProfiles, LengthOfALineHasNoBiasWithAngle) {
  for (int degrees = 0; degrees < 180; degrees += 9) {
    const double a = degrees * std::numbers::pi / 180;
    Polyline pixels;  // what following pixel by pixel gives
    for (double t = 0; t <= 300; t += 0.5) {
      const PointPx p{std::floor(t * std::cos(a)) + 0.5, std::floor(t * std::sin(a)) + 0.5};
      if (pixels.empty() || !(pixels.back() == p)) pixels.push_back(p);
    }
    EXPECT_NEAR(line_length(smooth_line(resample(pixels, 1), 4)), 300, 3) << degrees;
  }
}

// analytic: points of a resampled circle stay on it and are evenly spaced; ends are kept.
TEST(CrackProfiles, ResampleKeepsTheCurve) {
  Polyline arc;
  for (int k = 0; k <= 2000; ++k) arc.push_back({50 * std::cos(k * 1e-3), 50 * std::sin(k * 1e-3)});
  const Polyline out = resample(arc, 1);
  ASSERT_EQ(out.size(), 101U);
  EXPECT_EQ(out.front(), arc.front());
  EXPECT_EQ(out.back(), arc.back());
  for (const PointPx& p : out) EXPECT_NEAR(std::hypot(p.x, p.y), 50, 1e-3);
  for (std::size_t i = 1; i < out.size(); ++i)
    EXPECT_NEAR(std::hypot(out[i].x - out[i - 1].x, out[i].y - out[i - 1].y), 1, 1e-3);
}

// analytic: half-height width, middle and deficit of a blurred slot, at sub-pixel offsets and on a slanted
// line.
TEST(CrackProfiles, ValleyOfABlurredSlot) {
  for (const double width : {9.3, 20.0, 30.0})
    for (const double offset : {0.0, 0.4, -1.3}) {
      SlotPicture picture;
      picture.noise = 0;
      const double c = std::cos(0.5), s = std::sin(0.5);
      picture.slots = {{{20, 60}, {20 + 400 * c, 60 + 400 * s}, width}};
      const Image<float> grey = picture.draw();
      Polyline line;
      for (int t = 80; t < 200; ++t) line.push_back({20 + t * c - offset * -s, 60 + t * s - offset * c});
      const Strip strip = average_rows(straighten(grey, line, 50), 4);
      const Valley v = find_valley(strip.row(60), 50, 6, 4);
      ASSERT_TRUE(v.found) << width;
      EXPECT_NEAR(v.width_px, width, 0.1);
      EXPECT_NEAR(v.centre_px, offset, 0.06);
      EXPECT_NEAR(v.deficit, width * 130, 0.02 * width * 130);
      EXPECT_NEAR(v.floor, 20, 2);
      EXPECT_NEAR(v.rim_width_px, width, 0.1);
      EXPECT_NEAR(blur_of(v), 1.2, 0.25);
    }
}

// analytic: a flat profile and a step are no valleys.
TEST(CrackProfiles, NoValleyNoWidth) {
  std::vector<float> flat(41, 100), step(41, 100);
  for (std::size_t i = 20; i < step.size(); ++i) step[i] = 50;
  EXPECT_FALSE(find_valley(flat.data(), 20, 3, 4).found);
  EXPECT_FALSE(find_valley(step.data(), 20, 3, 4).found);
}

}  // namespace
}  // namespace litho
