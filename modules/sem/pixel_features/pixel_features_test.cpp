#include "modules/sem/pixel_features/kernel.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace litho {
namespace {

int feature(const PixelFeatures& f, const std::string& name, int u, int v) {
  const auto& names = pixel_feature_names();
  const auto at = std::find(names.begin(), names.end(), name) - names.begin();
  return f.values[static_cast<std::size_t>(at) * f.cells() + static_cast<std::size_t>(v * f.width + u)];
}

FeatureGrid grid_of(int width, int height, auto value) {
  FeatureGrid grid;
  grid.frame = {Side::top, width, height};
  grid.grey = Image<float>(width, height);
  grid.seen = Image<std::uint8_t>(width, height, 1);
  for (int v = 0; v < height; ++v)
    for (int u = 0; u < width; ++u) grid.grey(u, v) = static_cast<float>(value(u, v));
  return grid;
}

TEST(PixelFeatures, RampHasItsOwnSlopeAndNoCurvature) {
  // analytic: d/dv of 0.02 v is 0.02 at every scale; second derivatives and the slope along are 0
  const auto f = pixel_features(grid_of(128, 128, [](int, int v) { return 0.02 * (v - 64) + 0.5; }));
  for (const int s : {1, 2, 4})
    EXPECT_NEAR(feature(f, "gradient_across_" + std::to_string(s), 64, 64), 255 * (0.02 * s + 0.5), 1);
  EXPECT_EQ(feature(f, "gradient_along_4", 64, 64), 0);
  EXPECT_NEAR(feature(f, "hessian_high_2", 64, 64), 85, 1);
  EXPECT_NEAR(feature(f, "hessian_low_2", 64, 64), 170, 1);
  EXPECT_NEAR(feature(f, "tensor_high_2", 64, 64), 255 * 0.02 * 2 / 0.4, 1);
  EXPECT_EQ(feature(f, "tensor_low_2", 64, 64), 0);
}

TEST(PixelFeatures, ParabolaHasItsCurvature) {
  // analytic: the Hessian of 0.01 u^2 is (0.02, 0), smoothing does not change it; scaled by sigma^2
  const auto f = pixel_features(grid_of(96, 96, [](int u, int) { return 0.01 * (u - 48) * (u - 48); }));
  EXPECT_NEAR(feature(f, "hessian_high_4", 48, 48), 255 * (0.02 * 16 + 0.5) / 1.5, 1);
  EXPECT_NEAR(feature(f, "hessian_low_4", 48, 48), 170, 1);
}

TEST(PixelFeatures, LevelsAboveAndBelowAreTakenFromThere) {
  // analytic: a step from 0 to 1 at v = 100; 32 cells above v = 116 it is 0, below it is 1
  const auto f = pixel_features(grid_of(64, 200, [](int, int v) { return v < 100 ? 0.0 : 1.0; }));
  EXPECT_NEAR(feature(f, "level_at_-32", 32, 116), 0, 1);
  EXPECT_NEAR(feature(f, "level_at_32", 32, 116), 127, 1);
  EXPECT_NEAR(feature(f, "level_0", 32, 150), 191, 1);
}

TEST(PixelFeatures, AreTheSameForATurnedPicture) {
  // invariant: a picture turned by 90 degrees with its side turned too has the same upright features
  Image<float> top(80, 60), left(60, 80);
  const Frame frame{Side::left, 60, 80};
  const auto standing = upright(left, frame);
  for (int v = 0; v < 60; ++v)
    for (int u = 0; u < 80; ++u) {
      top(u, v) = static_cast<float>((u * 37 + v * v * 11) % 101);
      standing(u, v) = top(u, v);
    }
  const auto a = make_feature_grid(top, Image<std::uint8_t>(80, 60, 1), Side::top, 2);
  const auto b = make_feature_grid(left, Image<std::uint8_t>(60, 80, 1), Side::left, 2);
  EXPECT_EQ(a.grey, b.grey);
  EXPECT_EQ(pixel_features(a).values, pixel_features(b).values);
}

TEST(PixelFeatures, DoNotDependOnGainAndOffset) {
  // invariant: grey -> 3 grey + 1000 is another detector setting, not another specimen
  Image<float> a(64, 64), b(64, 64);
  for (std::size_t i = 0; i < a.size(); ++i) {
    a.pixels()[i] = static_cast<float>(i * 7919 % 256);
    b.pixels()[i] = 3 * a.pixels()[i] + 1000;
  }
  const Image<std::uint8_t> all(64, 64, 1);
  const auto fa = pixel_features(make_feature_grid(a, all, Side::top, 1));
  const auto fb = pixel_features(make_feature_grid(b, all, Side::top, 1));
  for (std::size_t i = 0; i < fa.values.size(); ++i) ASSERT_NEAR(fa.values[i], fb.values[i], 1);
}

}  // namespace
}  // namespace litho
