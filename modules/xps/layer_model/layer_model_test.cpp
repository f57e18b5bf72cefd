#include "modules/xps/layer_model/kernel.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace litho {
namespace {

LayerObservation observed(double bare, double thickness_nm, double u2p, double u3p) {
  const auto through = [&](double nm) { return bare + (1 - bare) * std::exp(-thickness_nm / nm); };
  LayerObservation o;
  o.film = {{through(3.15), u2p, 3.15}, {through(4.59), u3p, 4.59}};
  o.lithium = FilmLine{(1 - bare) * (1 - std::exp(-thickness_nm / 4.56)), 0.03, 4.56};
  return o;
}

TEST(EstimateLayer, TellsAnEvenLayerAndItsThickness) {
  // analytic: 5 nm everywhere leaves exp(-5/3.15) of Cr 2p and exp(-5/4.59) of Cr 3p
  const auto e = estimate_layer(observed(0, 5, 0.004, 0.01));
  ASSERT_TRUE(e);
  EXPECT_EQ(e->kind, LayerKind::thin);
  EXPECT_NEAR(e->thickness_nm.value, 5, 0.3);
  EXPECT_LT(e->thickness_nm.lo, 5);
  EXPECT_GT(e->thickness_nm.hi, 5);
  EXPECT_LT(e->log_ratio, -2);
}

TEST(EstimateLayer, TellsThickPatches) {
  // analytic: both lines fall alike, to the bare share
  const auto e = estimate_layer(observed(0.3, 200, 0.004, 0.01));
  ASSERT_TRUE(e);
  EXPECT_EQ(e->kind, LayerKind::patchy);
  EXPECT_NEAR(e->fraction.value, 0.7, 0.02);
  EXPECT_LT(e->fraction.lo, 0.7);
  EXPECT_GT(e->fraction.hi, 0.7);
  EXPECT_TRUE(std::isnan(e->thickness_nm.hi));
  EXPECT_GT(e->log_ratio, 2);
}

TEST(EstimateLayer, SaysUnresolvedWhereTheSecondLineIsTooWeak) {
  // invariant: without a second line, patches and an even layer fit alike, and only bounds are given
  LayerObservation o = observed(0.02, 200, 0.004, 0.01);
  o.film.pop_back();
  const auto e = estimate_layer(o);
  ASSERT_TRUE(e);
  EXPECT_EQ(e->kind, LayerKind::unresolved);
  EXPECT_NEAR(e->log_ratio, 0, 0.5);
  EXPECT_TRUE(std::isnan(e->fraction.hi));
  EXPECT_NEAR(e->fraction.lo, 1 - 0.02 - 1.645 * 0.004, 0.003);
  // exp(-t/L) can be no more than the ratio.
  EXPECT_LT(e->thickness_nm.lo, -3.15 * std::log(0.02));
  EXPECT_GT(e->thickness_nm.lo, 5);
}

TEST(EstimateLayer, BareFilmHasNoCover) {
  // analytic: ratio 1 and no lithium leave no room for a cover of a nanometre or more
  LayerObservation o = observed(1, 1, 0.01, 0.03);
  const auto e = estimate_layer(o);
  ASSERT_TRUE(e);
  EXPECT_LT(e->fraction.value, 0.02);
  EXPECT_LT(e->fraction.hi, 0.3);
  EXPECT_TRUE(std::isnan(e->fraction.lo));
}

TEST(EstimateLayer, RefusesWhatIsNoMeasurement) {
  // invariant: errors, not numbers
  EXPECT_EQ(estimate_layer({}).errors().front().code, "layer.no_line");
  LayerObservation o = observed(0.5, 5, 0.01, 0.01);
  o.film[1].u = 0;
  EXPECT_EQ(estimate_layer(o).errors().front().code, "layer.value");
}

}  // namespace
}  // namespace litho
