#include "modules/sem/layers/kernel.hpp"

#include <gtest/gtest.h>

#include "modules/sem/_test/step_picture.hpp"

namespace litho {
namespace {

Result<LayerMap> layers_of(const StepPicture& picture, LayerOptions options = {}) {
  const Image<float> grey = picture.draw();
  const Image<std::uint8_t> usable(grey.width(), grey.height(), 1);
  const auto restored = restore(grey, usable, 255, 8);
  if (!restored) return restored.errors();
  return find_layers(*restored, usable, options);
}

class LayersOnEverySide : public ::testing::TestWithParam<Side> {};

TEST_P(LayersOnEverySide, FindsSideAndBothBoundaries) {
  // Analytic: tilted straight layer next to vacuum, every side.
  StepPicture picture;
  picture.side = GetParam();
  picture.outer = [](double u) { return 110 + 0.1 * u; };
  picture.front = [](double u) { return 190 + 0.1 * u; };
  const auto map = layers_of(picture);
  ASSERT_TRUE(map) << to_string(map.errors());
  EXPECT_EQ(map->frame.side, GetParam());
  EXPECT_TRUE(map->flags.empty());
  for (int u = 20; u < 620; u += 50) {
    EXPECT_NEAR(map->outer_v[u], picture.outer(u + 0.5), 2.0);
    EXPECT_NEAR(map->front_v[u], picture.front(u + 0.5), 4.0);
  }
  EXPECT_NEAR(map->cnr, 15.0, 2.0);
}

INSTANTIATE_TEST_SUITE_P(Sides, LayersOnEverySide,
                         ::testing::Values(Side::top, Side::bottom, Side::left, Side::right));

TEST(Layers, OutsideBrighterThanTheLayer) {
  // Analytic: bright lithium over a dark layer.
  StepPicture picture;
  picture.outside = 135;
  const auto map = layers_of(picture);
  ASSERT_TRUE(map) << to_string(map.errors());
  EXPECT_EQ(map->frame.side, Side::top);
  EXPECT_NEAR(map->outer_v[300], 120, 2.0);
}

TEST(Layers, LabelsKeepAReentrantFilament) {
  // Analytic: an L of interphase 8 px wide hangs on the front; its foot runs sideways, where no single-valued
  // front goes.
  StepPicture picture;
  picture.filament = [](double u, double v) {
    return (u > 300 && u < 308 && v > 195 && v < 280) || (u > 300 && u < 340 && v > 272 && v < 280);
  };
  const auto map = layers_of(picture);
  ASSERT_TRUE(map) << to_string(map.errors());
  EXPECT_EQ(map->labels(304, 240), static_cast<std::uint8_t>(Label::interphase));
  EXPECT_EQ(map->labels(330, 276), static_cast<std::uint8_t>(Label::interphase));
  EXPECT_EQ(map->labels(330, 250), static_cast<std::uint8_t>(Label::electrolyte));
  EXPECT_EQ(map->labels(330, 60), static_cast<std::uint8_t>(Label::outside));
}

TEST(Layers, ShadeDoesNotMoveTheLayer) {
  // Analytic: illumination that falls by a quarter across the picture.
  StepPicture picture;
  Image<float> grey = picture.draw();
  for (int y = 0; y < grey.height(); ++y)
    for (int x = 0; x < grey.width(); ++x)
      grey(x, y) *= static_cast<float>(std::exp(-0.28 * x / grey.width()));
  const Image<std::uint8_t> usable(grey.width(), grey.height(), 1);
  const auto restored = restore(grey, usable, 255, 8);
  ASSERT_TRUE(restored);
  const auto map = find_layers(*restored, usable, {});
  ASSERT_TRUE(map) << to_string(map.errors());
  EXPECT_NEAR(map->shade.at(1, 0) / map->shade.at(-1, 0), std::exp(-0.28), 0.02);
  for (int u : {30, 320, 600}) EXPECT_NEAR(map->front_v[u], 200, 3.0);
}

TEST(Layers, RefusesAPictureWithoutALayer) {
  // Invariant: noise about one level, and one step only, hold no layer.
  StepPicture picture;
  picture.outside = picture.interphase = picture.electrolyte = 100;
  EXPECT_FALSE(layers_of(picture));
  picture.electrolyte = 160;
  const auto map = layers_of(picture);
  EXPECT_TRUE(!map || !map->flags.empty());
}

}  // namespace
}  // namespace litho
