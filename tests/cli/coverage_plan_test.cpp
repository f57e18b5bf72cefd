#include <gtest/gtest.h>

#include "pipeline/core/number.hpp"
#include "tests/cli/program.hpp"

namespace litho {
namespace {

TEST(CoveragePlan, PrintsATableAndLeavesNoFolder) {
  // invariant: one row a film, bare ones that were not plated yet included; limits at or below the fraction
  const Scratch scratch;
  ASSERT_EQ(scratch.run("sample xps -n 2 --seed 4 --kind covered --sweeps 4 -o t").code, 0);
  scratch.write("t/bare.csv",
                "sample,role,file\n"
                "one,reference,xps_0000_reference.vms\n"
                "two,reference,xps_0001_reference.vms\n"
                "two,plated,xps_0001_plated.vms\n"
                "three,plated,xps_0001_plated.vms\n");
  const Ran ran = scratch.run("coverage t/bare.csv --plan --largest-open 0.03 --jobs 2");
  EXPECT_EQ(ran.code, 3);  // `three` has no bare film
  const auto table = read_csv(ran.out);
  ASSERT_TRUE(table) << ran.out;
  ASSERT_EQ(table->rows.size(), 3U) << ran.out;
  for (const std::size_t row : {0U, 1U}) {
    EXPECT_EQ(cell(*table, row, "largest_open_fraction"), "0.03");
    EXPECT_TRUE(parse_int(cell(*table, row, "sweeps_needed"))) << ran.out;
    EXPECT_LE(*parse_double(cell(*table, row, "limit_then")), 0.03);
  }
  EXPECT_EQ(cell(*table, 0, "sample"), "one");
  EXPECT_NE(cell(*table, 0, "message").find("no plated Cr 2p"), std::string::npos);
  EXPECT_EQ(cell(*table, 1, "sweeps_measured"), "4");
  EXPECT_EQ(cell(*table, 2, "sweeps_needed"), "");
  EXPECT_NE(cell(*table, 2, "message").find("plan.no_reference"), std::string::npos);
  EXPECT_FALSE(std::filesystem::exists(scratch / "run"));

  // The order of items and the numbers do not depend on threads.
  EXPECT_EQ(scratch.run("coverage t/bare.csv --plan --largest-open 0.03 --jobs 1").out, ran.out);
}

TEST(CoveragePlan, RefusesWhatItCannotMean) {
  // invariant: usage errors end with 2 before anything is read
  const Scratch scratch;
  scratch.write("s.csv", "sample,role,file\n");
  EXPECT_EQ(scratch.run("coverage s.csv").code, 2);
  EXPECT_EQ(scratch.run("coverage s.csv -o run --largest-open 0.01").code, 2);
  EXPECT_EQ(scratch.run("coverage s.csv --plan --largest-open 2").code, 2);
  EXPECT_FALSE(std::filesystem::exists(scratch / "run"));
}

}  // namespace
}  // namespace litho
