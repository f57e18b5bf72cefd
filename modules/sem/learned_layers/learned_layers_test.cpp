#include "modules/sem/learned_layers/kernel.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "modules/sem/learned_layers/solve.hpp"
#include "modules/sem/learned_layers/voids.hpp"
#include "pipeline/core/rng.hpp"

namespace litho {
namespace {

using learned::Boundaries, learned::Evidence;

struct Scene {
  FeatureGrid grid;
  Evidence evidence;
  std::vector<int> outer, front;
};

/// Probabilities that name every cell rightly with `sure`, wrongly in `wrong` of the cells.
Scene scene(int w, int h, double sure, double wrong) {
  Scene s;
  s.grid.frame = {Side::top, w, h};
  s.grid.grey = Image<float>(w, h);
  s.grid.seen = Image<std::uint8_t>(w, h, 1);
  s.evidence = {w, h, 3, std::vector<float>(static_cast<std::size_t>(3 * w * h)), {}, 0};
  RandomStream random(1, "scene");
  for (int u = 0; u < w; ++u) {
    s.outer.push_back(static_cast<int>(0.3 * h + 0.1 * u));
    s.front.push_back(static_cast<int>(0.6 * h + 0.1 * u + 3 * std::sin(u * 0.1)));
    for (int v = 0; v < h; ++v) {
      int c = v < s.outer.back() ? 0 : v < s.front.back() ? 1 : 2;
      if (random.uniform() < wrong) c = static_cast<int>(random.below(3));
      for (int k = 0; k < 3; ++k)
        s.evidence.shares[static_cast<std::size_t>((k * h + v) * w + u)] =
            static_cast<float>(k == c ? sure : (1 - sure) / 2);
    }
  }
  return s;
}

double worst(const std::vector<int>& a, const std::vector<int>& b) {
  double most = 0;
  for (std::size_t k = 0; k < a.size(); ++k)
    most = std::max(most, std::abs(static_cast<double>(a[k] - b[k])));
  return most;
}

TEST(LearnedLayers, FindsTheBoundariesThatTheProbabilitiesShow) {
  // analytic: sure evidence of tilted, wavy boundaries leaves one reading
  const Scene s = scene(160, 120, 0.98, 0);
  const Boundaries b = learned::solve(s.grid, s.evidence);
  EXPECT_LE(worst(b.outer, s.outer), 1);
  EXPECT_LE(worst(b.front, s.front), 1);
  // At least what every cell costs that is named rightly; at most one cell a column and boundary is not.
  EXPECT_GE(b.cost, -std::log(0.98) - 1e-3);
  EXPECT_LE(b.cost, -std::log(0.98) - 2.0 / 120 * std::log(0.01));
  EXPECT_GT(b.agreement, 0.9);
}

TEST(LearnedLayers, CellsNamedWronglyDoNotTearTheBoundaries) {
  // analytic: a third of the cells named at random; order and smoothness hold the boundaries, and less is
  // expected
  const Scene s = scene(160, 120, 0.8, 0.33);
  const Boundaries b = learned::solve(s.grid, s.evidence);
  EXPECT_LE(worst(b.outer, s.outer), 6);
  EXPECT_LE(worst(b.front, s.front), 6);
  EXPECT_LT(b.agreement, 0.75);
}

TEST(LearnedLayers, AnEdgeDecidesWhereTheClassesCannot) {
  // analytic: classes say nothing between rows 60 and 90, the edge lies at row 80
  Scene s = scene(120, 120, 0.9, 0);
  const int w = 120, h = 120;
  s.evidence.edges.assign(static_cast<std::size_t>(3 * w * h), 0.05F);
  for (int u = 0; u < w; ++u) {
    for (int v = 0; v < h; ++v) {
      const float layer = v < 40 ? 0.05F : v < 60 ? 0.9F : v < 90 ? 0.475F : 0.05F;
      const float below = v < 60 ? 0.05F : v < 90 ? 0.475F : 0.9F;
      const auto at = [&](int c) -> float& {
        return s.evidence.shares[static_cast<std::size_t>((c * h + v) * w + u)];
      };
      at(0) = v < 40 ? 0.9F : 0.05F, at(1) = layer, at(2) = below;
    }
    for (const int v : {79, 80}) s.evidence.edges[static_cast<std::size_t>((2 * h + v) * w + u)] = 0.9F;
  }
  const Boundaries b = learned::solve(s.grid, s.evidence);
  EXPECT_LE(worst(b.front, std::vector<int>(120, 80)), 1);
  EXPECT_LE(worst(b.outer, std::vector<int>(120, 40)), 1);
}

TEST(LearnedLayers, RefusesAMagnificationFarFromTheTrainings) {
  // invariant: cells smaller than half a pixel, or a picture of few cells
  Restored picture;
  picture.grey = Image<float>(128, 128, 10.0F);
  LearnedModel model;
  model.cell_um = 1;
  const Image<std::uint8_t> usable(128, 128, 1);
  for (const double pixel_nm : {5000.0, 100.0}) {
    const auto found = find_learned_layers(picture, usable, pixel_nm, model, {});
    ASSERT_FALSE(found);
    EXPECT_EQ(found.errors()[0].code, "model.scale");
  }
}

/// A layer from row 40 to 100 in even grey with a little noise.
struct Strip {
  Image<float> grey{200, 140, 100.0F};
  Image<std::uint8_t> usable{200, 140, 1};
  LayerMap map;
  Strip() {
    RandomStream random(3, "strip");
    for (float& g : grey.pixels()) g += static_cast<float>(random.normal());
    map.frame = {Side::top, 200, 140};
    map.outer_v.assign(200, 40), map.front_v.assign(200, 100);
  }
  void darken(int x0, int y0, int x1, int y1) {
    for (int y = y0; y < y1; ++y)
      for (int x = x0; x < x1; ++x) grey(x, y) -= 80;
  }
};

TEST(LearnedLayers, VoidsAtABoundaryAreNoLayer) {
  // analytic: a pore at the outer boundary, one at the front, one inside, and a crack from boundary to
  // boundary
  Strip s;
  s.darken(20, 35, 50, 55), s.darken(120, 85, 150, 106), s.darken(60, 60, 90, 75),
      s.darken(170, 36, 174, 104);
  const learned::Voids voids = learned::leave_voids(s.grey, s.usable, 1, 3, s.map);
  EXPECT_FALSE(voids.split);
  EXPECT_NEAR(s.map.outer_v[35], 55, 1);
  EXPECT_NEAR(s.map.front_v[135], 85, 1);
  for (const int u : {5, 75, 100, 172}) {
    EXPECT_FLOAT_EQ(s.map.outer_v[static_cast<std::size_t>(u)], 40) << u;
    EXPECT_FLOAT_EQ(s.map.front_v[static_cast<std::size_t>(u)], 100) << u;
  }
  EXPECT_EQ(voids.left(35, 50), 1);
  EXPECT_EQ(voids.left(75, 65), 0);
}

TEST(LearnedLayers, ADarkBandEndsTheLayerAndSaysSo) {
  // analytic: a band along all of the layer, away from both boundaries: the thicker part stays
  Strip s;
  s.darken(0, 78, 200, 88);
  EXPECT_TRUE(learned::leave_voids(s.grey, s.usable, 1, 3, s.map).split);
  for (const float v : s.map.front_v) EXPECT_NEAR(v, 78, 1.5);
  for (const float v : s.map.outer_v) EXPECT_FLOAT_EQ(v, 40);
  // Without anything dark nothing moves.
  Strip even;
  EXPECT_FALSE(learned::leave_voids(even.grey, even.usable, 1, 3, even.map).split);
  EXPECT_FLOAT_EQ(even.map.front_v[100], 100);
}

}  // namespace
}  // namespace litho
