#include "modules/sem/ridges/kernel.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <opencv2/imgproc.hpp>

#include "modules/sem/_test/slot_picture.hpp"
#include "modules/sem/mat_view/kernel.hpp"
#include "pipeline/core/rng.hpp"

namespace litho {
namespace {

SlotPicture one_slot(double angle_deg, double width) {
  const double a = angle_deg * std::numbers::pi / 180, c = 90 * std::cos(a), s = 90 * std::sin(a);
  SlotPicture picture;
  picture.slots = {{{200 - c, 150 - s}, {200 + c, 150 + s}, width}};
  return picture;
}

Image<std::uint8_t> everywhere(const Image<float>& grey) {
  return {grey.width(), grey.height(), 1};
}

// analytic: a slot of any width and direction is a line within a pixel of its level, nearly all along.
TEST(Ridges, FollowSlotsOfAllWidthsAndDirections) {
  for (const double width : {1.5, 4.0, 10.0, 24.0})
    for (const double angle : {0.0, 20.0, 45.0, 77.0, 90.0, 130.0}) {
      const Image<float> grey = one_slot(angle, width).draw();
      const RidgeMap map = find_ridges(grey, everywhere(grey));
      const double a = angle * std::numbers::pi / 180;
      int on = 0, all = 0;
      for (double t = -75; t <= 75; t += 1, ++all) {
        const double x = 200 + t * std::cos(a), y = 150 + t * std::sin(a), reach = 1.5 + 0.3 * width;
        bool found = false;
        for (double d = -reach; d <= reach; d += 0.5) {
          const int i = static_cast<int>(x - d * std::sin(a)), j = static_cast<int>(y + d * std::cos(a));
          found = found || (map.ridge(i, j) > 0 && map.strength(i, j) > 6 * kStrengthPerSigma);
        }
        on += found;
      }
      EXPECT_GT(on, 0.95 * all) << "width " << width << ", angle " << angle;
    }
}

// analytic: curtains of 3 % over the whole height are no lines; a crack along the columns among them is one.
TEST(Ridges, CurtainsAreNoLines) {
  SlotPicture picture = one_slot(90, 3);
  Image<float> grey = picture.draw();
  RandomStream random(11, "curtains");
  for (int x = 0; x < grey.width(); ++x) {
    const double gain = 1 + 0.03 * random.normal();
    for (int y = 0; y < grey.height(); ++y) grey(x, y) *= static_cast<float>(gain);
  }
  const RidgeMap map = find_ridges(grey, everywhere(grey));
  int strong = 0, on_crack = 0;
  for (int y = 75; y < 225; ++y)
    for (int x = 0; x < grey.width(); ++x) {
      const bool line = map.ridge(x, y) && map.strength(x, y) > 8 * kStrengthPerSigma;
      (std::abs(x - 200) < 10 ? on_crack : strong) += line;
    }
  EXPECT_GT(on_crack, 140);
  EXPECT_LT(strong, 40);
}

// analytic: a step has one dark side only and is no line.
TEST(Ridges, AnEdgeIsNoRidge) {
  SlotPicture flat;
  Image<float> grey = flat.draw();
  for (int y = 0; y < grey.height(); ++y)
    for (int x = 0; x < grey.width(); ++x)
      grey(x, y) -= static_cast<float>(40 * (1 + std::erf((x - 200 + 0.2 * y) / 1.7)));
  const RidgeMap map = find_ridges(grey, everywhere(grey));
  int strong = 0;
  for (std::size_t i = 0; i < grey.size(); ++i)
    strong += map.ridge.pixels()[i] && map.strength.pixels()[i] > 8 * kStrengthPerSigma;
  EXPECT_LT(strong, 40);
}

// analytic: strengths are in sigma whatever the noise is: noise alone hardly ever gives eight of them.
TEST(Ridges, NoiseIsTheUnit) {
  for (const double noise : {2.0, 20.0}) {
    SlotPicture flat;
    flat.noise = noise;
    const Image<float> grey = flat.draw();
    const RidgeMap map = find_ridges(grey, everywhere(grey));
    int strong = 0;
    for (const std::uint8_t s : map.strength.pixels()) strong += s > 7 * kStrengthPerSigma;
    EXPECT_LT(strong, 0.002 * static_cast<double>(grey.size())) << noise;
  }
}

// independent library: OpenCV's Gaussian and second derivatives put the line at the same place.
TEST(Ridges, AgreeWithTheHessianOfOpenCv) {
  SlotPicture picture = one_slot(90, 3);
  picture.noise = 15;
  const Image<float> grey = picture.draw();
  const RidgeMap map = find_ridges(grey, everywhere(grey));
  cv::Mat smooth, dxx;
  cv::GaussianBlur(mat_view(grey), smooth, {3, 15}, 2, 4);
  cv::Sobel(smooth, dxx, CV_32F, 2, 0, 3);
  for (int y = 90; y < 210; y += 10) {
    int theirs = 180, n = 0;
    double mine = 0;  // middle of the line
    for (int x = 180; x < 220; ++x) {
      if (map.ridge(x, y) > 0 && map.strength(x, y) > 8 * kStrengthPerSigma) mine += x, ++n;
      if (dxx.at<float>(y, x) > dxx.at<float>(y, theirs)) theirs = x;
    }
    ASSERT_GT(n, 0) << y;
    EXPECT_NEAR(mine / n, theirs, 6) << y;  // the level that sees most may have pixels of 8 px
  }
}

// invariant: turning the picture turns the map: as many line pixels, to a few in a hundred.
TEST(Ridges, TurnWithThePicture) {
  const Image<float> grey = one_slot(25, 3).draw(), side = turned(grey);
  const auto count = [](const RidgeMap& map) {
    int n = 0;
    for (std::size_t i = 0; i < map.ridge.size(); ++i)
      n += map.ridge.pixels()[i] && map.strength.pixels()[i] > 6 * kStrengthPerSigma;
    return n;
  };
  const int a = count(find_ridges(grey, everywhere(grey))), b = count(find_ridges(side, everywhere(side)));
  EXPECT_NEAR(a, b, 0.1 * a);
}

// invariant: nothing is said outside of the region.
TEST(Ridges, StayInTheRegion) {
  const Image<float> grey = one_slot(0, 4).draw();
  Image<std::uint8_t> region = everywhere(grey);
  for (int y = 0; y < grey.height(); ++y)
    for (int x = 0; x < 200; ++x) region(x, y) = 0;
  const RidgeMap map = find_ridges(grey, region);
  for (int y = 0; y < grey.height(); ++y)
    for (int x = 0; x < 200; ++x) ASSERT_EQ(map.strength(x, y) + map.ridge(x, y), 0);
}

}  // namespace
}  // namespace litho
