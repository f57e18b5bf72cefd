#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "pipeline/core/number.hpp"
#include "pipeline/core/rng.hpp"
#include "tests/cli/program.hpp"

namespace litho {
namespace {

namespace fs = std::filesystem;

constexpr const char* kPeaks = R"(peaks: 1
name: carbon
regions:
  - name: C 1s
    window_ev: [280, 291]
    background: { shirley: }
    components:
      - name: C-C
        shape: gaussian
        position_ev: { start: 284.5, low: 283, high: 287 }
        fwhm_ev: { start: 1, low: 0.5, high: 2 }
      - name: C-O
        shape: gaussian
        position_ev: "[C-C].position + 1.6"
        fwhm_ev: "[C-C].fwhm"
)";

/// Two Gaussians of 6000 and 2000 counts eV, 1.2 eV wide, 285 and 286.6 eV, on 200 counts and a step.
std::string spectrum(const std::string& name) {
  RandomStream random(5, name);
  std::string csv = "binding_energy_ev,counts\n";
  double below = 0;
  for (int i = 0; i <= 240; ++i) {
    const double e = 279.5 + 0.05 * i;
    const auto bell = [&](double at) {
      return std::exp(-4 * std::log(2.0) * (e - at) * (e - at) / 1.44) * 0.93943727869965 / 1.2;
    };
    const double signal = 6000 * bell(285) + 2000 * bell(286.6);
    below += 0.05 * signal;
    csv += format_exact(e) + "," + format_exact(random.poisson(200 + signal + 0.02 * below)) + "\n";
  }
  return csv;
}

void expect_holds(const Csv& table, std::size_t row, const std::string& lo, const std::string& hi,
                  double truth) {
  // 95 % intervals widened to 4 sigma, for a test must not fail by chance.
  const double a = *parse_double(cell(table, row, lo)), b = *parse_double(cell(table, row, hi));
  EXPECT_LT(std::abs(truth - 0.5 * (a + b)), 2.05 * 0.5 * (b - a)) << lo << ' ' << a << ' ' << b;
}

TEST(FitRun, FindsDrawnPeaksAndLeavesEveryFile) {
  // Analytic: the drawn peaks are known.
  const Scratch scratch;
  scratch.write("peaks.yaml", kPeaks);
  scratch.write("one.csv", spectrum("one"));
  scratch.write("two.csv", spectrum("two"));
  scratch.write(
      "sheet.csv",
      "sample,role,file,region,dwell_s,scans\nfilm,reference,one.csv,,0.5,4\nfilm,plated,two.csv,,0.5,4\n");
  const Ran ran = scratch.run("fit peaks.yaml sheet.csv -o run");
  ASSERT_EQ(ran.code, 0) << ran.err;
  const Csv peaks = scratch.table("run/peaks.csv");
  ASSERT_EQ(peaks.rows.size(), 4U);
  const std::vector<std::string> promised{"sample",      "role",          "region",   "component",
                                          "position_ev", "position_u_ev", "fwhm_ev",  "fwhm_u_ev",
                                          "area",        "area_u",        "fraction", "at_bound"};
  for (std::size_t k = 0; k < promised.size(); ++k) EXPECT_EQ(peaks.columns[k], promised[k]);
  for (const std::size_t row : {0U, 2U}) {
    expect_holds(peaks, row, "position_lo_ev", "position_hi_ev", 285);
    expect_holds(peaks, row, "fwhm_lo_ev", "fwhm_hi_ev", 1.2);
    expect_holds(peaks, row, "area_lo", "area_hi", 3000);  // 2 s a point
    expect_holds(peaks, row + 1, "area_lo", "area_hi", 1000);
    EXPECT_EQ(cell(peaks, row, "area_unit"), "counts*eV/s");
  }
  EXPECT_EQ(cell(peaks, 3, "role"), "plated");
  const Csv fit = scratch.table("run/fits/film-plated-C 1s.csv");
  const std::vector<std::string> columns{"binding_energy_ev", "counts", "background", "envelope",
                                         "residual_sigma",    "C-C",    "C-O"};
  EXPECT_EQ(fit.columns, columns);
  EXPECT_EQ(fit.rows.size(), 221U);
  EXPECT_TRUE(fs::exists(scratch / "run/fits/film-reference-C 1s.svg"));
  EXPECT_EQ(scratch.table("run/casaxps.csv").rows.size(), 4U);
  const auto run = nlohmann::json::parse(scratch.read("run/run.json"));
  const std::string graph = run.at("graph").at("text");
  EXPECT_NE(graph.find("sha256"), std::string::npos);
  EXPECT_NE(graph.find("[C-C].position + 1.6"), std::string::npos);

  // Invariant: the same bytes with more threads, and for a run gone on with.
  ASSERT_EQ(scratch.run("fit peaks.yaml sheet.csv -o again --jobs 2").code, 0);
  EXPECT_EQ(scratch.read("again/peaks.csv"), scratch.read("run/peaks.csv"));
  EXPECT_EQ(scratch.run("fit peaks.yaml sheet.csv -o again --resume").code, 0);
  EXPECT_EQ(scratch.read("again/peaks.csv"), scratch.read("run/peaks.csv"));
}

TEST(FitRun, TiesEnergiesToALineOrToWhatIsStated) {
  // Analytic: hydrocarbon drawn at 285.0 belongs at 284.8; a stated shift moves every position alike.
  const Scratch scratch;
  scratch.write("peaks.yaml", kPeaks);
  scratch.write("one.csv", spectrum("one"));
  ASSERT_EQ(scratch.run("fit peaks.yaml one.csv -o asis").code, 0);
  ASSERT_EQ(scratch.run("fit peaks.yaml one.csv -o tied --set fit.charge=c1s").code, 0);
  ASSERT_EQ(scratch
                .run("fit peaks.yaml one.csv -o told --set 'fit.charge_shift=-0.25 eV' --set "
                     "'fit.charge_shift_u=50 meV'")
                .code,
            0);
  const Csv asis = scratch.table("asis/peaks.csv"), tied = scratch.table("tied/peaks.csv"),
            told = scratch.table("told/peaks.csv");
  EXPECT_EQ(cell(asis, 0, "charge_shift_ev"), "");
  EXPECT_NEAR(*parse_double(cell(tied, 0, "charge_shift_ev")), 0.2, 0.03);
  EXPECT_NEAR(*parse_double(cell(tied, 0, "position_ev")), 284.8, 0.03);
  EXPECT_EQ(cell(tied, 0, "charge_reference"), "C 1s 284.8");
  EXPECT_NEAR(*parse_double(cell(told, 0, "position_ev")), *parse_double(cell(asis, 0, "position_ev")) + 0.25,
              0.005);
  EXPECT_EQ(cell(told, 0, "charge_shift_u_ev"), "0.05");
  const Ran none = scratch.run("fit peaks.yaml one.csv -o none --set fit.charge=au4f");
  EXPECT_EQ(none.code, 0);
  EXPECT_NE(cell(scratch.table("none/peaks.csv"), 0, "fit_flags").find("fit.no_charge_reference"),
            std::string::npos);
}

TEST(FitRun, RefusesAPeakFileByLineAndFailsItemsByName) {
  // Invariant: exit codes and places.
  const Scratch scratch;
  std::string bad = kPeaks;
  bad.replace(bad.find("fwhm_ev"), 7, "fwmh_ev");
  scratch.write("bad.yaml", bad);
  scratch.write("peaks.yaml", kPeaks);
  scratch.write("one.csv", spectrum("one"));
  scratch.write("far.csv", "binding_energy_ev,counts\n100,5\n100.1,6\n100.2,5\n");
  const Ran refused = scratch.run("fit bad.yaml one.csv -o run");
  EXPECT_EQ(refused.code, 2);
  EXPECT_NE(refused.err.find("bad.yaml:11:"), std::string::npos) << refused.err;
  EXPECT_NE(refused.err.find("did you mean 'fwhm_ev'"), std::string::npos) << refused.err;
  EXPECT_FALSE(fs::exists(scratch / "run"));
  EXPECT_EQ(scratch.run("fit nothing.yaml one.csv -o run").code, 2);
  EXPECT_EQ(scratch.run("fit peaks.yaml one.csv -o run --set fit.interval=guess").code, 2);
  const Ran failed = scratch.run("fit peaks.yaml far.csv -o run");
  EXPECT_EQ(failed.code, 3);
  EXPECT_NE(failed.err.find("fit.no_region"), std::string::npos) << failed.err;
}

TEST(FitRun, ShippedModelsAreSound) {
  // Invariant: each shipped model loads; a spectrum without its region then fails by name, not by the model.
  const Scratch scratch;
  scratch.write("far.csv", "binding_energy_ev,counts\n100,5\n100.1,6\n100.2,5\n");
  for (const std::string name : {"cr2p", "cr2p_film", "li1s_cr3p", "c1s", "o1s", "al2p_cr3s", "ge3d"}) {
    const Ran ran = scratch.run("fit " + name + " far.csv -o run_" + name);
    EXPECT_EQ(ran.code, 3) << name << ran.err;
    EXPECT_NE(ran.err.find("fit.no_region"), std::string::npos) << name << ran.err;
  }
}

}  // namespace
}  // namespace litho
