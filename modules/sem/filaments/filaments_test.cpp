#include "modules/sem/filaments/kernel.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace litho {
namespace {

/// The picture that goes with drawn labels, without noise.
FilamentMap found(const LayerMap& map) {
  Restored picture;
  picture.grey = Image<float>(400, 300);
  for (std::size_t i = 0; i < picture.grey.size(); ++i)
    picture.grey.pixels()[i] =
        map.labels.pixels()[i] == static_cast<std::uint8_t>(Label::electrolyte) ? 160.0F : 100.0F;
  return find_filaments(picture, map);
}

/// Labels drawn by hand: layer from row 50 to 120, and what `inside` adds.
template <class F>
LayerMap drawn(F inside) {
  LayerMap map;
  map.frame = {Side::top, 400, 300};
  map.labels = Image<std::uint8_t>(400, 300);
  for (int y = 0; y < 300; ++y)
    for (int x = 0; x < 400; ++x)
      map.labels(x, y) = static_cast<std::uint8_t>(y < 50                    ? Label::outside
                                                   : y < 120 || inside(x, y) ? Label::interphase
                                                                             : Label::electrolyte);
  map.outer_v.assign(400, 50.0F);
  map.front_v.assign(400, 120.0F);
  map.interphase = {100, 5};
  map.electrolyte = {160, 5};
  map.ground = {Image<float>(400, 300), Image<std::uint8_t>(400, 300, 1), 1};
  for (int y = 0; y < 300; ++y)
    for (int x = 0; x < 400; ++x)
      map.ground.grey(x, y) = map.labels(x, y) == static_cast<std::uint8_t>(Label::electrolyte) ? 160.0F
                              : map.labels(x, y) == static_cast<std::uint8_t>(Label::outside)   ? 40.0F
                                                                                                : 100.0F;
  map.front_setup = {60, 50, 30, 0.2, 30};
  map.texture = {0.01, 0.02, 0.03};
  for (int x = 0; x < 400; ++x) {
    int y = 120;  // what a trace sees: the first row of electrolyte
    while (y < 299 && map.labels(x, y) != static_cast<std::uint8_t>(Label::electrolyte)) ++y;
    map.front_v[x] = static_cast<float>(y);
  }
  return map;
}

TEST(Filaments, MeasuresAStraightOne) {
  // Analytic: 10 px wide, 80 px deep.
  const auto map = found(drawn([](int x, int y) { return x >= 200 && x < 210 && y < 200; }));
  ASSERT_EQ(map.filaments.size(), 1U);
  EXPECT_NEAR(map.filaments[0].depth_px, 80, 2);
  EXPECT_NEAR(map.filaments[0].root_width_px, 10, 3);
  EXPECT_NEAR(map.filaments[0].area_px, 800, 60);
  for (int u = 0; u < 400; ++u) EXPECT_NEAR(map.front_v[u], 120, 2) << u;
}

TEST(Filaments, BranchesBelongToTheirRoot) {
  // Analytic: a stem with two branches is one filament; its depth is that of the farthest tip.
  const auto map = found(drawn([](int x, int y) {
    const bool stem = x >= 200 && x < 208 && y < 170;
    const bool branch = y >= 160 && y < 230 &&
                        (std::abs(x - (204 + (y - 160))) < 5 || std::abs(x - (204 - (y - 160) / 2)) < 4);
    return stem || branch;
  }));
  ASSERT_EQ(map.filaments.size(), 1U);
  EXPECT_NEAR(map.filaments[0].depth_px, 110, 4);
}

TEST(Filaments, BumpsAreNot) {
  // Analytic: a half sine 60 px wide and 20 px high is roughness of the base front.
  const auto map = found(drawn(
      [](int x, int y) { return x >= 170 && x < 230 && y < 120 + 20 * std::sin((x - 170) * 3.14159 / 60); }));
  EXPECT_TRUE(map.filaments.empty());
  EXPECT_NEAR(map.front_v[200], 140, 2);
}

TEST(Filaments, WhatTextureCanBeIsNotCounted) {
  // Invariant: the same stub is a filament in calm electrolyte and none where patches of its size are as dark.
  const auto stub = [](int x, int y) { return x >= 200 && x < 210 && y < 150; };
  LayerMap map = drawn(stub);
  EXPECT_EQ(found(map).filaments.size(), 1U);
  map.texture = {0.1, 20, 40};
  EXPECT_TRUE(found(map).filaments.empty());
}

TEST(Filaments, ACrackIsNot) {
  // Invariant: a slit darker than the interphase is no filament, however it hangs on the front.
  LayerMap map = drawn([](int x, int y) { return x >= 200 && x < 207 && y < 200; });
  Restored picture;
  picture.grey = map.ground.grey;
  for (int y = 120; y < 200; ++y)
    for (int x = 202; x < 205; ++x) picture.grey(x, y) = 60;
  EXPECT_TRUE(find_filaments(picture, map).filaments.empty());
}

TEST(Filaments, RootsAtTheEdgeOfTheFieldAreNotCounted) {
  // Invariant: a root cut by the picture's edge is unknown, not counted.
  const auto map = found(drawn([](int x, int y) { return x < 8 && y < 200; }));
  EXPECT_TRUE(map.filaments.empty());
}

}  // namespace
}  // namespace litho
