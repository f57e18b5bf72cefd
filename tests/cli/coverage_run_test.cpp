#include <gtest/gtest.h>

#include <cmath>

#include "pipeline/core/number.hpp"
#include "tests/cli/program.hpp"

namespace litho {
namespace {

TEST(CoverageRun, LeavesTheFitsBesideTheVerdict) {
  // invariant: every fitted region of both roles has its curves, and they add up; fits that speak do not
  // change a sample's status
  const Scratch scratch;
  ASSERT_EQ(scratch.run("sample xps -n 2 --seed 4 --kind covered --sweeps 10 -o t").code, 0);
  const Ran ran = scratch.run("coverage t/sheet.csv -o run --jobs 2 --quiet");
  ASSERT_EQ(ran.code, 0) << ran.err;
  const Csv coverage = scratch.table("run/coverage.csv"), peaks = scratch.table("run/peaks.csv");
  ASSERT_EQ(coverage.rows.size(), 2U);
  for (const std::size_t row : {0U, 1U})
    EXPECT_EQ(cell(coverage, row, "flags").find("fit."), std::string::npos) << cell(coverage, row, "flags");
  const std::vector<std::string> columns(peaks.columns.begin(), peaks.columns.begin() + 11);
  EXPECT_EQ(columns,
            (std::vector<std::string>{"sample", "role", "region", "component", "position_ev", "position_u_ev",
                                      "fwhm_ev", "fwhm_u_ev", "area", "area_u", "fraction"}));
  for (const std::string role : {"reference", "plated"})
    for (const std::string region : {"Cr 2p", "Li 1s"}) {
      const Csv fit =
          scratch.table("run/fits/" + cell(coverage, 0, "sample") + "-" + role + "-" + region + ".csv");
      ASSERT_GT(fit.rows.size(), 100U) << role << ' ' << region;
      ASSERT_GT(fit.columns.size(), 5U);
      const std::vector<std::string> head(fit.columns.begin(), fit.columns.begin() + 5);
      EXPECT_EQ(head, (std::vector<std::string>{"binding_energy_ev", "counts", "background", "envelope",
                                                "residual_sigma"}));
      for (std::size_t row = 0; row < fit.rows.size(); row += 7) {
        double sum = *parse_double(cell(fit, row, "background"));
        for (std::size_t c = 5; c < fit.columns.size(); ++c) sum += *parse_double(fit.rows[row].fields[c]);
        const double envelope = *parse_double(cell(fit, row, "envelope"));
        EXPECT_NEAR(sum, envelope, 1e-5 * std::abs(envelope));
      }
    }
}

TEST(CoverageRun, ABadFileCostsOnlyItself) {
  // invariant: of eight films one file is cut short; its row fails by name, every other row stays as it was
  const Scratch scratch;
  ASSERT_EQ(scratch.run("sample xps -n 8 --seed 5 -o t").code, 0);
  ASSERT_EQ(scratch.run("coverage t/sheet.csv -o whole --jobs 2 --quiet").code, 0);
  scratch.write("t/xps_0004_plated.vms", "VAMAS Surface Chemical Analysis Standard Data Transfer Format");
  EXPECT_EQ(scratch.run("coverage t/sheet.csv -o bad --jobs 2 --quiet").code, 3);
  const auto whole = read_csv(scratch.read("whole/coverage.csv")),
             bad = read_csv(scratch.read("bad/coverage.csv"));
  ASSERT_TRUE(whole && bad);
  ASSERT_EQ(whole->rows.size(), 8U);
  ASSERT_EQ(bad->rows.size(), 8U);
  for (std::size_t row = 0; row < 8; ++row) {
    if (cell(*bad, row, "sample") == "xps_0004") {
      EXPECT_EQ(cell(*bad, row, "status"), "failed");
      EXPECT_EQ(cell(*bad, row, "flags"), "vamas.truncated");
      EXPECT_EQ(cell(*bad, row, "decision"), "");
    } else {
      EXPECT_EQ(bad->rows[row].fields, whole->rows[row].fields);
    }
  }
}

}  // namespace
}  // namespace litho
