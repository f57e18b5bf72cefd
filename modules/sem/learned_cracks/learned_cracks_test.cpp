#include "modules/sem/learned_cracks/kernel.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "modules/sem/line_features/kernel.hpp"
#include "pipeline/core/rng.hpp"

namespace litho {
namespace {

constexpr int kWidth = 300, kHeight = 240;

/// One dark line across the layer (x = 100), one along it (y = 120).
Image<float> picture(int zoom) {
  Image<float> grey(kWidth * zoom, kHeight * zoom);
  RandomStream random(5, "cracks");
  for (int y = 0; y < grey.height(); ++y)
    for (int x = 0; x < grey.width(); ++x) {
      const double u = (x + 0.5) / zoom, v = (y + 0.5) / zoom;
      const bool across = std::abs(u - 100.5) < 1.5 && v > 60 && v < 180;
      const bool along = std::abs(v - 120.5) < 1.5 && u > 160 && u < 280;
      grey(x, y) = static_cast<float>((across || along ? 95 : 120) + 6 * random.normal());
    }
  return grey;
}

LayerMap layers_of(const Image<float>& grey) {
  LayerMap layers;
  layers.frame = {Side::top, grey.width(), grey.height()};
  layers.outer_v.assign(static_cast<std::size_t>(grey.width()), static_cast<float>(grey.height()) / 6);
  layers.front_v.assign(static_cast<std::size_t>(grey.width()), static_cast<float>(grey.height()) * 5 / 6);
  layers.interphase.mean = 120, layers.electrolyte.mean = 120;
  return layers;
}

/// Calls a crack what runs steeply across the layer and is far stronger than noise.
LearnedModel steep_model() {
  LearnedModel model;
  const auto& names = line_feature_names();
  const auto place = [&](const char* name) {
    return static_cast<std::uint8_t>(std::find(names.begin(), names.end(), name) - names.begin());
  };
  model.lines = {
      static_cast<int>(names.size()),
      2,
      {{0, 5, 2}},
      {{place("across"), 180, 1}, {0, 255, 1}, {place("strength"), 182, 3}, {0, 255, 3}, {0, 255, 4}},
      {0.5F, 0.5F, 0.9F, 0.1F, 0.5F, 0.5F, 0.9F, 0.1F, 0.1F, 0.9F}};
  model.line_um = 0.1;
  return model;
}

CrackPaths find(const Image<float>& grey, double pixel_size_nm) {
  const Image<std::uint8_t> usable(grey.width(), grey.height(), 1);
  const Pellet pellet = pellet_of(layers_of(grey), usable);
  CrackPaths usual;
  usual.void_grey = 0, usual.blur_px = 1;
  return find_learned_cracks(grey, usable, find_ridges(grey, usable), pellet, steep_model(), pixel_size_nm,
                             usual);
}

TEST(LearnedCracks, FollowWhatTheForestCallsACrack) {
  // analytic: a hand-made forest that takes what is steep, and one drawn line of two
  const CrackPaths found = find(picture(1), 100);
  ASSERT_EQ(found.cracks.size(), 1U);
  EXPECT_NEAR(line_length(found.cracks[0].line), 120, 10);
  for (const PointPx& p : found.cracks[0].line) EXPECT_NEAR(p.x, 100.5, 2);
  EXPECT_GT(found.cracks[0].evidence.score, 0);
}

TEST(LearnedCracks, LiveInMicrometres) {
  // analytic: the same scene at half the pixel size
  const CrackPaths found = find(picture(2), 50);
  double length = 0, points = 0, near = 0;
  for (const CrackPath& crack : found.cracks) {
    length += line_length(crack.line);
    for (const PointPx& p : crack.line) points += 1, near += std::abs(p.x - 201) < 5;
  }
  EXPECT_NEAR(length, 240, 36);
  EXPECT_GT(near, 0.9 * points);
}

TEST(LearnedCracks, PelletIsLayerAndElectrolyte) {
  // analytic: area below the outer boundary
  const Image<float> grey(60, 60);
  const Image<std::uint8_t> usable(60, 60, 1);
  const Pellet pellet = pellet_of(layers_of(grey), usable);
  EXPECT_DOUBLE_EQ(pellet.area_px, 60 * 50);
  EXPECT_EQ(pellet.labels(30, 5), static_cast<std::uint8_t>(Label::outside));
  EXPECT_EQ(pellet.labels(30, 30), static_cast<std::uint8_t>(Label::interphase));
  EXPECT_EQ(pellet.labels(30, 55), static_cast<std::uint8_t>(Label::electrolyte));
}

}  // namespace
}  // namespace litho
