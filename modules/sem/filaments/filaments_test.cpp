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

TEST(Filaments, RootsAtTheEdgeOfTheFieldAreNotCounted) {
  // Invariant: a root cut by the picture's edge is unknown, not counted.
  const auto map = found(drawn([](int x, int y) { return x < 8 && y < 200; }));
  EXPECT_TRUE(map.filaments.empty());
}

}  // namespace
}  // namespace litho
