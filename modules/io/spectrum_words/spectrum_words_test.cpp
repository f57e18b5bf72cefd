#include <gtest/gtest.h>

#include "modules/io/spectrum_words/kernel.hpp"

namespace litho {
namespace {

TEST(SpectrumWords, TellsBindingFromKinetic) {
  // reviewed sample: headings of SPECS, Kratos, MultiPak, Avantage, CasaXPS and Scienta files
  for (const char* label :
       {"Binding Energy (E)", "Binding energy", "BE/eV", "BE", "BE_eV", "B.E. (eV)", "Binding Energy [eV]",
        "BindingEnergy (eV)", "bindingEnergy", "\u7ed3\u5408\u80fd (E)", "Bindungsenergie / eV"})
    EXPECT_EQ(axis_of_label(label), EnergyAxis::binding) << label;
  for (const char* label : {"kinetic energy", "Kinetic Energy", "KE/eV", "KE_eV", "K.E.", "energy (kinetic)",
                            "\u00c9nergie cin\u00e9tique"})
    EXPECT_EQ(axis_of_label(label), EnergyAxis::kinetic) << label;
  for (const char* label : {"Energy", "", "PE/eV", "Beam energy", "BE = hv - KE", "keV", "number"})
    EXPECT_EQ(axis_of_label(label), std::nullopt) << label;
}

TEST(SpectrumWords, TellsCountsFromRates) {
  // reviewed sample: headings of the same programs
  for (const char* label : {"counts", "Counts", "Intensity (counts)", "cts"})
    EXPECT_EQ(intensity_of_label(label), IntensityUnit::counts) << label;
  for (const char* label :
       {"Counts / s", "counts/s", "c/s", "CPS", "Counts per Second", "Intensity (cps)", "counts/sec"})
    EXPECT_EQ(intensity_of_label(label), IntensityUnit::counts_per_s) << label;
  for (const char* label : {"Intensity", "", "kcps", "Normalised counts", "arb. units", "account",
                            "counts/eV", "counts per eV", "counts s-1", "counts s\u207b\u00b9",
                            "counts\u00b7s\u22121", "mean counts", "Average counts", "smoothed counts"})
    EXPECT_EQ(intensity_of_label(label), IntensityUnit::unknown) << label;
}

TEST(SpectrumWords, ReadsNumbersAndDates) {
  // analytic
  EXPECT_EQ(number_in_field(" 1e+037 "), 1e37);
  EXPECT_EQ(number_in_field("20 eV"), std::nullopt);
  EXPECT_EQ(leading_number(" 20.5 eV"), 20.5);
  EXPECT_EQ(leading_number("eV"), std::nullopt);
  EXPECT_EQ(iso_date(2023, 8, 24, 14, 19, 47), "2023-08-24T14:19:47");
  EXPECT_EQ(iso_date(2019, 1, 22), "2019-01-22");
  EXPECT_EQ(iso_date(2019, 1, 22, -1, -1, -1), "2019-01-22");
  EXPECT_EQ(iso_date(0, 0, 0, 0, 0, 0), "");
  std::string_view key, value;
  ASSERT_TRUE(key_and_value("Dwell Time:  0.1 ", ':', key, value));
  EXPECT_EQ(key, "Dwell Time");
  EXPECT_EQ(value, "0.1");
  EXPECT_FALSE(key_and_value("Dwell Time", ':', key, value));
}

TEST(SpectrumWords, TextKeepsWhatFollowsANul) {
  // analytic
  const std::vector<std::uint8_t> bytes{'1', 's', 0, '\n', '-', '1', 'a', 'b'};
  EXPECT_EQ(text_of(bytes), "1s \n-1ab");
  EXPECT_EQ(text_of(std::vector<std::uint8_t>{'a', 0, 'b', 0, 'c', 0, 'd', 0}), "abcd");
}

TEST(SpectrumWords, CollectorBoundsWhatItKeeps) {
  // invariant: parts that repeat a long comment do not multiply it without end
  SpectrumCollector collector("kind", "a.txt");
  SpectrumData data;
  data.energy_ev = {1, 2};
  data.intensity = {1, 2};
  data.comments.assign(40 << 20, 'c');
  collector.add(data);
  collector.add(data);
  const auto spectra = std::move(collector).finish();
  ASSERT_TRUE(spectra);
  EXPECT_FALSE((*spectra)[0].data().comments.empty());
  EXPECT_TRUE((*spectra)[1].data().comments.empty());
  EXPECT_EQ((*spectra)[1].data().notes.size(), 1u);
}

TEST(SpectrumWords, CollectorNamesWhatItLeavesOut) {
  // invariant: a part that is no spectrum is never dropped in silence
  SpectrumCollector collector("kind", "a.txt");
  SpectrumData data;
  data.region = "C 1s";
  data.energy_ev = {1, 2};
  data.intensity = {1.5, 2};
  collector.add(data);
  data.region = "turning";
  data.energy_ev = {1, 1};
  collector.add(data);
  data.region = "a time sweep";
  data.energy_ev = {349, 2582};
  data.photon_energy_ev = 1253.6;
  collector.add(data);
  collector.leave_out("block 3", "it is an image");
  const auto spectra = std::move(collector).finish();
  ASSERT_TRUE(spectra);
  ASSERT_EQ(spectra->size(), 1u);
  const auto& notes = spectra->front().data().notes;
  ASSERT_EQ(notes.size(), 4u);
  EXPECT_NE(notes[0].find("whole numbers"), std::string::npos);
  EXPECT_EQ(notes[1], "block 3 was left out: it is an image");
  EXPECT_NE(notes[2].find("'turning'"), std::string::npos);
  EXPECT_NE(notes[3].find("cannot give"), std::string::npos);
  EXPECT_EQ(spectra->front().data().format, "kind");

  SpectrumCollector below("kind", "a.txt");
  data.energy_ev = {-1329, 904};
  below.add(data);
  EXPECT_FALSE(std::move(below).finish()) << "binding energies far below the Fermi level";

  const auto none = SpectrumCollector("kind", "a.txt").finish();
  ASSERT_FALSE(none);
  EXPECT_EQ(none.errors()[0].code, "kind.no_spectra");
}

TEST(SpectrumWords, ReadsTheNumbersOfALine) {
  // analytic: written out by hand
  std::vector<double> row;
  EXPECT_TRUE(numbers_in_line("  284.8\t1.5e3  -2 ", row));
  EXPECT_EQ(row, (std::vector<double>{284.8, 1500, -2}));
  EXPECT_FALSE(numbers_in_line("284.8 1,5", row));
  row.clear();
  EXPECT_TRUE(numbers_in_line(" \t", row));
  EXPECT_TRUE(row.empty());
}

}  // namespace
}  // namespace litho
