#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>

#include "modules/io/vamas/builder.hpp"
#include "modules/io/vamas/kernel.hpp"
#include "pipeline/core/file.hpp"
#include "pipeline/core/text.hpp"
#include "tests/support/mutations.hpp"
#include "tests/support/shared_data.hpp"

namespace litho {
namespace {

using Block = test::VamasTestBlock;
using Writer = test::VamasWriter;
namespace fs = std::filesystem;
const fs::path kData = fs::path(LITHOSCOPE_SHARED_DATA) / "xps";

std::vector<Spectrum> read_ok(const std::vector<std::uint8_t>& file, const std::string& name = "a.vms") {
  auto spectra = read_vamas(file, name);
  if (!spectra) {
    ADD_FAILURE() << to_string(spectra.errors());
    return {};
  }
  return std::move(spectra).value();
}

Error error_of(const std::vector<std::uint8_t>& file) {
  const auto spectra = read_vamas(file, "a.vms");
  if (spectra) return {"ok", "", "", ""};
  EXPECT_TRUE(spectra.errors()[0].where.starts_with("a.vms"));
  return spectra.errors()[0];
}

TEST(Vamas, ReadsEveryExperimentMode) {
  // analytic: a file written line by line from the standard, every conditional line present
  for (const char* mode : {"MAP", "MAPDP", "MAPSV", "MAPSVDP", "NORM", "SDP", "SDPSV", "SEM", "NOEXP"}) {
    for (const char* technique : {"XPS", "SIMS", "AES diff", "UPS"}) {
      Writer file;
      file.mode = mode;
      file.future_block_entries = 2;
      file.blocks[0].technique = technique;
      const auto spectra = read_ok(file.build());
      ASSERT_EQ(spectra.size(), 1u) << mode << " " << technique;
      const SpectrumData& data = spectra[0].data();
      EXPECT_EQ(data.intensity, (std::vector<double>{5, 6, 7}));
      ASSERT_EQ(data.variables.size(), 1u);
      EXPECT_EQ(data.variables[0].value, 42.5);
      EXPECT_EQ(data.pass_energy_ev, 20);
    }
  }
}

TEST(Vamas, TakesTheStandardsWordsInSmallLetters) {
  // analytic
  const auto bytes = Writer().build();
  std::string text(bytes.begin(), bytes.end());
  const auto at = text.find("NORM\nREGULAR");
  ASSERT_NE(at, std::string::npos);
  text.replace(at, 12, "norm\nRegular");
  const auto spectra = read_ok({text.begin(), text.end()});
  ASSERT_EQ(spectra.size(), 1u);
  EXPECT_EQ(spectra[0].data().intensity, (std::vector<double>{5, 6, 7}));
}

TEST(Vamas, KeepsWhatTheBlockSays) {
  // analytic
  Writer file;
  file.end = "\r\n";
  file.blocks[0].comments = {"Casa Info Follows", "Calib M = 281.17 A = 284.8 BE ADD",
                             "CASA region (*C 1s*)"};
  auto bytes = file.build();
  bytes.insert(bytes.begin(), {'\r', '\n', ' ', '\n'});
  const auto spectra = read_ok(bytes);
  ASSERT_EQ(spectra.size(), 1u);
  const SpectrumData& data = spectra[0].data();
  EXPECT_EQ(data.region, "C 1s");
  EXPECT_EQ(data.block, "C 1s/2");
  EXPECT_EQ(data.sample, "pellet");
  EXPECT_EQ(data.axis, EnergyAxis::binding);
  EXPECT_NEAR(data.energy_ev[2], 299.8, 1e-9);
  EXPECT_EQ(data.unit, IntensityUnit::counts);
  EXPECT_EQ(data.dwell_s, 0.1);
  EXPECT_EQ(data.scan_count, 3);
  EXPECT_EQ(data.photon_energy_ev, 1486.6);
  EXPECT_EQ(data.work_function_ev, -4.5);
  EXPECT_EQ(data.acquired, "2024-01-22T14:19:47");
  EXPECT_NE(data.comments.find("Calib M = 281.17 A = 284.8 BE ADD\n"), std::string::npos);
  EXPECT_EQ(data.instrument, "instrument X");
  EXPECT_EQ(data.format, "vamas");
}

TEST(Vamas, ReadsIrregularScansWithTheEnergyWhereverItStands) {
  // analytic
  Writer file;
  file.scan = "IRREGULAR";
  file.blocks[0].ordinates = {{"Intensity", "d"}, {"Kinetic Energy", "eV"}, {"transmission", "d"}};
  file.blocks[0].values = {5, 100.5, 1.5, 6, 101.5, 1.25, 7, 103, 1};
  const auto spectra = read_ok(file.build());
  ASSERT_EQ(spectra.size(), 1u);
  EXPECT_EQ(spectra[0].data().axis, EnergyAxis::kinetic);
  EXPECT_EQ(spectra[0].data().energy_ev, (std::vector<double>{100.5, 101.5, 103}));
  EXPECT_EQ(spectra[0].data().intensity, (std::vector<double>{5, 6, 7}));
  EXPECT_EQ(spectra[0].data().transmission, (std::vector<double>{1.5, 1.25, 1}));
}

TEST(Vamas, CarriesParametersThatLaterBlocksLeaveOut) {
  // analytic: the same three blocks, written whole, with an exclusion list and with an inclusion list
  Writer file;
  file.mode = "SDP";
  file.blocks.resize(3);
  file.blocks[1].values = {1, 2};
  file.blocks[2].values = {3, 4, 5, 6};
  file.blocks[0].comments = file.blocks[1].comments = file.blocks[2].comments = {"same"};
  const auto whole = read_ok(file.build());
  ASSERT_EQ(whole.size(), 3u);
  const auto expect_same = [&] {
    const auto spectra = read_ok(file.build());
    ASSERT_EQ(spectra.size(), 3u);
    for (std::size_t i = 0; i < 3; ++i) {
      EXPECT_EQ(spectra[i].data().energy_ev, whole[i].data().energy_ev);
      EXPECT_EQ(spectra[i].data().intensity, whole[i].data().intensity);
      EXPECT_EQ(spectra[i].data().comments, "same\n");
      EXPECT_EQ(spectra[i].data().scan_count, 3);
    }
  };
  file.exclusion = true;
  for (int parameter = 1; parameter <= 40; ++parameter) {
    file.list = {parameter};
    expect_same();
  }
  file.list.clear();
  for (int parameter = 1; parameter <= 40; ++parameter) file.list.push_back(parameter);
  expect_same();
  file.exclusion = false;
  expect_same();
  for (int parameter = 1; parameter <= 40; ++parameter) {
    file.list = {parameter, 11};
    expect_same();
  }
  file.list = {41};
  EXPECT_EQ(error_of(file.build()).code, "vamas.bad_line");
}

TEST(Vamas, TellsCountsFromRatesAndNeverGuesses) {
  // analytic
  const auto read = [](const std::string& id, const std::string& label, const std::string& unit,
                       const std::string& signal) {
    Writer file;
    file.blocks[0].id = id;
    file.blocks[0].ordinates = {{label, unit}};
    file.blocks[0].signal = signal;
    return read_ok(file.build()).at(0).data();
  };
  EXPECT_EQ(read("a", "Intensity", "d", "pulse counting").unit, IntensityUnit::counts);
  const SpectrumData rate = read("a", "Intensity", "c/s", "pulse counting");
  EXPECT_EQ(rate.unit, IntensityUnit::counts_per_s);
  EXPECT_EQ(rate.dwell_s, 0.1);
  EXPECT_EQ(read("a", "Counts per second", "d", "pulse counting").unit, IntensityUnit::counts_per_s);
  const SpectrumData holder = read("Counts per Second", "Intensity", "d", "pulse counting");
  EXPECT_EQ(holder.unit, IntensityUnit::counts_per_s);
  EXPECT_EQ(holder.dwell_s, std::nullopt);
  EXPECT_EQ(holder.scan_count, std::nullopt);
  EXPECT_EQ(read("a", "Intensity", "d", "analogue").unit, IntensityUnit::unknown);
  EXPECT_EQ(read("a", "Current", "A", "pulse counting").unit, IntensityUnit::unknown);
}

TEST(Vamas, UnknownMetadataStaysUnknown) {
  // analytic
  Writer file;
  file.blocks[0].source_energy = "1e+037";
  file.blocks[0].time = "1E37";
  file.blocks[0].scans = "-1.#IND";
  const auto spectra = read_ok(file.build());
  ASSERT_EQ(spectra.size(), 1u);
  EXPECT_EQ(spectra[0].data().photon_energy_ev, std::nullopt);
  EXPECT_EQ(spectra[0].data().dwell_s, std::nullopt);
  EXPECT_EQ(spectra[0].data().scan_count, std::nullopt);
  file.blocks[0].source_energy = "0";
  EXPECT_EQ(read_ok(file.build()).at(0).data().photon_energy_ev, std::nullopt);
  file.blocks[0].source_energy = "10000";  // an electron gun: no photons
  file.blocks[0].technique = "AES dir";
  EXPECT_EQ(read_ok(file.build()).at(0).data().photon_energy_ev, std::nullopt);
}

TEST(Vamas, LeavesOutWhatIsNoSpectrum) {
  // analytic
  Writer file;
  file.blocks.resize(5);
  file.blocks[1].axis = "time";
  file.blocks[1].unit = "s";
  file.blocks[2].values = {5};
  file.blocks[3].axis = "Energy";
  file.blocks[4].values = {5, 1e37, 5};
  const auto spectra = read_ok(file.build());
  ASSERT_EQ(spectra.size(), 1u);
  EXPECT_EQ(spectra[0].data().notes.size(), 4u);
  file.blocks.erase(file.blocks.begin());
  EXPECT_EQ(error_of(file.build()).code, "vamas.no_spectra");
  Writer map;
  map.scan = "MAPPING";
  map.mode = "MAPSV";
  const Error error = error_of(map.build());
  EXPECT_EQ(error.code, "vamas.no_spectra");
  EXPECT_NE(error.message.find("map or an image"), std::string::npos);
}

TEST(Vamas, NamesTheLineThatIsWrong) {
  // analytic
  Writer file;
  auto bytes = file.build();
  std::string text(bytes.begin(), bytes.end());
  text.replace(text.find("5.000000"), 8, "5,000000");
  const auto lines = split_lines(text);
  const auto line = std::find(lines.begin(), lines.end(), "5,000000") - lines.begin() + 1;
  const Error error = error_of({text.begin(), text.end()});
  EXPECT_EQ(error.code, "vamas.bad_line");
  EXPECT_EQ(error.where, "a.vms:" + std::to_string(line));
  EXPECT_NE(error.message.find("5,000000"), std::string::npos);

  file.terminator = "";
  EXPECT_EQ(read_ok(file.build()).size(), 1u);
  file.terminator = "6.0";
  EXPECT_EQ(error_of(file.build()).code, "vamas.bad_line");
  file.terminator = "";
  bytes = file.build();
  bytes.resize(bytes.size() - 9);
  EXPECT_EQ(error_of(bytes).code, "vamas.truncated");
  file.mode = "MAPD";
  EXPECT_EQ(error_of(file.build()).code, "vamas.bad_line");
  EXPECT_EQ(error_of({'a', 'b'}).code, "vamas.not_vamas");
  EXPECT_EQ(error_of({}).code, "vamas.not_vamas");
}

TEST(Vamas, SurvivesDamage) {
  // invariant: spectra or an error, whatever the bytes
  Writer file;
  file.mode = "MAPDP";
  file.blocks.resize(2);
  file.blocks[0].comments = {"x"};
  test::for_each_mutation(file.build(), 3000, [](const std::vector<std::uint8_t>& bytes) {
    const auto spectra = read_vamas(bytes, "a.vms");
    EXPECT_TRUE(spectra || !spectra.errors().front().message.empty());
  });
}

std::vector<std::uint8_t> real(const fs::path& path) {
  auto bytes = read_file(path);
  return bytes ? std::move(bytes).value() : std::vector<std::uint8_t>();
}

TEST(Vamas, OpensEveryRealFile) {
  // reviewed sample: numbers of blocks as the files state them
  LITHO_NEEDS_SHARED_DATA(kData);
  const std::vector<std::pair<std::string, std::size_t>> files{
      {"FAIRmat-NFDI__pynxtools-xps/examples/vms/irregular.vms", 1},
      {"FAIRmat-NFDI__pynxtools-xps/examples/vms/regular.vms", 1},
      {"FAIRmat-NFDI__pynxtools-xps/examples/vms/data_analysis/FeO_analyzed.vms", 1},
      {"surfaceanalytics__xpsdeeplearning/Fe_references.vms", 4},
      {"Julian-Hochhaus__LG4X-V2/Example/0-150W.vms", 5},
      {"Julian-Hochhaus__LG4X-V2/Example/Mutlipak_vms.npl", 5},
      {"cheminfo__xps-analysis/src/from/__tests__/data/cellulose_fitted_following_briggs.vms", 4},
      {"cheminfo__xps-analysis/src/from/__tests__/data/pegCASA.vms", 4},
      {"cheminfo__xps-analysis/testFiles/assigned.vms", 54},
      {"cheminfo__xps-analysis/testFiles/auger.vms", 4},
      {"cheminfo__xps-analysis/testFiles/multiplex.vms", 3},
      {"cheminfo__xps-analysis/testFiles/polyethyleneglycol.vms", 4},
      {"wojdyr__xylib/samples/mjr9_116a.vms", 7},
      {"wojdyr__xylib/samples/mjr9_59c.vms", 9},
      {"wojdyr__xylib/samples/mjr9_64c.vms", 9}};
  for (const auto& [name, blocks] : files) {
    const auto bytes = real(kData / name);
    EXPECT_TRUE(is_vamas(bytes)) << name;
    const auto spectra = read_ok(bytes, name);
    EXPECT_EQ(spectra.size(), blocks) << name;
    for (const Spectrum& spectrum : spectra) {
      EXPECT_GE(spectrum.points(), 2u);
      for (const std::string& note : spectrum.data().notes)
        EXPECT_EQ(note.find("left out"), std::string::npos) << name << ": " << note;
    }
  }
}

TEST(Vamas, AgreesWithOtherExportsOfTheSameRuns) {
  // independent: the text export of another program, and the same run exported as counts and as rates
  LITHO_NEEDS_SHARED_DATA(kData);
  const fs::path folder = kData / "Julian-Hochhaus__LG4X-V2/Example";
  const auto kratos = read_ok(real(folder / "0-150W.vms"));
  ASSERT_EQ(kratos.size(), 5u);
  const auto text = read_text_file(folder / "0-150W_NiWC1s_C1s.txt");
  ASSERT_TRUE(text);
  const auto lines = split_lines(*text);
  std::size_t matched = 0;
  for (const Spectrum& spectrum : kratos) {
    if (spectrum.data().region != "C 1s") continue;
    const auto& data = spectrum.data();
    const auto binding = spectrum.binding_ev();
    ASSERT_TRUE(binding);
    ASSERT_EQ(lines.size() - 1, data.intensity.size());
    for (std::size_t i = 0; i + 1 < lines.size(); ++i) {
      const auto fields = split(lines[i + 1], '\t');
      EXPECT_NEAR(binding.value()[i], *number_in_field(fields[0]), 1e-6);
      EXPECT_EQ(data.intensity[i], *number_in_field(fields[1]));
    }
    ++matched;
  }
  EXPECT_EQ(matched, 1u);

  const fs::path vms = kData / "FAIRmat-NFDI__pynxtools-xps/examples/vms";
  const auto counts = read_ok(real(vms / "regular.vms")), rates = read_ok(real(vms / "irregular.vms"));
  ASSERT_EQ(counts.at(0).points(), rates.at(0).points());
  EXPECT_EQ(rates[0].data().unit, IntensityUnit::counts_per_s);
  EXPECT_FALSE(rates[0].counts()) << "a place holder of 1 s is no dwell time";
  for (std::size_t i = 0; i < counts[0].points(); ++i) {
    EXPECT_NEAR(rates[0].data().energy_ev[i], counts[0].data().energy_ev[i], 1e-6);
    EXPECT_NEAR(rates[0].data().intensity[i] * *counts[0].data().dwell_s / counts[0].data().intensity[i], 1,
                1e-5);
  }

  for (const Spectrum& spectrum :
       read_ok(real(folder / "Mutlipak_vms.npl")))  // c/s x dwell x scans must be whole
  {
    const auto whole = spectrum.counts();
    ASSERT_TRUE(whole);
    for (const double value : whole.value()) EXPECT_NEAR(value, std::round(value), 1e-4);
  }
}

}  // namespace
}  // namespace litho
