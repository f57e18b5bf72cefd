#include "modules/sem/filaments/kernel.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <opencv2/imgproc.hpp>

#include "modules/sem/filaments/odds.hpp"
#include "modules/sem/filaments/paths.hpp"
#include "modules/sem/mat_view/kernel.hpp"
#include "pipeline/core/rng.hpp"

namespace litho {
namespace {

constexpr int kWidth = 800, kHeight = 600, kOuter = 40, kFront = 120;
constexpr float kLayer = 100, kElectrolyte = 160;

using Scene = std::function<float(double x, double y)>;  ///< grey at a place

/// Layer from row 40 to 120, electrolyte below, and what `more` puts there: a grey, or below 0 for nothing.
Scene section(std::function<float(double, double)> more) {
  return [more](double x, double y) {
    const float there = more(x, y);
    return there >= 0 ? there : y < kOuter ? 40.0F : y < kFront ? kLayer : kElectrolyte;
  };
}

struct Drawn {
  Restored picture;
  LayerMap layers;
};

/// The scene with square pixels, `blur` and noise; the front as a trace sees it without filaments.
Drawn draw(const Scene& scene, double noise, int factor = 1, Side side = Side::top, double zoom = 1) {
  Drawn d;
  const int w = static_cast<int>(kWidth / zoom), h = static_cast<int>(kHeight / zoom);
  const bool turned = side == Side::left || side == Side::right;
  d.layers.frame = {side, turned ? h : w, turned ? w : h};
  d.picture.grey = Image<float>(d.layers.frame.image_width, d.layers.frame.image_height);
  const auto grey = upright(d.picture.grey, d.layers.frame);
  for (int v = 0; v < h; ++v)
    for (int u = 0; u < w; ++u) {
      float sum = 0;
      for (const double b : {0.25, 0.75})
        for (const double a : {0.25, 0.75}) sum += scene((u + a) * zoom, (v + b) * zoom) / 4;
      grey(u, v) = sum;
    }
  cv::Mat pixels = mat_view(d.picture.grey);
  cv::GaussianBlur(pixels, pixels, {0, 0}, 1 / zoom);
  RandomStream random(7, "filaments");
  for (float& g : d.picture.grey.pixels()) g += static_cast<float>(noise / zoom * random.normal());
  d.picture.noise_sd = noise / zoom;
  LayerMap& map = d.layers;
  map.labels = Image<std::uint8_t>(d.layers.frame.image_width, d.layers.frame.image_height);
  const auto label = upright(map.labels, map.frame);
  for (int v = 0; v < h; ++v)
    for (int u = 0; u < w; ++u)
      label(u, v) = static_cast<std::uint8_t>(v * zoom < kOuter   ? Label::outside
                                              : v * zoom < kFront ? Label::interphase
                                                                  : Label::electrolyte);
  map.outer_v.assign(static_cast<std::size_t>(w), static_cast<float>(kOuter / zoom));
  map.front_v.assign(static_cast<std::size_t>(w), static_cast<float>(kFront / zoom));
  map.split.assign(static_cast<std::size_t>(w), 130.0F);
  map.outside = {40, 5};
  map.interphase = {kLayer, 5};
  map.electrolyte = {kElectrolyte, 5};
  map.ground = {Image<float>(w / factor, h / factor), Image<std::uint8_t>(w / factor, h / factor, 1), factor};
  for (int v = 0; v < h / factor; ++v)
    for (int u = 0; u < w / factor; ++u) {
      float sum = 0;
      for (int b = 0; b < factor; ++b)
        for (int a = 0; a < factor; ++a) sum += grey(u * factor + a, v * factor + b);
      map.ground.grey(u, v) = sum / static_cast<float>(factor * factor);
    }
  map.front_setup = {60, 50, 30.0 / factor, 0.2, 30.0 / factor};
  return d;
}

FilamentMap found(const Drawn& d) {
  return find_filaments(d.picture, d.layers);
}

/// A bar that hangs on the front.
bool bar(double x, double y, double middle, double width, double to) {
  return std::abs(x - middle) < width / 2 && y >= kFront && y < to;
}

/// Three filaments, 10 px wide, 80, 50 and 120 px deep.
float three(double x, double y) {
  return bar(x, y, 200, 10, 200) || bar(x, y, 400, 10, 170) || bar(x, y, 600, 10, 240) ? kLayer : -1.0F;
}

TEST(Filaments, MeasuresStraightOnesUnderNoise) {
  // analytic: bars of known width and depth, at a fifth and at half of the contrast in noise a pixel.
  for (const double noise : {12.0, 30.0}) {
    const auto map = found(draw(section(three), noise));
    ASSERT_EQ(map.filaments.size(), 3U) << noise;
    const double depths[] = {80, 50, 120};
    for (int k = 0; k < 3; ++k) {
      EXPECT_NEAR(map.filaments[k].depth_px, depths[k], 2.5) << noise << ' ' << k;
      EXPECT_NEAR(map.filaments[k].area_px, 10 * depths[k], 1.2 * depths[k]) << noise << ' ' << k;
      EXPECT_NEAR(map.filaments[k].root_width_px, 10, 4) << noise << ' ' << k;
      EXPECT_NEAR(map.filaments[k].tip.x, 200 + 200 * k, 6) << noise;
    }
    EXPECT_GT(map.any, 0.9);
    for (int u = 0; u < kWidth; ++u) EXPECT_NEAR(map.front_v[u], kFront, 2) << u;
  }
}

TEST(Filaments, AreInterphaseInTheLabels) {
  // analytic: the labels' interphase beyond the front has the bars' area, and lies in them.
  Drawn d = draw(section(three), 20);
  for (int y = 300; y < 340; ++y)  // what the labels took for interphase before
    for (int x = 300; x < 340; ++x) d.layers.labels(x, y) = static_cast<std::uint8_t>(Label::interphase);
  const auto map = found(d);
  int in = 0, out = 0;
  for (int y = kFront + 3; y < kHeight; ++y)
    for (int x = 0; x < kWidth; ++x)
      if (map.labels(x, y) == static_cast<std::uint8_t>(Label::interphase))
        (three(x + 0.5, y + 0.5) > 0 ? in : out) += 1;
  EXPECT_NEAR(in, 10 * (80 + 50 + 120 - 9), 250);
  EXPECT_LT(out, 250);
}

TEST(Filaments, NoiseThatTearsThemIsBridged) {
  // analytic: stretches of 8 px are as bright as the electrolyte; root and tip are still one filament's.
  const auto torn = [](double x, double y) {
    return bar(x, y, 400, 12, 260) && !(y > 160 && y < 168) && !(y > 210 && y < 218) ? kLayer : three(x, y);
  };
  const auto map = found(draw(section(torn), 20));
  ASSERT_EQ(map.filaments.size(), 3U);
  EXPECT_NEAR(map.filaments[1].depth_px, 140, 5);
}

TEST(Filaments, BranchesBelongToTheirRoot) {
  // analytic: a stem with two branches is one filament; its depth is that of the farthest tip.
  const auto tree = [](double x, double y) {
    const bool stem = bar(x, y, 400, 10, 190);
    const bool branch = y >= 180 && y < 250 &&
                        (std::abs(x - (400 + (y - 180))) < 6 || std::abs(x - (400 - (y - 180) / 2)) < 5);
    return stem || branch ? kLayer : bar(x, y, 200, 10, 200) || bar(x, y, 650, 10, 200) ? kLayer : -1.0F;
  };
  const auto map = found(draw(section(tree), 15));
  ASSERT_EQ(map.filaments.size(), 3U);
  EXPECT_NEAR(map.filaments[1].depth_px, 130, 5);
}

TEST(Filaments, BumpsAreNot) {
  // analytic: a half sine 60 px wide and 20 px high is roughness of the base front.
  Drawn d =
      draw(section([](double x, double y) {
             return x >= 370 && x < 430 && y >= kFront && y < kFront + 20 * std::sin((x - 370) * 3.14159 / 60)
                        ? kLayer
                        : -1.0F;
           }),
           10);
  for (int x = 370; x < 430; ++x)
    d.layers.front_v[x] += static_cast<float>(20 * std::sin((x - 370) * 3.14159 / 60));
  const auto map = found(d);
  EXPECT_TRUE(map.filaments.empty());
  EXPECT_NEAR(map.front_v[400], kFront + 20, 2);
}

TEST(Filaments, CracksAreNot) {
  // invariant: lines far darker than the interphase are none, nor are long thin ones, however they hang on
  // the front.
  const auto map = found(draw(section([](double x, double y) {
                                if (bar(x, y, 200, 8, 260) || bar(x, y, 500, 8, 190)) return 25.0F;
                                if (bar(x, y, 650 + 10 * std::sin(y / 20), 3, 500)) return 60.0F;
                                return -1.0F;
                              }),
                              12));
  EXPECT_TRUE(map.filaments.empty());
}

TEST(Filaments, OneThatACrackCrossesIsStillOne) {
  // analytic: bars 80 and 120 px deep, cut across by a dark line; its own two ends are none.
  const auto map = found(draw(section([](double x, double y) {
                                if (std::abs(y - 175) < 3 && x > 120 && x < 330) return 20.0F;
                                return bar(x, y, 200, 12, 200) || bar(x, y, 500, 12, 240) ? kLayer : -1.0F;
                              }),
                              12));
  ASSERT_EQ(map.filaments.size(), 2U);
  EXPECT_GT(map.filaments[0].depth_px, 50);  // at least up to the crossing
  EXPECT_LT(map.filaments[0].depth_px, 84);
  EXPECT_NEAR(map.filaments[1].depth_px, 120, 3);
}

TEST(Filaments, ALineThatRunsOnIntoTheLayerIsACrack) {
  // invariant: the same thin lines beyond the front, but drawn on through the layer.
  const auto lines = [](double x) { return std::abs(x - 200) < 3 || std::abs(x - 600) < 3; };
  const auto ends =
      section([&](double x, double y) { return lines(x) && y >= kFront && y < 200 ? kLayer : -1.0F; });
  const auto runs_on = section([&](double x, double y) {
    if (!lines(x) || y < kOuter || y >= 200) return -1.0F;
    return y < kFront ? 55.0F : kLayer;
  });
  EXPECT_EQ(found(draw(ends, 10)).filaments.size(), 2U);
  EXPECT_TRUE(found(draw(runs_on, 10)).filaments.empty());
}

TEST(Filaments, DarkFacetsAreNot) {
  // invariant: broad grains at the front, darker than the electrolyte but no line, are texture.
  const auto map =
      found(draw(section([](double x, double y) {
                   const auto facet = [&](double cx, double cy, double r) {
                     return y >= kFront && std::abs(x - cx) + 0.8 * std::abs(y - cy) < r;
                   };
                   return facet(200, 140, 60) || facet(430, 125, 45) || facet(640, 170, 80) ? 128.0F : -1.0F;
                 }),
                 12));
  EXPECT_TRUE(map.filaments.empty());
}

TEST(Filaments, WhatTheElectrolyteIsFullOfIsNotCounted) {
  // invariant: the same bars are filaments in calm electrolyte, and none where it is strewn with their like.
  const auto strewn = [](double x, double y) {
    if (three(x, y) > 0) return kLayer;
    const double cell_x = std::floor(x / 90), cell_y = std::floor(y / 150);
    const double from = kFront + 20 + 150 * cell_y - 120, shift = 37 * std::fmod(cell_y * 7, 5);
    return y > kFront + 40 && std::abs(x - 90 * cell_x - 45 - std::fmod(shift, 30)) < 5 && y > from &&
                   y < from + 110
               ? kLayer
               : -1.0F;
  };
  EXPECT_EQ(found(draw(section(three), 12)).filaments.size(), 3U);
  const auto map = found(draw(section(strewn), 12));
  EXPECT_LT(map.any, 0.5);
  EXPECT_TRUE(map.filaments.empty());
}

TEST(Filaments, RootsAtTheEdgeOfTheFieldAreNotCounted) {
  // invariant: a root cut by the picture's edge is unknown, and so is the base front there.
  const auto map =
      found(draw(section([](double x, double y) {
                   return bar(x, y, 3, 14, 220) || bar(x, y, 300, 10, 200) || bar(x, y, 500, 10, 200) ? kLayer
                                                                                                      : -1.0F;
                 }),
                 12));
  EXPECT_EQ(map.filaments.size(), 2U);
  EXPECT_TRUE(std::isnan(map.front_v[2]));
  EXPECT_NEAR(map.front_v[40], kFront, 1);
}

TEST(Filaments, ADatabarAtTheSideIsTheEdgeOfTheField) {
  // invariant: as at the picture's own edge.
  Drawn d = draw(
      section([](double x, double y) {
        return bar(x, y, 697, 14, 220) || bar(x, y, 300, 10, 200) || bar(x, y, 500, 10, 200) ? kLayer : -1.0F;
      }),
      12);
  for (int y = 0; y < kHeight; ++y)
    for (int x = 700; x < kWidth; ++x)
      d.layers.ground.seen(x, y) = 0, d.picture.grey(x, y) = 100, d.layers.ground.grey(x, y) = 100,
                              d.layers.labels(x, y) = 0;
  const auto map = found(d);
  EXPECT_EQ(map.filaments.size(), 2U);
  EXPECT_TRUE(std::isnan(map.front_v[697]));
  EXPECT_NEAR(map.front_v[660], kFront, 1);
}

TEST(Filaments, SurviveHalvingAndTurning) {
  // invariant: the same scene at half the resolution, and lying on its side, has the same filaments.
  const Scene scene = section(three);
  const auto whole = found(draw(scene, 20, 2)), half = found(draw(scene, 20, 1, Side::top, 2)),
             turned = found(draw(scene, 20, 2, Side::left));
  ASSERT_EQ(whole.filaments.size(), 3U);
  ASSERT_EQ(half.filaments.size(), 3U);
  ASSERT_EQ(turned.filaments.size(), 3U);
  for (int k = 0; k < 3; ++k) {
    EXPECT_NEAR(2 * half.filaments[k].depth_px, whole.filaments[k].depth_px, 5) << k;
    EXPECT_NEAR(turned.filaments[k].depth_px, whole.filaments[k].depth_px, 3) << k;
  }
}

TEST(FilamentFront, SpikesAreCutAndBumpsStay) {
  // analytic: on a tilted line, 6 px wide and 20 high goes, 40 px wide and 20 high stays, and so does the
  // tilt.
  std::vector<float> front(400), line(400);
  for (int u = 0; u < 400; ++u) {
    front[u] = line[u] = 100 + 0.2F * static_cast<float>(u);
    if (u >= 100 && u < 106) front[u] += 20;
    if (u >= 250 && u < 290) front[u] += 20;
  }
  const auto cut = filaments::without_spikes(front, 30);
  for (int u = 0; u < 240; ++u) EXPECT_NEAR(cut[u], line[u], 0.2) << u;
  for (int u = 252; u < 288; ++u) EXPECT_NEAR(cut[u], front[u], 0.2) << u;
}

TEST(FilamentOdds, ChanceIsWhatTheLinesShow) {
  // analytic: expected chance findings over findings is the share that is false.
  const std::vector<filaments::Finding> ten(10, {1, 50}), none;
  const auto clear = filaments::weigh_odds(ten, none, 6, 10);
  EXPECT_GT(clear.any, 0.99);
  for (const double p : clear.probability) EXPECT_GT(p, 0.95);
  const std::vector<filaments::Finding> sixty(60, {1, 50});
  const auto even = filaments::weigh_odds(ten, sixty, 6, 10);
  EXPECT_LT(even.any, 0.4);
  for (const double p : even.probability) EXPECT_NEAR(p, 0, 0.1);
  const std::vector<filaments::Finding> thirty(30, {1, 50});
  for (const double p : filaments::weigh_odds(ten, thirty, 6, 10).probability) EXPECT_NEAR(p, 0.5, 0.06);
  // Shallow or badly fitting ones say nothing about deep good ones.
  const std::vector<filaments::Finding> other{{1, 5}, {1, 5}, {40, 50}, {40, 50}};
  EXPECT_GT(filaments::weigh_odds(ten, other, 6, 10).any, 0.95);
  EXPECT_EQ(filaments::weigh_odds(none, none, 6, 10).any, 0);
}

}  // namespace
}  // namespace litho
