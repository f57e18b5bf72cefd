#include "modules/sem/crack_profiles/kernel.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "modules/sem/_test/slot_picture.hpp"
#include "modules/sem/crack_profiles/slot_fit.hpp"

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

/// A slot with rims, drawn by its own formula on a fine grid and then blurred: the oracle of the fits.
std::vector<float> drawn_slot(double middle, double width, double floor, double left, double right,
                              double blur, double rim, double rim_px) {
  constexpr double kStep = 0.02;
  const auto sharp = [&](double t) {
    const double l = middle - 0.5 * width - t, r = t - middle - 0.5 * width, d = std::max(l, r);
    if (d < 0) return floor;
    const auto phi = [](double x) { return 0.5 * std::erfc(-x / std::numbers::sqrt2); };
    return (l > 0 ? left : right) * (1 + 2 * rim * (phi(-d / rim_px) - phi(-(d + width) / rim_px)));
  };
  std::vector<float> out;
  for (int t = -50; t <= 50; ++t) {
    double sum = 0, weight = 0;
    for (double x = -5 * blur; x <= 5 * blur; x += kStep) {
      const double w = std::exp(-0.5 * x * x / (blur * blur));
      sum += w * sharp(t + x), weight += w;
    }
    out.push_back(static_cast<float>(sum / weight));
  }
  return out;
}

// analytic: the walls of a blurred slot with bright rims, wide or narrow, unequal sides; to 0.1 px where the
// floor can be seen, to 0.2 px where it is only known to 5 %.
TEST(SlotFit, FindsTheWalls) {
  for (const double rim : {0.0, 0.3})
    for (const double width : {0.5, 1.0, 2.0, 3.0, 6.0, 15.0, 30.0})
      for (const double middle : {0.0, 0.4}) {
        const auto profile = drawn_slot(middle, width, 30, 120, 150, 1.3, rim, 2.5);
        const Wall wall({1.3, rim, 2.5});
        const SlotFit start{-0.5 * width - 1, 0.5 * width + 1.5, 50, 120, 150, 0};
        const auto fit = fit_slot(profile.data(), 50, start, wall, {20, 0.91, 0.05});
        ASSERT_TRUE(fit) << width;
        EXPECT_NEAR(fit->width_px(), width, width < 4 ? 0.2 : 0.1) << "rim " << rim;
        EXPECT_NEAR(0.5 * (fit->left_px + fit->right_px), middle, 0.1);
      }
}

// analytic: blur and rim of a wall that stands alone.
TEST(SlotFit, LearnsTheLookOfWalls) {
  std::vector<double> at, grey;
  for (const double shift : {0.0, 0.5}) {
    const auto profile = drawn_slot(-60 - shift, 120, 0, 1, 1, 1.5, 0.3, 3.2);  // its right wall at -shift
    for (int t = -3; t <= 8; ++t)
      at.push_back(t + shift + 0.3), grey.push_back(profile[static_cast<std::size_t>(t + 50)]);
  }
  const WallLook look = fit_wall(at, grey);
  EXPECT_NEAR(look.blur_px, 1.5, 0.15);
  EXPECT_NEAR(look.rim, 0.3, 0.08);
}

}  // namespace
}  // namespace litho
