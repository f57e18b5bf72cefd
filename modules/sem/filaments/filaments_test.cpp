#include "modules/sem/filaments/kernel.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <opencv2/imgproc.hpp>

#include "modules/sem/filaments/opening.hpp"

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
  // Invariant: the same stub is a filament in calm electrolyte and none where patches of its size are as
  // dark.
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

/// Filled down to a rough line near `level`, with holes and islands of several sizes.
cv::Mat rough_mask(int level, int seed) {
  cv::RNG random(static_cast<std::uint64_t>(seed));
  cv::Mat mask(200, 300, CV_8U, cv::Scalar(0));
  mask.rowRange(0, level).setTo(255);
  for (int k = 0; k < 150; ++k)
    cv::circle(mask, {random.uniform(0, 300), random.uniform(level - 40, 200)}, random.uniform(1, 30),
               random.uniform(0, 2) ? 255 : 0, cv::FILLED);
  mask.row(0).setTo(255);
  return mask;
}

TEST(FilamentOpenings, AreThoseOfDistanceTransforms) {
  // Independent library: two distance transforms over the whole mask, then a flood from the top row.
  for (const int level : {10, 60, 150}) {
    const cv::Mat mask = rough_mask(level, level);
    filaments::Opening opening(mask, 24);
    for (const int radius : {2, 4, 8, 14, 24}) {
      cv::Mat inside, shrunk, distance, opened;
      cv::distanceTransform(mask, inside, cv::DIST_L2, cv::DIST_MASK_5);
      cv::compare(inside, radius, shrunk, cv::CMP_LE);
      cv::distanceTransform(shrunk, distance, cv::DIST_L2, cv::DIST_MASK_5);
      cv::compare(distance, radius, opened, cv::CMP_LE);
      opened &= mask;
      opened.row(0).setTo(255);
      cv::floodFill(opened, {0, 0}, 128, nullptr, {}, {}, 8);
      const cv::Mat base = opened == 128;
      EXPECT_EQ(cv::countNonZero(base != opening.base(static_cast<float>(radius))), 0)
          << level << ' ' << radius;
    }
  }
}

TEST(FilamentOpenings, ComponentsAreThoseOfTheLibrary) {
  // Independent library: cv::connectedComponentsWithStats.
  const cv::Mat mask = rough_mask(60, 7);
  cv::Mat ids, stats, centres;
  const int n = cv::connectedComponentsWithStats(mask, ids, stats, centres, 8, CV_32S);
  const auto found = filaments::components(mask, 0);
  ASSERT_EQ(found.size() + 1, static_cast<std::size_t>(n));
  for (const auto& one : found) {
    const int id = ids.at<int>(one.runs[0].y, one.runs[0].first);
    int area = 0;
    for (const auto& r : one.runs) {
      area += r.last - r.first;
      for (int x = r.first; x < r.last; ++x) EXPECT_EQ(ids.at<int>(r.y, x), id);
    }
    EXPECT_EQ(area, stats.at<int>(id, cv::CC_STAT_AREA));
    EXPECT_EQ(one.box, cv::Rect(stats.at<int>(id, 0), stats.at<int>(id, 1), stats.at<int>(id, 2),
                                stats.at<int>(id, 3)));
  }
}

}  // namespace
}  // namespace litho
