#include <gtest/gtest.h>

#include <filesystem>

#include "modules/io/scienta/kernel.hpp"
#include "pipeline/core/file.hpp"
#include "tests/support/mutations.hpp"
#include "tests/support/shared_data.hpp"

namespace litho {
namespace {

const std::string kText =
    "[Info]\r\nNumber of Regions=0001\r\n\r\n[Region 1]\r\nRegion Name=Cr2p\r\nDimension 1 name=Binding "
    "Energy [eV]\r\n"
    "Dimension 1 size=3\r\nDimension 1 scale=590 589.9 589.8\r\n[Info 1]\r\nPass Energy=50\r\nNumber of "
    "Sweeps=2\r\n"
    "Excitation Energy=1486.6\r\nEnergy Scale=Binding\r\nEnergy Unit=Kinetic\r\nStep "
    "Time=200\r\nSample=pellet\r\n"
    "Date=2023-03-08\r\nTime=15:24:35\r\nDetectorMode=Pulse Counting\r\n[Run Mode Information "
    "1]\r\n\r\n[Data 1]\r\n"
    " 5.90E+0002  1.00E+0001\r\n 5.899E+0002  1.2E+0001\r\n 5.898E+0002  1.1E+0001\r\n";

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  return text.replace(text.find(from), from.size(), to);
}

std::string code_of(const std::string& text) {
  const auto spectra = read_scienta(text, "a.txt");
  return spectra ? "ok" : spectra.errors()[0].code;
}

TEST(Scienta, ReadsARegion) {
  // analytic
  EXPECT_TRUE(is_scienta(kText));
  const auto spectra = read_scienta(kText, "a.txt");
  ASSERT_TRUE(spectra) << to_string(spectra.errors());
  const SpectrumData& data = spectra->front().data();
  EXPECT_EQ(data.region, "Cr2p");
  EXPECT_EQ(data.sample, "pellet");
  EXPECT_EQ(data.axis, EnergyAxis::binding);
  EXPECT_EQ(data.energy_ev, (std::vector<double>{590, 589.9, 589.8}));
  EXPECT_EQ(data.intensity, (std::vector<double>{10, 12, 11}));
  EXPECT_EQ(data.unit, IntensityUnit::counts);
  EXPECT_EQ(data.dwell_s, 0.2);
  EXPECT_EQ(data.scan_count, 2);
  EXPECT_EQ(data.photon_energy_ev, 1486.6);
  EXPECT_EQ(data.acquired, "2023-03-08T15:24:35");
}

TEST(Scienta, LeavesOutWhatItWouldMisread) {
  // analytic
  EXPECT_EQ(code_of(replaced(kText, "Energy Scale=Binding", "Energy Scale=Kinetic")), "scienta.no_spectra");
  EXPECT_EQ(code_of(replaced(kText, "Binding Energy [eV]", "Energy [eV]")), "scienta.no_spectra");
  EXPECT_EQ(code_of(replaced(kText, "size=3", "size=4")), "scienta.no_spectra");
  EXPECT_EQ(code_of(replaced(kText, "1.2E+0001", "1.2E+0001 7")), "scienta.no_spectra");
  EXPECT_EQ(code_of(replaced(kText, "1.2E+0001", "1,2")), "scienta.bad_line");
  const auto adc = read_scienta(replaced(kText, "Pulse Counting", "ADC"), "a.txt");
  ASSERT_TRUE(adc);
  EXPECT_EQ(adc->front().data().unit, IntensityUnit::unknown);
  EXPECT_FALSE(adc->front().counts());
}

TEST(Scienta, SurvivesDamage) {
  // invariant: spectra or an error, whatever the bytes
  test::for_each_mutation(std::vector<std::uint8_t>(kText.begin(), kText.end()), 5000,
                          [](const std::vector<std::uint8_t>& bytes) {
                            const auto spectra = read_scienta(std::string(bytes.begin(), bytes.end()), "a");
                            EXPECT_TRUE(spectra || !spectra.errors().front().message.empty());
                          });
}

TEST(Scienta, OpensEveryRealFile) {
  // reviewed sample: points and sweeps as the files state them
  const std::filesystem::path folder = std::filesystem::path(LITHOSCOPE_SHARED_DATA) /
                                       "xps/FAIRmat-NFDI__pynxtools-xps/tests/data/scienta_txt";
  LITHO_NEEDS_SHARED_DATA(folder);
  const std::vector<std::tuple<std::string, std::size_t, int, double>> files{{"Ag_0001.txt", 361, 2, 520},
                                                                             {"Ag_0002.txt", 801, 10, 153}};
  for (const auto& [name, points, sweeps, photon_ev] : files) {
    const auto text = read_text_file(folder / name);
    ASSERT_TRUE(text && is_scienta(*text));
    const auto spectra = read_scienta(*text, name);
    ASSERT_TRUE(spectra) << to_string(spectra.errors());
    EXPECT_EQ(spectra->front().points(), points);
    EXPECT_EQ(spectra->front().data().scan_count, sweeps);
    EXPECT_EQ(spectra->front().data().photon_energy_ev, photon_ev);
    EXPECT_EQ(spectra->front().data().unit, IntensityUnit::unknown) << "ADC mode";
  }
}

}  // namespace
}  // namespace litho
