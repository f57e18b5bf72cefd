#include <gtest/gtest.h>

#include "modules/io/spectra/kernel.hpp"
#include "pipeline/core/file.hpp"
#include "tests/cli/program.hpp"

namespace litho {
namespace {

// Invariant: what the shipped graph writes reads back to the same numbers, in both formats, and again from
// them.
TEST(ConvertRun, WritesTidyCsvAndVamasThatReadBack) {
  const Scratch scratch;
  scratch.write("film.csv",
                "# hv = 1486.6 eV, dwell = 0.1 s\nBE/eV,counts\n580,10\n579.9,12\n579.8,11\n579.7,14\n");
  const Ran ran = scratch.run("run convert film.csv -o run");
  ASSERT_EQ(ran.code, 0) << ran.err;
  const Csv table = scratch.table("run/spectra.csv");
  ASSERT_EQ(table.rows.size(), 1U);
  EXPECT_EQ(cell(table, 0, "intensity_sum"), "47");
  EXPECT_EQ(cell(table, 0, "axis"), "binding");
  const auto open = [&](const std::string& name) {
    const auto bytes = read_file(scratch / name);
    EXPECT_TRUE(bytes) << name;
    auto spectra = read_spectra(*bytes, name);
    EXPECT_TRUE(spectra) << name;
    return spectra->front().data();
  };
  const SpectrumData truth = open("film.csv");
  for (const char* name : {"run/spectra/film.csv", "run/spectra/film.vms"}) {
    const SpectrumData back = open(name);
    EXPECT_EQ(back.energy_ev, truth.energy_ev) << name;
    EXPECT_EQ(back.intensity, truth.intensity) << name;
    EXPECT_EQ(back.photon_energy_ev, truth.photon_energy_ev) << name;
    EXPECT_EQ(back.unit, truth.unit) << name;
  }
  const Ran again = scratch.run("run convert run/spectra/film.vms -o again");
  ASSERT_EQ(again.code, 0) << again.err;
  EXPECT_EQ(open("again/spectra/film.vms").intensity, truth.intensity);
}

// Invariant: a file that is no spectrum fails its item and names the reason; the others are written.
TEST(ConvertRun, SaysWhyAFileIsRefused) {
  const Scratch scratch;
  scratch.write("good.csv", "KE/eV,counts\n1,2\n2,3\n3,4\n");
  scratch.write("bad.csv", "x,y\n1,2\n2,3\n3,4\n");
  const Ran ran = scratch.run("run convert good.csv bad.csv -o run");
  EXPECT_EQ(ran.code, 3) << ran.err;
  EXPECT_NE(ran.err.find("columns.axis"), std::string::npos) << ran.err;
  EXPECT_TRUE(std::filesystem::exists(scratch / "run/spectra/good.vms"));
  EXPECT_FALSE(std::filesystem::exists(scratch / "run/spectra/bad.vms"));
}

}  // namespace
}  // namespace litho
