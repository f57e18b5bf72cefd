#include <gtest/gtest.h>

#include <cmath>

#include "modules/xps/fit/charge.hpp"
#include "modules/xps/fit/kernel.hpp"
#include "pipeline/core/text.hpp"

namespace litho {
namespace {

RegionReport report() {
  RegionReport out;
  out.role = "plated", out.region = "Cr 2p", out.file = "a.vms", out.peaks = "cr2p", out.interval = "profile";
  out.specimen = "pellet 3", out.variables = "etch time=30 s";
  out.seconds = 2;
  out.rsf = {10.0, 5.0};
  out.data = {{570, 571, 572}, {5, 9, 6}, 1};
  out.fit.model = "declared";
  out.fit.scores = {{"declared", true, 3, 4, 11, 12, 0.75}, {"other", true, 4, 3, 13, 14, 0.25}};
  out.fit.components = {
      {"A",
       {574, 0.1, 573.8, 574.2},
       {1, kNotMeasured, kNotMeasured, kNotMeasured},
       {100, 8, 84, 116},
       false,
       0.8,
       true,
       {1, 2, 3}},
      {"B", {576, 0.1, 575.8, 576.2}, {2, 0.1, 1.8, 2.2}, {25, 4, 17, 33}, true, 0.2, false, {1, 1, 0}}};
  out.fit.background = {3, 3, 3}, out.fit.envelope = {5, 6, 6}, out.fit.residual_sigma = {0, 1.2, 0};
  out.fit.converged = true, out.fit.pearson = 4, out.fit.degrees_of_freedom = 2;
  out.fit.low_ev = 570, out.fit.high_ev = 572;
  return out;
}

std::string cell(const RegionReport& r, std::size_t row, const std::string& column) {
  const auto rows = peak_rows(r);
  for (std::size_t k = 0; k < peak_columns().size(); ++k)
    if (peak_columns()[k] == column) return to_text(rows[row][k]);
  return "no such column";
}

TEST(FitTables, BeginWithThePromisedColumns) {
  // Reviewed sample: the columns that scripts rely on, spelt out once more; sample stands before them.
  const std::vector<std::string> promised{"role",          "region",   "component", "position_ev",
                                          "position_u_ev", "fwhm_ev",  "fwhm_u_ev", "area",
                                          "area_u",        "fraction", "at_bound"};
  ASSERT_GE(peak_columns().size(), promised.size());
  for (std::size_t k = 0; k < promised.size(); ++k) EXPECT_EQ(peak_columns()[k], promised[k]);
  for (const auto& row : peak_rows(report())) EXPECT_EQ(row.size(), peak_columns().size());
  for (const auto& row : casaxps_rows({report()})) EXPECT_EQ(row.size(), casaxps_columns().size());
}

TEST(FitTables, GiveAreasPerSecondAndSayTheirUnit) {
  // Analytic: 100 counts eV in 2 s a point.
  EXPECT_EQ(cell(report(), 0, "area"), "50");
  EXPECT_EQ(cell(report(), 0, "area_hi"), "58");
  EXPECT_EQ(cell(report(), 0, "area_unit"), "counts*eV/s");
  EXPECT_EQ(cell(report(), 0, "fwhm_u_ev"), "");
  EXPECT_EQ(cell(report(), 0, "at_bound"), "1");
  EXPECT_EQ(cell(report(), 1, "area_range"), "window");
  EXPECT_EQ(cell(report(), 0, "specimen"), "pellet 3");
  EXPECT_EQ(cell(report(), 0, "variables"), "etch time=30 s");
  auto unknown = report();
  unknown.seconds.reset();
  EXPECT_EQ(cell(unknown, 0, "area"), "100");
  EXPECT_EQ(cell(unknown, 0, "area_unit"), "counts*eV");
}

TEST(FitTables, AtomicPercentagesShareTheCorrectedAreas) {
  // Analytic: (100/10, 25/5) of 15, and none where a factor is missing.
  const auto rows = casaxps_rows({report()});
  EXPECT_NEAR(std::get<double>(rows[0][8]), 200.0 / 3, 1e-9);
  EXPECT_NEAR(std::get<double>(rows[1][8]), 100.0 / 3, 1e-9);
  auto without = report();
  without.rsf[1].reset();
  EXPECT_EQ(to_text(casaxps_rows({without})[0][8]), "");
}

TEST(FitTables, CurvesStandBesideTheData) {
  // Reviewed sample.
  EXPECT_EQ(fit_csv(report()),
            "binding_energy_ev,counts,background,envelope,residual_sigma,A,B\n"
            "570,5,3,5,0,1,1\n571,9,3,6,1.2,2,1\n572,6,3,6,0,3,0\n");
}

SampleSpectrum scan(const std::string& role, const std::string& region, double line_ev, double low_ev,
                    double high_ev, double step_ev = 0.1) {
  SpectrumData data;
  data.region = region;
  for (double e = low_ev; e <= high_ev; e += step_ev) {
    const double u = (e - line_ev) / 1.2;
    data.energy_ev.push_back(e);
    data.intensity.push_back(std::round(200 + 20000 * std::exp(-4 * std::log(2.0) * u * u)));
  }
  return {*Spectrum::make(std::move(data)), region, role, "A", region + role + ".vms", "s.csv:2", {}};
}

TEST(ChargeReferences, TakeTheLineOfTheirOwnRole) {
  // Analytic: C 1s drawn 1.2 and 0.4 eV too high; a survey beside it is left alone.
  SampleSpectra sample{"A",
                       {scan("plated", "Cr 2p", 574, 565, 590), scan("plated", "C 1s", 286.0, 275, 297),
                        scan("reference", "C 1s", 285.2, 275, 297), scan("plated", "Survey", 300, 0, 1000, 1),
                        scan("", "Cr 2p", 574, 565, 590)}};
  ChargeReferences c1s(sample, {.line = "c1s"});
  const auto plated = c1s.of(sample.spectra[0]), bare = c1s.of(sample.spectra[2]);
  ASSERT_TRUE(plated && *plated && bare && *bare);
  EXPECT_NEAR((*plated)->shift_ev, 1.2, 0.02);
  EXPECT_NEAR((*bare)->shift_ev, 0.4, 0.02);
  EXPECT_GT((*plated)->u_ev, 0.2) << "adventitious carbon itself is uncertain";
  const auto none = c1s.of(sample.spectra[4]);
  ASSERT_FALSE(none);
  EXPECT_EQ(none.errors()[0].code, "energy.no_reference");
  ChargeReferences off(sample, {});
  ASSERT_TRUE(off.of(sample.spectra[0]));
  EXPECT_FALSE(*off.of(sample.spectra[0]));
}

TEST(ChargeReferences, TakeTheLineOfTheirOwnCycleAndSpecimen) {
  // Analytic: each cycle of a profile and each specimen of a file charges in its own way.
  SampleSpectra sample{"A", {}};
  for (const auto& [specimen, cycle, line_ev] : {std::tuple{"x", 0, 286.0}, {"x", 1, 285.4}, {"y", 0, 287.0}})
    for (const bool carbon : {true, false}) {
      auto one = carbon ? scan("", "C 1s", line_ev, 275, 297) : scan("", "Cr 2p", 574, 565, 590);
      SpectrumData data = one.spectrum.data();
      data.sample = specimen, data.variables = {{"cycle", "", static_cast<double>(cycle)}};
      one.spectrum = *Spectrum::make(std::move(data));
      sample.spectra.push_back(std::move(one));
    }
  ChargeReferences c1s(sample, {.line = "c1s"});
  const double expected[] = {1.2, 0.6, 2.2};
  for (std::size_t k = 0; k < 3; ++k) {
    const auto shift = c1s.of(sample.spectra[2 * k + 1]);
    ASSERT_TRUE(shift && *shift);
    EXPECT_NEAR((*shift)->shift_ev, expected[k], 0.02) << k;
  }
}

TEST(ChargeReferences, TheSheetGoesBeforeTheOptionAndThatBeforeTheLine) {
  // Invariant.
  SampleSpectra sample{"A", {scan("", "C 1s", 286.0, 275, 297)}};
  ChargeReferences charges(sample, {.line = "c1s", .stated_ev = 2.5, .stated_u_ev = 0.1});
  EXPECT_EQ((**charges.of(sample.spectra[0])).shift_ev, 2.5);
  EXPECT_EQ((**charges.of(sample.spectra[0])).u_ev, 0.1);
  sample.spectra[0].fields = {{"charge_shift_ev", "-19.7"}, {"charge_shift_u_ev", "0.3"}};
  EXPECT_EQ((**charges.of(sample.spectra[0])).shift_ev, -19.7);
  EXPECT_EQ((**charges.of(sample.spectra[0])).u_ev, 0.3);
  sample.spectra[0].fields = {{"charge_shift_ev", "much"}};
  EXPECT_EQ(charges.of(sample.spectra[0]).errors()[0].code, "sheet.bad_number");
}

TEST(FitFigure, ShowsDataComponentsAndResiduals) {
  // Invariant: a sound figure that names its series; the same bytes twice.
  const auto figure = fit_svg(report(), "cell 3");
  ASSERT_TRUE(figure);
  for (const char* word :
       {"cell 3, plated, Cr 2p", "background", "envelope", "binding energy (eV)", ">A<", ">B<"})
    EXPECT_NE(figure->find(word), std::string::npos) << word;
  EXPECT_EQ(*fit_svg(report(), "cell 3"), *figure);
}

TEST(FitRemarks, SayWhatSpeaksAgainstAFit) {
  // Invariant: nothing for a sound fit but the choice of model; a code for each fault.
  const auto codes = [](const RegionFit& fit) {
    std::vector<std::string> out;
    for (const auto& remark : fit_remarks(fit, "p")) out.push_back(remark.code);
    return join(out, ";");
  };
  RegionFit fit = report().fit;
  EXPECT_EQ(codes(fit), "fit.model_choice");
  fit.converged = false, fit.misfit_sigma = 9;
  fit.parameters = {{"A.fwhm", 1, kNotMeasured, true, true, false}, {"B.area", 1, 5, true, false, true}};
  fit.high_correlations = {{"a", "b", 0.99}};
  RegionFit flat = report().fit;
  flat.parameters = {{"background.step", 0, kNotMeasured, true, true, false}};
  EXPECT_EQ(codes(flat), "fit.model_choice") << "no step is no fault";
  EXPECT_EQ(codes(fit),
            "fit.not_converged;fit.at_bound;fit.poorly_determined;fit.bad_fit;fit.high_correlation;fit.model_"
            "choice");
  fit.misfit_sigma = -9;
  EXPECT_NE(codes(fit).find("fit.too_good"), std::string::npos);
}

}  // namespace
}  // namespace litho
