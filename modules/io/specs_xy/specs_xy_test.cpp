#include <gtest/gtest.h>

#include <filesystem>

#include "modules/io/specs_xml/kernel.hpp"
#include "modules/io/specs_xy/kernel.hpp"
#include "pipeline/core/file.hpp"
#include "tests/support/mutations.hpp"
#include "tests/support/shared_data.hpp"

namespace litho {
namespace {

const std::string kOld =
    "# Created by:        SpecsLab2, Version 2.55\n# XY-Serializer Export Settings: as follows\n"
    "#   Counts Per Second:        yes\n#   Kinetic Energy Axis:      yes\n# Group:  Pellet\n#\n"
    "# values in kinetic energy\n# Region:            Cr 2p\n# Acquisition Date:  05/19/11 16:36:28\n"
    "# Scan Mode:         FixedAnalyzerTransmission\n# Number of Scans:   25\n# Values/Curve:      3\n"
    "# Dwell Time:        0.1\n# Excitation Energy: 1253.6\n# Pass Energy:       50\n# Eff. Workfunction: "
    "4.5\n#\n"
    "# Cycle: 0\n#\n# Cycle: 0, Curve: 0\n#\n# ColumnLabels: energy counts/s transmission\n#\n"
    "253.6  11175.2  2.5\n254.1  11145.2  2.25\n254.6  11244.4  2\n";

const std::string kScans =
    "# Created by: SpecsLab Prodigy\n# XY-Serializer Export Settings:\n#   Energy Axis: Binding Energy\n"
    "#   Count Rate: Counts per Second\n#   Separate Scan Data: yes\n#   External Channel Data: yes\n"
    "# Region: Survey\n# Values/Curve: 2\n# Dwell Time: 0.5\n# Scan Mode: FixedAnalyzerTransmission\n"
    "# Cycle: 0\n# Number of Scans: 2\n"
    "# Cycle: 0, Curve: 0, Scan: 0\n# ColumnLabels: energy counts/s\n100 10\n99 20\n"
    "# Cycle: 0, Curve: 0, Scan: 1\n# ColumnLabels: energy counts/s\n100 30\n99 20\n"
    "# External Channel Data Cycle: 0, Curve: 0, Scan: 1\n# ColumnLabels: energy voltage\n100 1\n99 2\n"
    "# Region: C 1s\n# Values/Curve: 3\n# Dwell Time: 0.5\n"
    "# Cycle: 0, Curve: 0\n# ColumnLabels: energy counts\n290 1\n289 2\n288 3\n";

Error error_of(const std::string& text) {
  const auto spectra = read_specs_xy(text, "a.xy");
  return spectra ? Error{"ok", "", "", ""} : spectra.errors()[0];
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  return text.replace(text.find(from), from.size(), to);
}

TEST(SpecsXy, ReadsRatesWithTheirFactor) {
  // analytic
  EXPECT_TRUE(is_specs_xy(kOld));
  const auto spectra = read_specs_xy(kOld, "a.xy");
  ASSERT_TRUE(spectra) << to_string(spectra.errors());
  ASSERT_EQ(spectra->size(), 1u);
  const SpectrumData& data = spectra->front().data();
  EXPECT_EQ(data.region, "Cr 2p");
  EXPECT_EQ(data.sample, "Pellet");
  EXPECT_EQ(data.axis, EnergyAxis::kinetic);
  EXPECT_EQ(data.unit, IntensityUnit::counts_per_s);
  EXPECT_NEAR(spectra->front().counts().value()[0], 27938, 1e-9);
  EXPECT_EQ(data.transmission, (std::vector<double>{2.5, 2.25, 2}));
  EXPECT_EQ(data.photon_energy_ev, 1253.6);
  EXPECT_EQ(data.pass_energy_ev, 50);
  EXPECT_EQ(data.acquired, "2011-05-19T16:36:28");
}

TEST(SpecsXy, KeepsScansAndLeavesOutExternalChannels) {
  // analytic
  const auto spectra = read_specs_xy(kScans, "a.xy");
  ASSERT_TRUE(spectra) << to_string(spectra.errors());
  ASSERT_EQ(spectra->size(), 2u);
  const SpectrumData& survey = (*spectra)[0].data();
  EXPECT_EQ(survey.axis, EnergyAxis::binding);
  EXPECT_EQ(survey.scan_count, 2);
  EXPECT_EQ(survey.scans, (std::vector<std::vector<double>>{{10, 20}, {30, 20}}));
  EXPECT_EQ(survey.intensity, (std::vector<double>{20, 20}));
  EXPECT_EQ((*spectra)[0].counts().value(), (std::vector<double>{20, 20})) << "20 /s x 0.5 s x 2";
  ASSERT_EQ(survey.notes.size(), 1u);
  EXPECT_NE(survey.notes[0].find("external channel"), std::string::npos);
  EXPECT_EQ((*spectra)[1].data().unit, IntensityUnit::counts);
  EXPECT_EQ((*spectra)[1].data().intensity, (std::vector<double>{1, 2, 3}));
}

TEST(SpecsXy, TakesLabelsStatedOnceForARegion) {
  // analytic: before the first cycle, or in the first of two scans alone
  const auto before =
      read_specs_xy(replaced(replaced(kOld, "# ColumnLabels: energy counts/s transmission\n", ""),
                             "# Cycle: 0\n", "# ColumnLabels: energy counts/s transmission\n# Cycle: 0\n"),
                    "a.xy");
  ASSERT_TRUE(before) << to_string(before.errors());
  EXPECT_EQ(before->front().data().transmission, (std::vector<double>{2.5, 2.25, 2}));
  const std::string labels = "Scan: 1\n# ColumnLabels: energy counts/s\n";
  const auto once = read_specs_xy(replaced(kScans, labels, "Scan: 1\n"), "a.xy");
  ASSERT_TRUE(once) << to_string(once.errors());
  EXPECT_EQ((*once)[0].data().scans, (std::vector<std::vector<double>>{{10, 20}, {30, 20}}));
}

TEST(SpecsXy, LeavesOutWhatItWouldMisread) {
  // analytic
  EXPECT_EQ(error_of(replaced(kOld, "11145.2", "11,145")).where, "a.xy:25");
  EXPECT_EQ(error_of(replaced(kOld, "11145.2", "11,145")).code, "specs_xy.bad_line");
  EXPECT_EQ(error_of(replaced(kOld, "254.6  11244.4  2\n", "")).code, "specs_xy.no_spectra");
  EXPECT_EQ(error_of(replaced(kOld, "254.6  11244.4  2\n", "254.6  11244.4\n")).code, "specs_xy.no_spectra");
  EXPECT_EQ(error_of(replaced(kOld, "# Cycle: 0, Curve: 0", "# Cycle: 0, Curve: 0, Channel: 1")).code,
            "specs_xy.no_spectra");
  EXPECT_EQ(error_of(replaced(kOld, "FixedAnalyzerTransmission", "ConstantFinalState")).code,
            "specs_xy.no_spectra")
      << "an absorption spectrum";
  std::string no_axis = replaced(kOld, "# values in kinetic energy\n", "");
  no_axis = replaced(no_axis, "#   Kinetic Energy Axis:      yes\n", "");
  EXPECT_EQ(error_of(no_axis).code, "specs_xy.no_spectra");
  const auto scaled = read_specs_xy(replaced(kOld, "counts/s transmission", "counts/s scaling"), "a.xy");
  ASSERT_TRUE(scaled);
  EXPECT_EQ(scaled->front().data().unit, IntensityUnit::unknown);
}

TEST(SpecsXy, SurvivesDamage) {
  // invariant: spectra or an error, whatever the bytes
  const std::string text = kOld + kScans;
  test::for_each_mutation(std::vector<std::uint8_t>(text.begin(), text.end()), 5000,
                          [](const std::vector<std::uint8_t>& bytes) {
                            const auto spectra = read_specs_xy(std::string(bytes.begin(), bytes.end()), "a");
                            EXPECT_TRUE(spectra || !spectra.errors().front().message.empty());
                          });
}

TEST(SpecsXy, AgreesWithTheXmlOfTheSameRun) {
  // independent: two exports of one run by the maker's own program
  const std::filesystem::path folder = std::filesystem::path(LITHOSCOPE_SHARED_DATA) /
                                       "xps/CINF__PyExpLabSys/tests/functional_test/fileparsers/test_specs";
  LITHO_NEEDS_SHARED_DATA(folder);
  std::size_t compared = 0;
  for (const std::string run : {"specs_xps_sample", "specs_iss_sample"}) {
    const auto xml = read_text_file(folder / (run + ".xml")), xy = read_text_file(folder / (run + ".xy"));
    ASSERT_TRUE(xml && xy);
    const auto a = read_specs_xml(*xml, run + ".xml"), b = read_specs_xy(*xy, run + ".xy");
    ASSERT_TRUE(a) << to_string(a.errors());
    ASSERT_TRUE(b) << to_string(b.errors());
    for (const Spectrum& one : *b) {
      const auto same = std::find_if(a->begin(), a->end(), [&](const Spectrum& other) {
        return other.data().region == one.data().region && other.points() == one.points();
      });
      ASSERT_NE(same, a->end()) << one.data().region;
      const auto counts = same->counts(), rates = one.counts();
      ASSERT_TRUE(counts && rates);
      for (std::size_t i = 0; i < one.points(); ++i) {
        EXPECT_NEAR(one.data().energy_ev[i], same->data().energy_ev[i], 1e-6 * one.data().energy_ev[i]);
        EXPECT_NEAR(rates.value()[i], counts.value()[i], 1e-6 * std::max(1.0, counts.value()[i]));
      }
      ++compared;
    }
  }
  EXPECT_GE(compared, 2u);
}

TEST(SpecsXy, OpensEveryRealFile) {
  // reviewed sample: first region and its points as the files state them
  const std::filesystem::path xps = std::filesystem::path(LITHOSCOPE_SHARED_DATA) / "xps";
  LITHO_NEEDS_SHARED_DATA(xps);
  const std::vector<std::tuple<std::string, std::string, std::size_t, EnergyAxis>> files{
      {"FAIRmat-NFDI__pynxtools-xps/tests/data/specs_xy/MgFe2O4_small.xy", "Survey", 1351,
       EnergyAxis::binding},
      {"wojdyr__xylib/samples/mm-specs.xy", "P 2p", 401, EnergyAxis::binding},
      {"wojdyr__xylib/samples/specsxy_example.xy", "over_1400eV", 1303, EnergyAxis::kinetic}};
  for (const auto& [name, region, points, axis] : files) {
    const auto bytes = read_file(xps / name);
    ASSERT_TRUE(bytes);
    const auto spectra = read_specs_xy(text_of(*bytes), name);
    ASSERT_TRUE(spectra) << to_string(spectra.errors());
    EXPECT_EQ(spectra->front().data().region, region);
    EXPECT_EQ(spectra->front().points(), points);
    EXPECT_EQ(spectra->front().data().axis, axis);
    EXPECT_TRUE(spectra->front().counts());
  }
}

}  // namespace
}  // namespace litho
