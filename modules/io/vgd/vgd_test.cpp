#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>

#include "modules/io/ole2/builder.hpp"
#include "modules/io/vgd/kernel.hpp"
#include "pipeline/core/file.hpp"
#include "tests/support/mutations.hpp"
#include "tests/support/shared_data.hpp"

namespace litho {
namespace {

using test::LittleEndian;
using Data = std::vector<std::uint8_t>;

struct Vgd {
  std::vector<double> counts{100.5, 200, 300};
  bool linear = true;
  int other_axis_points = 0;  ///< 0 = one axis
  unsigned axis_type = 1;
  int scans = 2, current_scan = 2;
  double start = 1188.68;
  bool properties = true;
  unsigned claimed_points = 0;  ///< 0 = as many as there are

  Data build() const {
    LittleEndian axes, values;
    axes.u32(0x20000).u32(other_axis_points > 0 ? 2 : 1);
    for (const char* text : {"Energy", "E", "eV"})
      axes.u32(2 * (std::string(text).size() + 1)).utf16(text).u16(0);
    axes.u32(claimed_points > 0 ? claimed_points : counts.size()).f64(start).f64(0.1).u8(linear);
    for (std::size_t i = 0; !linear && i < counts.size(); ++i)
      axes.f64(start + 0.5 * static_cast<double>(i * i));
    axes.u32(axis_type);
    if (other_axis_points > 0)
      axes.u32(2)
          .u16(0)
          .u32(2)
          .u16(0)
          .u32(2)
          .u16(0)
          .u32(static_cast<unsigned>(other_axis_points))
          .f64(0)
          .f64(1)
          .u8(1)
          .u32(6);
    for (int level = 0; level < std::max(1, other_axis_points); ++level)
      for (const double count : counts) values.f64(count);
    const auto value = [](unsigned type) { return std::move(LittleEndian().u32(type)); };
    const Data set =
        test::property_set({{"Scans", value(3).u32(static_cast<unsigned>(scans)).bytes()},
                            {"Current Scan", value(3).u32(static_cast<unsigned>(current_scan)).bytes()},
                            {"DwellTime", value(4).f32(0.05F).bytes()},
                            {"SourceEnergy", value(4).f32(1486.68F).bytes()},
                            {"PassEnergy", value(4).f32(50).bytes()},
                            {"ChamberWorkFunction", value(4).f32(4.2F).bytes()},
                            {"Technique", value(3).u32(17).bytes()},
                            {"Instrument", value(31).u32(7).utf16("K-Alpha").bytes()},
                            {"Calibration Energy Scale", value(8).u32(24).utf16("Ag3d = 368.2").bytes()},
                            {"AcquisitionStart", value(64).put<std::int64_t>(134176614150000000).bytes()}});
    std::vector<std::pair<std::string, Data>> streams{{"VGSpaceAxes", axes.bytes()},
                                                      {"VGData", values.bytes()}};
    if (properties) streams.push_back({"\x05Q5nw4m3lIjudbfwyAayojlptCa", set});
    return test::compound_file(streams);
  }
};

std::string code_of(const Data& file) {
  const auto spectra = read_vgd(file, "a.vgd");
  return spectra ? "ok" : spectra.errors()[0].code;
}

TEST(Vgd, ReadsCountsAndTheirFactor) {
  // analytic: a compound file written by hand; 134176614150000000 ticks are 2026-03-11 00:10:15 UTC (date -u
  // -d @1773187815)
  const auto spectra = read_vgd(Vgd{}.build(), "a.vgd");
  ASSERT_TRUE(spectra) << to_string(spectra.errors());
  ASSERT_EQ(spectra->size(), 1u);
  const SpectrumData& data = spectra->front().data();
  EXPECT_EQ(data.unit, IntensityUnit::counts);
  EXPECT_EQ(data.intensity, (std::vector<double>{100.5, 200, 300}));
  EXPECT_EQ(data.axis, EnergyAxis::kinetic);
  EXPECT_NEAR(spectra->front().binding_ev().value()[0], 298.0, 1e-9) << "1486.68 - 1188.68, no work function";
  EXPECT_EQ(data.dwell_s, 0.05);
  EXPECT_EQ(data.scan_count, 2);
  EXPECT_EQ(data.pass_energy_ev, 50);
  EXPECT_EQ(data.work_function_ev, 4.2);
  EXPECT_EQ(data.acquired, "2026-03-11T00:10:15Z");
  EXPECT_EQ(data.technique, "XPS");
  EXPECT_NE(data.comments.find("Calibration Energy Scale = Ag3d = 368.2\n"), std::string::npos);
}

TEST(Vgd, ReadsAxesThatAreNotLinear) {
  // analytic
  Vgd file;
  file.linear = false;
  const auto spectra = read_vgd(file.build(), "a.vgd");
  ASSERT_TRUE(spectra);
  EXPECT_EQ(spectra->front().data().energy_ev, (std::vector<double>{1188.68, 1189.18, 1190.68}));
}

TEST(Vgd, WhatIsNotKnownStaysUnknown) {
  // analytic
  Vgd stopped;
  stopped.current_scan = 1;
  const auto spectra = read_vgd(stopped.build(), "a.vgd");
  ASSERT_TRUE(spectra);
  EXPECT_EQ(spectra->front().data().scan_count, std::nullopt);
  EXPECT_FALSE(spectra->front().data().notes.empty());
  Vgd bare;
  bare.properties = false;
  const auto without = read_vgd(bare.build(), "a.vgd");
  ASSERT_TRUE(without);
  EXPECT_FALSE(without->front().binding_ev());
}

TEST(Vgd, RefusesWhatIsNoSpectrum) {
  // analytic
  Vgd profile;
  profile.other_axis_points = 5;
  EXPECT_EQ(code_of(profile.build()), "vgd.unsupported");
  profile.other_axis_points = 1;
  EXPECT_EQ(code_of(profile.build()), "ok");
  Vgd greedy;  // an axis of more points than there are values is not made
  greedy.claimed_points = 1U << 30;
  EXPECT_EQ(code_of(greedy.build()), "vgd.axis");
  Vgd image;
  image.axis_type = 3;
  EXPECT_EQ(code_of(image.build()), "vgd.axis");
  Vgd wrong;
  wrong.start = 2000;
  EXPECT_EQ(code_of(wrong.build()), "vgd.no_spectra");
  Vgd one;
  one.counts = {1};
  EXPECT_EQ(code_of(one.build()), "vgd.no_spectra");
  const Data other = test::compound_file({{"Workbook", {1, 2, 3}}});
  EXPECT_FALSE(is_vgd(other));
  EXPECT_EQ(code_of(other), "ole2.no_stream");
}

TEST(Vgd, SurvivesDamage) {
  // invariant: a spectrum or an error, whatever the bytes
  test::for_each_mutation(Vgd{}.build(), 6000, [](const Data& bytes) {
    const auto spectra = read_vgd(bytes, "a.vgd");
    EXPECT_TRUE(spectra || !spectra.errors().front().message.empty());
  });
}

TEST(Vgd, OpensEveryRealFile) {
  // reviewed sample: points, scans and dwell read off the files with another program
  const std::filesystem::path folder = std::filesystem::path(LITHOSCOPE_SHARED_DATA) /
                                       "xps/angzeli__xps-fitting-workbench/data/raw/PDI-H-COOH";
  LITHO_NEEDS_SHARED_DATA(folder);
  const std::vector<std::tuple<std::string, std::size_t, int, double>> files{{"C1s Scan", 231, 2, 298.0},
                                                                             {"XPS Survey", 1361, 1, 1350.0}};
  for (const auto& [name, points, scans, first_ev] : files) {
    const auto bytes = read_file(folder / (name + ".VGD"));
    ASSERT_TRUE(bytes);
    EXPECT_TRUE(is_vgd(*bytes));
    const auto spectra = read_vgd(*bytes, name);
    ASSERT_TRUE(spectra) << to_string(spectra.errors());
    const SpectrumData& data = spectra->front().data();
    EXPECT_EQ(data.region, name);
    EXPECT_EQ(data.energy_ev.size(), points);
    EXPECT_EQ(data.scan_count, scans);
    EXPECT_EQ(data.dwell_s, 0.05);
    EXPECT_NEAR(spectra->front().binding_ev().value()[0], first_ev, 1e-9);
  }
}

}  // namespace
}  // namespace litho
