#include <gtest/gtest.h>

#include <cmath>

#include "modules/xps/coverage_decision/kernel.hpp"
#include "pipeline/core/rng.hpp"

namespace litho {
namespace {

/// A measurement as the tests would give it: ratio and its spread, lithium share of thick lithium and its
/// spread.
FilmMeasurement measured(double ratio, double u, double lithium, double lithium_u) {
  FilmMeasurement m;
  m.with_reference = true;
  m.film = CrTemplate{};
  m.film->area = 1000;
  m.film->area_u = 1;
  m.thick_lithium_area = 10;
  m.li1s_area_per_amplitude = 10;
  const auto line = [](double value, double sd) {
    Detection d;
    d.z_sd = sd;
    d.amplitude = std::max(0.0, value);
    d.amplitude_at_nominal = value;
    d.found = value > 2.326 * sd;
    d.p = d.found ? 1e-3 : 0.5;
    d.amplitude_lo = d.found ? value - 1.96 * sd : 0;
    d.amplitude_hi = std::max(0.0, value) + 1.7 * sd;
    d.limit = 4 * sd;
    return d;
  };
  m.cr2p = line(ratio, u);
  m.cr2p_shape_u = 0.01;
  m.li = LiWindow{line(lithium, lithium_u), std::nullopt, {}};
  return m;
}

CoverageFigures decided(const FilmMeasurement& m) {
  const auto f = decide_coverage(m, "bare", {});
  EXPECT_TRUE(f);
  return *f;
}

TEST(DecideCoverage, FollowsTheDeclaredRules) {
  // invariant: the four verdicts by found, limit and declared fractions
  EXPECT_EQ(decided(measured(0.001, 0.003, 0.9, 0.05)).decision, Decision::covered);
  EXPECT_EQ(decided(measured(0.3, 0.01, 0.7, 0.05)).decision, Decision::non_uniform);
  EXPECT_EQ(decided(measured(1.0, 0.005, 0.0, 0.04)).decision, Decision::uncovered);
  EXPECT_EQ(decided(measured(0.001, 0.003, 0.0, 0.05)).decision, Decision::indeterminate);
  // The limit is above the largest open fraction: never `covered`.
  EXPECT_EQ(decided(measured(0.001, 0.006, 0.9, 0.05)).decision, Decision::indeterminate);
  // Lithium is not found, but chromium falls short of the reference: no verdict.
  EXPECT_EQ(decided(measured(0.7, 0.005, 0.0, 0.04)).decision, Decision::indeterminate);
}

TEST(DecideCoverage, NeverCoveredBesideALimitAboveTheDeclaredFraction) {
  // invariant: over films and noise of every kind, and any declared fraction
  RandomStream random(3, "films");
  int covered = 0;
  for (int k = 0; k < 400; ++k) {
    const double u = 0.0005 * std::pow(40, random.uniform());
    const double lithium_u = 0.02 * std::pow(10, random.uniform());
    const FilmMeasurement m =
        measured(0.02 * random.uniform() + u * random.normal(), u, random.uniform(), lithium_u);
    DecisionOptions options;
    options.largest_open_fraction = 0.002 * std::pow(25, random.uniform());
    const auto f = decide_coverage(m, "bare", options);
    ASSERT_TRUE(f);
    if (f->decision != Decision::covered) continue;
    ++covered;
    EXPECT_LE(f->cr2p_limit, options.largest_open_fraction);
    EXPECT_FALSE(f->cr2p_found);
    EXPECT_TRUE(f->li1s_found);
  }
  EXPECT_GT(covered, 20);
}

TEST(DecideCoverage, TheSentenceGivesItsNumbers) {
  // analytic: 0.6 % open at most, or 3.15 nm x ln(1/0.006) = 16 nm of even lithium
  const CoverageFigures f = decided(measured(0.0, 0.00353, 0.9, 0.05));
  EXPECT_NE(f.sentence.find("at most 0.6 %"), std::string::npos) << f.sentence;
  EXPECT_NE(f.sentence.find("16 nm"), std::string::npos) << f.sentence;
  EXPECT_EQ(f.cr2p_ratio.lo, 0);
}

TEST(DecideCoverage, NoSentenceHasAnExponent) {
  // invariant: shares from a ten-thousandth to several are written out
  for (const double ratio : {0.0, 0.00012, 0.02, 0.994, 0.996, 1.012, 1.37, 12.0})
    for (const double lithium : {0.0, 0.9}) {
      const CoverageFigures f = decided(measured(ratio, 0.05 * ratio + 1e-5, lithium, 0.05));
      EXPECT_EQ(f.sentence.find("e+"), std::string::npos) << f.sentence;
      EXPECT_EQ(f.sentence.find("e-0"), std::string::npos) << f.sentence;
      EXPECT_EQ(f.sentence.find("p = 0)"), std::string::npos) << f.sentence;
    }
  // analytic
  const CoverageFigures f = decided(measured(1.012, 0.005, 0.0, 0.04));
  EXPECT_NE(f.sentence.find(": 101 % ("), std::string::npos) << f.sentence;
}

TEST(DecideCoverage, WithoutAReferenceThereIsNoRatio) {
  // invariant: sensitivity factors give a bound, not a figure
  FilmMeasurement m = measured(0.001, 0.003, 0.9, 0.05);
  m.with_reference = false;
  m.thick_lithium_area.reset();
  const CoverageFigures f = decided(m);
  EXPECT_TRUE(std::isnan(f.cr2p_ratio.value));
  EXPECT_TRUE(f.reference.empty());
  EXPECT_GT(f.cr2p_limit, 0);
}

TEST(CoverageCells, OneACell) {
  // invariant: as many cells as columns
  EXPECT_EQ(coverage_cells({}).size(), coverage_columns().size());
}

}  // namespace
}  // namespace litho
