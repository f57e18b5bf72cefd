#include "modules/sem/layers/kernel.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "modules/sem/_test/step_picture.hpp"
#include "modules/sem/layers/coarse.hpp"

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

TEST(Layers, AChargedRimIsNoOutside) {
  // Analytic: vacuum darker and far more even than the layer, whose edge glows over some 15 px: neither phase
  // looks like the glow, and it may not go to the one with the smaller spread.
  StepPicture picture;
  picture.outside = 12, picture.noise = 20;
  Image<float> grey = picture.draw();
  for (int y = 0; y < grey.height(); ++y)
    for (int x = 0; x < grey.width(); ++x) {
      if (const double depth = y + 0.5 - picture.outer(x + 0.5); depth > 0)
        grey(x, y) += static_cast<float>(150 * std::exp(-depth / 8));
      else
        grey(x, y) = 12 + 0.1F * (grey(x, y) - 12);
    }
  const Image<std::uint8_t> usable(grey.width(), grey.height(), 1);
  const auto restored = restore(grey, usable, 255, 8);
  ASSERT_TRUE(restored);
  const auto map = find_layers(*restored, usable, {});
  ASSERT_TRUE(map) << to_string(map.errors());
  for (int u = 20; u < 620; u += 50) EXPECT_NEAR(map->outer_v[u], picture.outer(u + 0.5), 2.0);
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

TEST(Layers, FollowsAnEdgeBetweenEqualGreys) {
  // Analytic: layer and substrate of one grey under a bright outside, the front an edge alone (dark above,
  // bright below).
  StepPicture picture;
  picture.outside = 210, picture.interphase = picture.electrolyte = 120, picture.noise = 2;
  Image<float> grey = picture.draw();
  for (int y = 0; y < grey.height(); ++y)
    for (int x = 0; x < grey.width(); ++x) {
      const double t = y + 0.5 - (260 + 8 * std::sin(x / 60.0));
      grey(x, y) += static_cast<float>((t > 0 ? 12 : -12) * std::exp(-std::abs(t) / 3));
    }
  const Image<std::uint8_t> usable(grey.width(), grey.height(), 1);
  const auto pair = layers::find_edge_pair(layers::shrink(grey, usable, 2), {});
  ASSERT_TRUE(pair);
  EXPECT_EQ(pair->side, Side::top);
  for (int u : {30, 200, 320, 500, 600}) {
    EXPECT_NEAR(2 * pair->outer[u / 2], 120, 4);
    EXPECT_NEAR(2 * pair->front[u / 2], 260 + 8 * std::sin(u / 60.0), 4);
  }
}

TEST(Layers, FlippingMovesNothing) {
  // Invariant: a mirrored picture has its boundaries at the mirrored places.
  StepPicture picture;
  picture.noise = 25;
  picture.front = [](double u) { return 205 + 9 * std::sin(u / 37.0); };
  const Image<float> grey = picture.draw();
  Image<float> mirrored(grey.width(), grey.height());
  for (int y = 0; y < grey.height(); ++y)
    for (int x = 0; x < grey.width(); ++x) mirrored(x, y) = grey(grey.width() - 1 - x, y);
  const Image<std::uint8_t> usable(grey.width(), grey.height(), 1);
  const auto a = find_layers(*restore(grey, usable, 255, 8), usable, {});
  const auto b = find_layers(*restore(mirrored, usable, 255, 8), usable, {});
  ASSERT_TRUE(a);
  ASSERT_TRUE(b);
  double outer = 0, front = 0;
  for (int u = 0; u < 640; ++u) {
    outer += (a->outer_v[u] - b->outer_v[639 - u]) / 640;
    front += (a->front_v[u] - b->front_v[639 - u]) / 640;
  }
  EXPECT_LT(std::abs(outer), 2 * a->outer_u_px + 0.1);
  EXPECT_LT(std::abs(front), 2 * a->front_u_px + 0.1);
}

TEST(Layers, AGapBelongsToNeitherSide) {
  // Analytic: a black slit below the front over a fifth of the picture leaves the layer's edge at its upper
  // side.
  StepPicture picture;
  Image<float> grey = picture.draw();
  for (int x = 150; x < 270; ++x)
    for (int y = 200; y < 209; ++y) grey(x, y) = 12;
  const Image<std::uint8_t> usable(grey.width(), grey.height(), 1);
  const auto map = find_layers(*restore(grey, usable, 255, 8), usable, {});
  ASSERT_TRUE(map);
  EXPECT_EQ(map->labels(210, 204), static_cast<std::uint8_t>(Label::gap));
  for (int u : {60, 180, 210, 240, 400, 600}) EXPECT_NEAR(map->front_v[u], 200, 2.5) << u;
}

TEST(Layers, AShallowSlitIsAGapToo) {
  // Analytic: a slit of 5 px, no darker than 0.65 of the layer and widened by blur, along either boundary;
  // the layer ends at its near wall, to half a px.
  StepPicture picture;
  picture.outside = 150, picture.blur = 1.0;
  Image<float> grey = picture.draw();
  const auto step = [](double x) { return 0.5 * (1 + std::erf(x / std::sqrt(2.0))); };
  RandomStream random(3, "slits");
  for (int x = 100; x < 540; ++x)
    for (int y = 0; y < 480; ++y) {
      const double v = y + 0.5;
      grey(x, y) = static_cast<float>(150 - 85 * step(v - 115) + 35 * step(v - 120) - 35 * step(v - 200) +
                                      95 * step(v - 205) + 4 * random.normal());
    }
  const Image<std::uint8_t> usable(grey.width(), grey.height(), 1);
  const auto map = find_layers(*restore(grey, usable, 255, 8), usable, {});
  ASSERT_TRUE(map);
  EXPECT_EQ(map->labels(300, 202), static_cast<std::uint8_t>(Label::gap));
  EXPECT_EQ(map->labels(300, 117), static_cast<std::uint8_t>(Label::gap));
  for (int u : {140, 250, 320, 500}) {
    EXPECT_NEAR(map->front_v[u], 200, 0.5) << u;
    EXPECT_NEAR(map->outer_v[u], 120, 0.5) << u;
  }
  EXPECT_NEAR(map->front_v[40], 200, 2);
  EXPECT_TRUE(std::isnan(map->front_gap.edge[40]));
}

TEST(Layers, ASlantedCrackIsNoGap) {
  // Analytic: a black line of 4 px that meets the front at 30 degrees ends nothing.
  StepPicture picture;
  Image<float> grey = picture.draw();
  for (int x = 240; x < 360; ++x)
    for (int k = -2; k < 2; ++k) grey(x, static_cast<int>(200 + 0.577 * (x - 300)) + k) = 15;
  const Image<std::uint8_t> usable(grey.width(), grey.height(), 1);
  const auto map = find_layers(*restore(grey, usable, 255, 8), usable, {});
  ASSERT_TRUE(map);
  for (int u = 0; u < 640; ++u) EXPECT_TRUE(std::isnan(map->front_gap.edge[u])) << u;
}

TEST(Layers, BetweenTwoBrightSidesPoresAndRoughnessTell) {
  // Analytic: a mount as bright as the electrolyte, whose own step is the stronger one; the electrolyte has
  // pores, a rough front and most of the picture.
  StepPicture picture;
  picture.outside = 175;
  picture.front = [](double u) { return 205 + 6 * std::sin(u / 9.0) + 4 * std::sin(u / 23.0 + 1); };
  Image<float> grey = picture.draw();
  for (int k = 0; k < 12; ++k)
    for (int y = 0; y < 6; ++y)
      for (int x = 0; x < 8; ++x) grey(30 + 50 * k + x, 260 + (k * 37) % 180 + y) = 25;
  const Image<std::uint8_t> usable(grey.width(), grey.height(), 1);
  const auto map = find_layers(*restore(grey, usable, 255, 8), usable, {});
  ASSERT_TRUE(map) << to_string(map.errors());
  EXPECT_EQ(map->frame.side, Side::top);
  EXPECT_FALSE(raised(map->flags, "sem.side_unsure"));
}

TEST(Layers, WhatTheSheetSaysOfTheSideHolds) {
  // Invariant: a layer in the middle of one grey reads either way, and says so; stated, it reads as stated.
  StepPicture picture;
  picture.outside = picture.electrolyte = 160;
  picture.outer = [](double) { return 205.0; };
  picture.front = [](double) { return 275.0; };
  const auto open = layers_of(picture);
  ASSERT_TRUE(open) << to_string(open.errors());
  EXPECT_TRUE(raised(open->flags, "sem.side_unsure"));
  for (const Side side : {Side::top, Side::bottom}) {
    LayerOptions options;
    options.side = side;
    const auto map = layers_of(picture, options);
    ASSERT_TRUE(map) << to_string(map.errors());
    EXPECT_EQ(map->frame.side, side);
    EXPECT_FALSE(raised(map->flags, "sem.side_unsure"));
  }
}

TEST(Layers, RefusesWhatIsWhiteOrEmpty) {
  // Invariant: nothing can be told from a picture that is white for the most part, nor from one of noise.
  StepPicture picture;
  Image<float> grey = picture.draw();
  for (float& g : grey.pixels()) g = std::min(255.0F, 4 * g);
  const Image<std::uint8_t> usable(grey.width(), grey.height(), 1);
  EXPECT_FALSE(find_layers(*restore(grey, usable, 255, 8), usable, {}));
  picture.outside = picture.interphase = picture.electrolyte = 100;
  EXPECT_FALSE(layers_of(picture));
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
