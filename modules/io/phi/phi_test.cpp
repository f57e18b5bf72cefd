#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>

#include "modules/io/ole2/builder.hpp"
#include "modules/io/phi/kernel.hpp"
#include "pipeline/core/file.hpp"
#include "tests/support/mutations.hpp"
#include "tests/support/shared_data.hpp"

namespace litho {
namespace {

using test::LittleEndian;
using Data = std::vector<std::uint8_t>;

struct Phi {
  std::string technique = "XPS", type = "SPECTRUM", areas = "1", number = "f4";
  std::vector<float> rates{100, 200, 300, 400, 500, 600};  // two cycles of three points
  unsigned cycles = 2, region = 1, shift = 0;

  Data build() const {
    LittleEndian file;
    file.text(
        "SOFH\r\nTechnique: " + technique + "\r\nFileType: " + type +
        "\r\nFileDesc: (1, pellet, left)\r\nInstrumentModel: VersaProbe 4\r\nAcqFileDate: 2024 1 22\r\n"
        "AnalyserWorkFcn: 4.506 eV\r\nAnalyserMode: FAT\r\nXraySource: Al 1486.6 mono\r\nNoSpatialArea: " +
        areas +
        "\r\nSpectralRegDefFull: 1 1 Cr 2p 24 3 -0.1 590.0 589.8 590 589.8 0.000000 55.00 AREA\r\n"
        "SpectralRegDef: 1 1 Cr 2p 24 3 -0.1 590.0 589.8 590 589.8 0.020000 55.00 AREA\r\nEOFH\r\n");
    file.u32(1).u32(2).u32(192).u32(16);
    const auto trace = [&](unsigned kind, unsigned points, unsigned rows, const std::string& unit,
                           std::size_t size, std::size_t place) {
      LittleEndian head;
      head.u32(1).u32(1).u32(1).u32(kind == 1 ? region : 0).u32(kind).u32(points).u32(rows);
      while (head.size() < 56) head.u8(0);
      head.text(unit);
      while (head.size() < 72) head.u8(0);
      head.text(number).u16(0).u32(size).u32(place);
      while (head.size() < 96) head.u8(0);
      file.append(head.bytes());
    };
    const std::size_t place = 16 + 192, size = rates.size() * 4;
    trace(1, static_cast<unsigned>(rates.size()) / cycles, cycles, "c/s", size, place + shift);
    trace(8, cycles, 1, "s", cycles * 4, place + size);
    for (const float rate : rates) file.f32(rate);
    for (unsigned i = 0; i < cycles; ++i) file.f32(static_cast<float>(30 * i));
    return file.bytes();
  }
};

Error error_of(const Phi& file) {
  const auto spectra = read_phi(file.build(), "a.spe");
  return spectra ? Error{"ok", "", "", ""} : spectra.errors()[0];
}

TEST(Phi, ReadsEveryCycle) {
  // analytic: a file written by hand; 100 c/s over 0.02 s are 2 counts
  EXPECT_TRUE(is_phi(Phi{}.build()));
  const auto spectra = read_phi(Phi{}.build(), "a.spe");
  ASSERT_TRUE(spectra) << to_string(spectra.errors());
  ASSERT_EQ(spectra->size(), 2u);
  const SpectrumData& data = (*spectra)[1].data();
  EXPECT_EQ(data.region, "Cr 2p");
  EXPECT_EQ(data.sample, "pellet, left");
  EXPECT_EQ(data.axis, EnergyAxis::binding);
  EXPECT_NEAR(data.energy_ev[2], 589.8, 1e-9);
  EXPECT_EQ(data.intensity, (std::vector<double>{400, 500, 600}));
  EXPECT_EQ((*spectra)[1].counts().value(), (std::vector<double>{8, 10, 12}));
  EXPECT_EQ(data.scan_count, std::nullopt) << "only the time over all sweeps is stated";
  ASSERT_EQ(data.variables.size(), 2u);
  EXPECT_EQ(data.variables[1].value, 30);
  EXPECT_EQ(data.photon_energy_ev, 1486.6);
  EXPECT_EQ(data.pass_energy_ev, 55);
  EXPECT_EQ(data.work_function_ev, 4.506);
  EXPECT_EQ(data.acquired, "2024-01-22");
  Phi auger;
  auger.technique = "AES";
  EXPECT_EQ(read_phi(auger.build(), "a")->front().data().axis, EnergyAxis::kinetic);
}

TEST(Phi, GivesNoTimeWhereCountsAreNotWhole) {
  // analytic: 101 c/s over 0.02 s are 2.02 counts
  Phi file;
  file.rates[0] = 101;
  const auto spectra = read_phi(file.build(), "a.spe");
  ASSERT_TRUE(spectra);
  EXPECT_FALSE(spectra->front().counts());
  EXPECT_FALSE(spectra->front().data().notes.empty());
}

TEST(Phi, RefusesWhatItWouldMisread) {
  // analytic
  Phi file;
  file.type = "SXI";
  EXPECT_EQ(error_of(file).code, "phi.unsupported");
  file = {};
  file.technique = "SIMS";
  EXPECT_EQ(error_of(file).code, "phi.unsupported");
  file = {};
  file.areas = "3";
  EXPECT_EQ(error_of(file).code, "phi.unsupported");
  file = {};
  file.number = "i2";
  EXPECT_EQ(error_of(file).code, "phi.unsupported");
  file = {};
  file.region = 2;
  EXPECT_EQ(error_of(file).code, "phi.no_spectra");
  file = {};
  file.shift = 1000;
  EXPECT_EQ(error_of(file).code, "phi.truncated");
  file = {};
  file.cycles = 1;
  EXPECT_EQ(error_of(file).code, "phi.no_spectra") << "six points where the header says three";
  const Data whole = Phi{}.build();
  EXPECT_EQ(read_phi(std::span(whole).first(whole.size() - 9), "a").errors()[0].code, "phi.truncated");
  EXPECT_EQ(read_phi(std::span(whole).first(20), "a").errors()[0].code, "phi.not_phi");
}

TEST(Phi, SurvivesDamage) {
  // invariant: spectra or an error, whatever the bytes
  test::for_each_mutation(Phi{}.build(), 6000, [](const Data& bytes) {
    const auto spectra = read_phi(bytes, "a");
    EXPECT_TRUE(spectra || !spectra.errors().front().message.empty());
  });
}

TEST(Phi, OpensEveryRealFile) {
  // invariant: rate x time on a point is a whole number of counts in every region and cycle
  const std::filesystem::path data =
      std::filesystem::path(LITHOSCOPE_SHARED_DATA) / "xps/FAIRmat-NFDI__pynxtools-xps/tests/data";
  LITHO_NEEDS_SHARED_DATA(data);
  const std::vector<std::pair<std::string, std::size_t>> files{{"phi_spe/SnO2_10nm.spe", 1},
                                                               {"phi_pro/SnO2_10nm_1.pro", 4 * 21}};
  for (const auto& [name, spectra_count] : files) {
    const auto bytes = read_file(data / name);
    ASSERT_TRUE(bytes);
    const auto spectra = read_phi(*bytes, name);
    ASSERT_TRUE(spectra) << to_string(spectra.errors());
    EXPECT_EQ(spectra->size(), spectra_count);
    for (const Spectrum& spectrum : *spectra) {
      const auto counts = spectrum.counts();
      ASSERT_TRUE(counts) << spectrum.data().block;
      for (const double value : counts.value()) EXPECT_NEAR(value, std::round(value), 0.02);
    }
  }
}

}  // namespace
}  // namespace litho
