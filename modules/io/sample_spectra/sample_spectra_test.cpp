#include "modules/io/sample_spectra/kernel.hpp"

#include <gtest/gtest.h>

namespace litho {
namespace {

Spectrum region(const std::string& name, const std::string& block) {
  SpectrumData data;
  data.region = name;
  data.block = block;
  data.energy_ev = {570, 571, 572};
  data.intensity = {1, 2, 3};
  return *Spectrum::make(std::move(data));
}

TEST(SampleSpectra, RegionNamesOfInstrumentsAgree) {
  // invariant: what an analyst would call the same region
  EXPECT_TRUE(same_region("Cr2p Scan", "Cr 2p"));
  EXPECT_TRUE(same_region("LI1S", "Li 1s"));
  EXPECT_FALSE(same_region("Cr 2p", "Cr 3p"));
  EXPECT_FALSE(same_region("Scan", "Cr 2p Scan"));
}

TEST(SampleSpectra, TheRowsRegionAndBlockAreChosen) {
  // invariant: a row gets what it names, and an error lists what there is
  const std::map<std::string, std::string> row{{"region", "cr 2p"}, {"block", "2"}};
  const auto chosen =
      choose_spectra({region("Cr2p", "1"), region("Cr2p", "2"), region("C1s", "2")}, row, "s.csv:2");
  ASSERT_TRUE(chosen);
  ASSERT_EQ(chosen->size(), 1U);
  EXPECT_EQ(chosen->front().data().block, "2");
  const auto none = choose_spectra({region("C1s", "2")}, row, "s.csv:2");
  ASSERT_FALSE(none);
  EXPECT_EQ(none.errors().front().code, "spectra.no_region");
  EXPECT_NE(none.errors().front().hint.find("C1s [2]"), std::string::npos);
  EXPECT_TRUE(choose_spectra({region("", "")}, {{"region", "Cr 2p"}}, "s.csv:2"));
}

TEST(SampleSpectra, StatedFactsAreChecked) {
  // invariant: every wrong value is named, none is read as something else
  const auto good =
      stated_facts({{"axis", "kinetic"}, {"unit", "counts/s"}, {"dwell_s", "0.1"}, {"scans", "5"}});
  ASSERT_TRUE(good);
  EXPECT_EQ(good->axis, EnergyAxis::kinetic);
  EXPECT_EQ(good->scan_count, 5);
  const auto bad = stated_facts({{"axis", "BE"}, {"unit", "cps"}, {"dwell_s", "0,1"}, {"scans", "2.5"}});
  ASSERT_FALSE(bad);
  EXPECT_EQ(bad.errors().size(), 4U);
}

}  // namespace
}  // namespace litho
