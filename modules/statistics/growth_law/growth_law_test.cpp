#include <gtest/gtest.h>

#include <cmath>

#include "modules/statistics/growth_law/kernel.hpp"

namespace litho {
namespace {

// Published value: Anscombe's first set (Am. Stat. 27 (1973) 17): y = 3.0001 + 0.5001 x, standard
// errors 1.1247 and 0.1179, residual standard deviation 1.2366, R^2 0.6665; t(0.975, 9) = 2.262157.
TEST(GrowthLaw, LineAsPublished) {
  const double x[]{10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5};
  const double y[]{8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68};
  std::vector<GrowthPoint> points;
  for (int i = 0; i < 11; ++i) points.push_back({x[i], y[i]});
  const auto fits = fit_growth(points);
  ASSERT_EQ(fits.size(), 2U);
  EXPECT_EQ(fits[0].law, "linear");
  EXPECT_NEAR(fits[0].rate.value, 0.5001, 5e-5);
  EXPECT_NEAR(fits[0].intercept_um.value, 3.0001, 5e-5);
  EXPECT_NEAR(fits[0].rate.hi - fits[0].rate.value, 2.262157 * 0.1179, 2e-4);
  EXPECT_NEAR(fits[0].intercept_um.value - fits[0].intercept_um.lo, 2.262157 * 1.1247, 2e-4);
  EXPECT_NEAR(fits[0].residual_sd_um, 1.2366, 5e-5);
  EXPECT_NEAR(fits[0].r_squared, 0.6665, 5e-5);
}

// Analytic: points of one law with scatter of a known pattern prefer that law, and the weights add up to 1.
TEST(GrowthLaw, TellsTheLawsApart) {
  for (const bool parabolic : {false, true}) {
    std::vector<GrowthPoint> points;
    for (int i = 1; i <= 8; ++i) {
      const double t = 10.0 * i, clean = parabolic ? 0.2 + 0.5 * std::sqrt(t) : 0.2 + 0.05 * t;
      points.push_back({t, clean + (i % 2 == 0 ? 0.01 : -0.01)});
    }
    const auto fits = fit_growth(points);
    const GrowthFit& right = fits[parabolic ? 1 : 0];
    EXPECT_EQ(right.verdict, "preferred");
    EXPECT_EQ(fits[parabolic ? 0 : 1].verdict, "disfavoured");
    EXPECT_NEAR(fits[0].weight + fits[1].weight, 1, 1e-12);
    EXPECT_TRUE(right.rate.lo <= (parabolic ? 0.5 : 0.05) && (parabolic ? 0.5 : 0.05) <= right.rate.hi);
  }
}

// Analytic: too few times give no fit, too few points or no scatter no comparison.
TEST(GrowthLaw, SaysNothingFromTooLittle) {
  EXPECT_TRUE(fit_growth(std::vector<GrowthPoint>{{1, 1}, {1, 2}, {2, 2}, {2, 3}}).empty());
  const auto four = fit_growth(std::vector<GrowthPoint>{{0, 1}, {1, 2.2}, {2, 2.9}, {3, 4.1}});
  ASSERT_EQ(four.size(), 2U);
  EXPECT_TRUE(std::isnan(four[0].aicc));
  EXPECT_EQ(four[0].verdict, "undecided");
  std::vector<GrowthPoint> exact;
  for (int i = 0; i < 6; ++i) exact.push_back({static_cast<double>(i), 1.0});
  EXPECT_EQ(fit_growth(exact)[0].verdict, "undecided");
}

}  // namespace
}  // namespace litho
