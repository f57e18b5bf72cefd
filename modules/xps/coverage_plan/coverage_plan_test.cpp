#include <gtest/gtest.h>

#include <cmath>

#include "modules/xps/coverage_plan/kernel.hpp"
#include "pipeline/core/rng.hpp"

namespace litho {
namespace {

double bell(double e, double at, double fwhm) {
  return std::exp(-4 * std::log(2.0) * std::pow((e - at) / fwhm, 2));
}

/// One second a sweep; `rate` times counts a second.
RegionCounts cr2p(double chromium, int sweeps, double rate, RandomStream& random) {
  RegionCounts r;
  r.seconds = sweeps;
  r.dwell_s = 1;
  r.sweeps = sweeps;
  r.source = "drawn";
  double sum = 0;
  for (int i = 0; i <= 430; ++i) {
    const double e = 562 + 0.1 * i;
    const double line = chromium * (600 * bell(e, 574.2, 1.2) + 400 * bell(e, 576.8, 2.8) +
                                    260 * bell(e, 583.5, 1.7) + 200 * bell(e, 586.6, 3));
    sum += 0.1 * line;
    r.energy_ev.push_back(e);
    r.counts.push_back(random.poisson(rate * sweeps * (150 + 0.5 * (e - 562) + line + 0.03 * sum)));
  }
  return r;
}

FilmSpectra films(std::optional<int> plated_sweeps, double rate = 1, double chromium = 0) {
  RandomStream random(11, "films");
  FilmSpectra s;
  s.bare_cr2p = cr2p(1, static_cast<int>(40 / rate), rate, random);
  if (plated_sweeps) s.plated_cr2p = cr2p(chromium, *plated_sweeps, rate, random);
  return s;
}

SweepPlan planned(const FilmSpectra& s, double fraction) {
  const auto plan = plan_sweeps(s, {0.01, fraction, 284.8});
  EXPECT_TRUE(plan) << (plan ? "" : to_string(plan.errors()));
  return plan ? *plan : SweepPlan{};
}

TEST(PlanSweeps, FollowsTheSquareRootWhereCountingRules) {
  // analytic: so few counts hide any departure, and half the limit takes four times the sweeps
  const FilmSpectra s = films(100, 0.002);
  const SweepPlan coarse = planned(s, 0.2), fine = planned(s, 0.1);
  ASSERT_TRUE(coarse.sweeps_needed && fine.sweeps_needed);
  EXPECT_NEAR(static_cast<double>(*fine.sweeps_needed) / static_cast<double>(*coarse.sweeps_needed), 4, 0.6)
      << *coarse.sweeps_needed << ' ' << *fine.sweeps_needed;
}

TEST(PlanSweeps, NineOfTenMeasurementsAsPlannedAreBelow) {
  // invariant: films drawn anew with the planned sweeps reach the limit, those with half of them do not
  for (const std::optional<int> plated : {std::optional<int>(6), std::optional<int>()}) {
    FilmSpectra s = films(plated);
    const SweepPlan plan = planned(s, 0.02);
    ASSERT_TRUE(plan.sweeps_needed);
    EXPECT_LE(plan.limit_then, 0.02);
    EXPECT_EQ(plan.sweeps_measured, plated.value_or(40));
    RandomStream random(12, "again");
    int below = 0, below_half = 0;
    constexpr int kDrawn = 20;
    for (int i = 0; i < kDrawn; ++i)
      for (const int part : {1, 2}) {
        s.plated_cr2p = cr2p(0, static_cast<int>(*plan.sweeps_needed) / part, 1, random);
        const auto m = measure_chromium(s, {});
        ASSERT_TRUE(m);
        (part == 1 ? below : below_half) += m->cr2p->limit <= 0.02;
      }
    EXPECT_GE(below, 15) << *plan.sweeps_needed;  // nine of ten, less 2.3 standard deviations
    EXPECT_LE(below_half, 3) << *plan.sweeps_needed;
  }
}

TEST(PlanSweeps, SaysWhatItCannotPlan) {
  // invariant: no reference, another pass energy, unknown sweeps, a film that is open
  FilmSpectra s = films(10);
  s.bare_cr2p.reset();
  EXPECT_EQ(plan_sweeps(s, {}).errors().front().code, "plan.no_reference");

  s = films(10);
  s.plated_cr2p->pass_energy_ev = 20;
  s.bare_cr2p->pass_energy_ev = 50;
  EXPECT_EQ(plan_sweeps(s, {}).errors().front().code, "coverage.pass_energy");

  s = films(10);
  s.plated_cr2p->sweeps.reset();
  const SweepPlan unknown = planned(s, 0.01);
  EXPECT_FALSE(unknown.sweeps_needed);
  EXPECT_TRUE(unknown.times_needed);
  EXPECT_NE(unknown.message.find("times as long"), std::string::npos) << unknown.message;

  const SweepPlan open = planned(films(10, 1, 0.5), 0.02);
  EXPECT_NE(open.message.find("Cr 2p is found"), std::string::npos) << open.message;

  const SweepPlan never = planned(films(10), 1e-4);
  EXPECT_FALSE(never.times_needed);
  EXPECT_NE(never.message.find("not to be reached"), std::string::npos) << never.message;
}

TEST(SweepPlanCells, OneACell) {
  // invariant: as many cells as columns
  EXPECT_EQ(sweep_plan_cells({}, {}).size(), sweep_plan_columns().size());
}

}  // namespace
}  // namespace litho
