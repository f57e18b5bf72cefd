#include "modules/sem/restore/kernel.hpp"

#include <gtest/gtest.h>

#include "pipeline/core/rng.hpp"

namespace litho {
namespace {

TEST(Restore, MeasuresNoiseBesideEdges) {
  // Analytic: Gaussian noise of known spread over a step.
  Image<float> grey(300, 200);
  RandomStream random(1, "restore");
  for (int y = 0; y < 200; ++y)
    for (int x = 0; x < 300; ++x) grey(x, y) = static_cast<float>((y < 90 ? 60 : 160) + 7 * random.normal());
  const auto restored = restore(grey, Image<std::uint8_t>(300, 200, 1), 255, 8);
  ASSERT_TRUE(restored);
  EXPECT_NEAR(restored->noise_sd, 7.0, 0.25);
  EXPECT_TRUE(restored->flags.empty());
}

TEST(Restore, FillsHolesFromTheirSurroundingsAndLeavesTheRest) {
  // Analytic: in a flat picture a hole of any size takes the flat level; usable pixels are untouched.
  Image<float> grey(400, 300, 90.0F);
  Image<std::uint8_t> usable(400, 300, 1);
  grey(5, 5) = 200.0F;
  for (int y = 200; y < 300; ++y)
    for (int x = 0; x < 400; ++x) usable(x, y) = 0, grey(x, y) = 255.0F;
  for (int x = 100; x < 140; ++x) usable(x, 50) = 0, grey(x, 50) = 255.0F;
  const auto restored = restore(grey, usable, 255, 8);
  ASSERT_TRUE(restored);
  EXPECT_EQ(restored->grey(5, 5), 200.0F);
  EXPECT_NEAR(restored->grey(120, 50), 90.0, 0.5);
  EXPECT_NEAR(restored->grey(200, 290), 90.0, 0.5);
}

TEST(Restore, CountsSaturationAmongUsablePixelsOnly) {
  // Analytic: a tenth of the usable pixels at white.
  Image<float> grey(100, 100, 100.0F);
  Image<std::uint8_t> usable(100, 100, 1);
  for (int x = 0; x < 100; ++x) {
    for (int y = 0; y < 8; ++y) grey(x, y) = 255.0F;
    for (int y = 80; y < 100; ++y) usable(x, y) = 0, grey(x, y) = 255.0F;
  }
  const auto restored = restore(grey, usable, 255, 8);
  ASSERT_TRUE(restored);
  EXPECT_NEAR(restored->saturated_fraction, 0.1, 1e-12);
  EXPECT_TRUE(raised(restored->flags, "sem.saturated"));
}

TEST(Restore, RefusesWhatHasNoPicture) {
  // Invariant: no usable pixels, one grey level, or a mask of another size give an error each.
  const Image<float> grey(100, 100, 9.0F);
  const auto none = restore(grey, Image<std::uint8_t>(100, 100, 0), 255, 8);
  ASSERT_FALSE(none);
  EXPECT_EQ(none.errors().front().code, "sem.no_picture");
  const auto flat = restore(grey, Image<std::uint8_t>(100, 100, 1), 255, 8);
  ASSERT_FALSE(flat);
  EXPECT_EQ(flat.errors().front().code, "sem.flat");
  const auto size = restore(grey, Image<std::uint8_t>(99, 100, 1), 255, 8);
  ASSERT_FALSE(size);
  EXPECT_EQ(size.errors().front().code, "sem.size");
}

TEST(Restore, DetailIsMeasuredAgainstNoise) {
  // analytic: white noise alone gives 1; steps of height h between blocks add h^2 over twice the blocks'
  // variance
  RandomStream random(7, "detail");
  Image<float> grey(512, 512);
  const Image<std::uint8_t> usable(512, 512, std::uint8_t{1});
  for (float& value : grey.pixels()) value = static_cast<float>(100 + 8 * random.normal());
  const auto noise = restore(grey, usable, 255, 8);
  ASSERT_TRUE(noise);
  EXPECT_NEAR(detail_over_noise(*noise, usable), 1, 0.15);
  for (int y = 0; y < 512; ++y)
    for (int x = 0; x < 512; ++x) grey(x, y) += (x / 8) % 2 == 0 ? 0.0F : 6.0F;
  const auto steps = restore(grey, usable, 255, 8);
  ASSERT_TRUE(steps);
  EXPECT_NEAR(detail_over_noise(*steps, usable), 1 + 36.0 / 2, 3);
}

}  // namespace
}  // namespace litho
