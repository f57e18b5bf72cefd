#include <gtest/gtest.h>

#include <filesystem>

#include "modules/io/columns/kernel.hpp"
#include "pipeline/core/file.hpp"
#include "tests/support/mutations.hpp"
#include "tests/support/shared_data.hpp"

namespace litho {
namespace {

std::string code_of(const std::string& text, const StatedFacts& stated = {}) {
  const auto spectra = read_columns(text, "a.csv", stated);
  if (spectra) return "ok";
  EXPECT_TRUE(spectra.errors()[0].where.starts_with("a.csv"));
  return spectra.errors()[0].code;
}

SpectrumData data_of(const std::string& text, const StatedFacts& stated = {}) {
  const auto spectra = read_columns(text, "a.csv", stated);
  EXPECT_TRUE(spectra) << to_string(spectra.errors());
  return spectra ? spectra->front().data() : SpectrumData{};
}

TEST(Columns, ReadsWhatTheHeadingSays) {
  // analytic: the same two points in every dialect
  for (const char* text : {"BE,Counts\n300.5,10\n300.25,20\n", "BE/eV\tcounts\n300.5\t10\n300.25\t20\t\t\n",
                           "Binding Energy (eV);Counts\r\n300,5;10\r\n300,25;20\r\n",
                           "Binding Energy (eV)  Intensity (counts)\n300.5 10\n300.25 20",
                           "a title\n\"B.E.\",\"Counts\"\n300.5,10\n300.25,20\n",
                           "# pellet 3\n# BE Counts\n300.5   10\n300.25  20\n",
                           "Binding Energy\tIntensity\neV\tcounts\n300.5\t10\n300.25\t20\n",
                           "BE (eV) counts\n300.5 10\n300.25 20\n", "BE / eV counts\n300.5 10\n300.25 20\n",
                           "Binding Energy (eV) Intensity (counts)\n300.5 10\n300.25 20\n",
                           "pellet 3;\nBindingEnergy;Signal\n[eV];Counts\n300,5;10\n300,25;20\n"}) {
    const SpectrumData data = data_of(text);
    EXPECT_EQ(data.axis, EnergyAxis::binding) << text;
    EXPECT_EQ(data.unit, IntensityUnit::counts) << text;
    EXPECT_EQ(data.energy_ev, (std::vector<double>{300.5, 300.25})) << text;
    EXPECT_EQ(data.intensity, (std::vector<double>{10, 20})) << text;
  }
  EXPECT_EQ(data_of("KE,CPS\n1,2\n3,4\n").unit, IntensityUnit::counts_per_s);
  EXPECT_EQ(data_of("KE,CPS\n1,2\n3,4\n").axis, EnergyAxis::kinetic);
}

TEST(Columns, TakesFactsFromCommentsWithUnits) {
  // analytic
  const SpectrumData data = data_of(
      "# hv = 1253.6 eV; dwell: 100 ms; pass=20 eV; number of scans = 3; region = Cr "
      "2p\nKE,counts\n1,2\n3,4\n");
  EXPECT_EQ(data.photon_energy_ev, 1253.6);
  EXPECT_EQ(data.pass_energy_ev, 20);
  EXPECT_NEAR(*data.dwell_s, 0.1, 1e-12);
  EXPECT_EQ(data.scan_count, 3);
  EXPECT_EQ(data.region, "Cr 2p");
  EXPECT_EQ(data_of("# dwell = 0.1\nKE,counts\n1,2\n3,4\n").dwell_s, std::nullopt)
      << "0.1 of what is not said";
}

TEST(Columns, ReadsTheFactsOfRealScans) {
  // independent: the same run read from the maker's XML says 25-35 scans of 0.1 s at 1253.6 eV
  const std::filesystem::path file = std::filesystem::path(LITHOSCOPE_SHARED_DATA) /
                                     "xps/CINF__PyExpLabSys/derived/CrO_2p_Mg_anode_scans.csv";
  LITHO_NEEDS_SHARED_DATA(file);
  const auto text = read_text_file(file);
  ASSERT_TRUE(text);
  const SpectrumData data = data_of(*text);
  EXPECT_EQ(data.photon_energy_ev, 1253.6);
  EXPECT_EQ(data.dwell_s, 0.1);
  EXPECT_EQ(data.pass_energy_ev, 20);
  EXPECT_EQ(data.scan_count, 30);
}

TEST(Columns, ReadsScansAndTheirSum) {
  // analytic
  const std::string text =
      "# raw integer counts per scan; dwell=0.1 "
      "s\nKE_eV,BE_eV,sum,scan1,scan2\n349,904.6,30,10,20\n350,903.6,7,3,4\n";
  const SpectrumData data = data_of(text);
  EXPECT_EQ(data.axis, EnergyAxis::binding);
  EXPECT_EQ(data.unit, IntensityUnit::counts);
  EXPECT_EQ(data.intensity, (std::vector<double>{30, 7}));
  EXPECT_EQ(data.scans, (std::vector<std::vector<double>>{{10, 3}, {20, 4}}));
  EXPECT_EQ(data.scan_count, 2);
  EXPECT_EQ(code_of("BE,sum,scan1,scan2\n1,30,10,20\n2,8,3,4\n"), "columns.sum");
}

TEST(Columns, NeverGuesses) {
  // analytic
  EXPECT_EQ(code_of("Energy,Intensity\neV,counts\n566,3650\n565,3790\n"), "columns.axis");
  EXPECT_EQ(code_of(",BE,counts\n0,566,3650\n1,565,3790\n"), "columns.ambiguous") << "a row number";
  EXPECT_EQ(code_of("Energy,Intensity\n566,3650\n565,3790\n"), "columns.axis");
  EXPECT_EQ(code_of("192,67423\n192.1,67568\n"), "columns.axis");
  EXPECT_EQ(code_of("PE/eV,I\n270,1\n271,2\n"), "columns.axis");
  EXPECT_EQ(data_of("BE,Int\n566,3650\n565,3790\n").unit, IntensityUnit::unknown);
  EXPECT_EQ(code_of("BE,counts,fit\n1,2,3\n2,3,4\n"), "columns.ambiguous");
  EXPECT_EQ(code_of("BE,counts\n1,2\n3,4,5\n"), "columns.bad_line");
  EXPECT_EQ(code_of("BE,counts\n1,2\nend\n"), "columns.bad_line");
  EXPECT_EQ(code_of("BE;counts\n1,234;2,000\n1,235;3,000\n"), "columns.decimal_comma");
  EXPECT_EQ(code_of("BE;counts\n600,0;12.345\n599,9;12.346\n"), "columns.decimal_comma");
  EXPECT_EQ(code_of("BE (meV),counts\n600000,2\n599900,3\n"), "columns.energy_unit");
  EXPECT_EQ(code_of("Binding Energy (keV),counts\n0.6,2\n0.59,3\n"), "columns.energy_unit");
  EXPECT_EQ(code_of("BE,counts\n600000,2\n599900,3\n"), "columns.no_spectra") << "no electron volts";
  EXPECT_EQ(code_of("BE,counts\n1,2\n1,3\n"), "columns.no_spectra");
  EXPECT_EQ(code_of("hello\nworld\n"), "columns.no_table");
  EXPECT_EQ(code_of(""), "columns.no_table");
}

TEST(Columns, TakesWhatTheUserStates) {
  // analytic
  StatedFacts stated;
  stated.axis = EnergyAxis::kinetic;
  stated.unit = IntensityUnit::counts_per_s;
  stated.photon_energy_ev = 1486.6;
  stated.dwell_s = 0.5;
  stated.scan_count = 4;
  const auto spectra = read_columns("912,10\n913,20\n", "a.csv", stated);
  ASSERT_TRUE(spectra);
  EXPECT_EQ(spectra->front().counts().value(), (std::vector<double>{20, 40}));
  EXPECT_NEAR(spectra->front().binding_ev().value()[0], 574.6, 1e-9);
  EXPECT_EQ(data_of("BE,counts\n1,2\n3,4\n", stated).axis, EnergyAxis::binding) << "the file goes first";
  EXPECT_EQ(data_of("BE,counts\n1,2\n3,4\n", stated).unit, IntensityUnit::counts);
}

TEST(Columns, SurvivesDamage) {
  // invariant: a spectrum or an error, whatever the bytes
  const std::string text =
      "# raw counts; dwell=0.1 "
      "s\nKE_eV,BE_eV,sum,scan1,scan2\n349,904.6,30,10,20\n350,903.6,7,3,4\n351,902.6,9,5,4\n";
  test::for_each_mutation(std::vector<std::uint8_t>(text.begin(), text.end()), 5000,
                          [](const std::vector<std::uint8_t>& bytes) {
                            const auto spectra = read_columns(std::string(bytes.begin(), bytes.end()), "a");
                            EXPECT_TRUE(spectra || !spectra.errors().front().message.empty());
                          });
}

TEST(Columns, OpensOrRefusesEveryRealTable) {
  // reviewed sample: what each heading says
  const std::filesystem::path xps = std::filesystem::path(LITHOSCOPE_SHARED_DATA) / "xps";
  LITHO_NEEDS_SHARED_DATA(xps);
  const std::vector<std::pair<std::string, std::string>> files{
      {"CINF__PyExpLabSys/derived/CrO_2p_Mg_anode_scans.csv", "counts"},
      {"CINF__PyExpLabSys/derived/CrO_overview_Mg_anode_scans.csv", "counts"},
      {"CINF__PyExpLabSys/derived/Region5_scans.csv", "columns.no_spectra"},
      {"Julian-Hochhaus__LG4X-V2/Example/0-150W_NiWC1s_C1s.txt", "unknown"},
      {"Julian-Hochhaus__LG4X-V2/Example/PET_C1s.csv", "unknown"},
      {"Julian-Hochhaus__LG4X-V2/Example/CK.csv", "columns.axis"},
      {"yharada520__xps-peakfit/data/XPS_Si2p.csv", "unknown"},
      {"yharada520__xps-peakfit/data/XPS_Cr2p.csv", "columns.axis"},
      {"yharada520__xps-peakfit/data2/1804100005_dsp.csv", "columns.axis"},
      {"surfaceanalytics__xpsdeeplearning/Fe2p_Fe2O3.txt", "columns.axis"},
      {"FAIRmat-NFDI__pynxtools-xps/examples/vms/data_analysis/FeO_analyzed_results.csv",
       "columns.no_table"}};
  for (const auto& [name, expected] : files) {
    const auto bytes = read_file(xps / name);
    ASSERT_TRUE(bytes) << name;
    const auto spectra = read_columns(text_of(*bytes), name);
    if (spectra)
      EXPECT_EQ(spectra->front().data().unit == IntensityUnit::counts ? "counts" : "unknown", expected)
          << name;
    else
      EXPECT_EQ(spectra.errors()[0].code, expected) << to_string(spectra.errors());
  }
}

}  // namespace
}  // namespace litho
