#include <gtest/gtest.h>

#include <filesystem>

#include "modules/io/casaxps_fits/kernel.hpp"
#include "modules/io/spectra/kernel.hpp"
#include "pipeline/core/file.hpp"
#include "tests/support/shared_data.hpp"

namespace litho {
namespace {

constexpr const char* kComments =
    "Casa Info Follows\n0\n1\n"
    "CASA region (*Cr 2p*) (*U 3 Tougaard*) 897.5 920.25 11.7 2 0 0 335.5 551 436 3 (*Cr 2p*) 51.99 0 11.7\n"
    "CASA comp (*Cr metal*) (*LA(1.3,4,5)*) Area 6350.5 1e-020 6383903.5 -1 1 MFWHM 0.9 0.2 2.5 -1 1 "
    "Position 912.3 "
    "911 913 -1 1 RSF 11.7 MASS 51.99 INDEX 0 (*Cr 2p*) CONST (**) UNCORRECTEDRSF 11.7\n"
    "CASA comp (*Cr metal*) (*LA(1.3,4,5)*) Area 3175.25 0 2000 0 0.5 MFWHM 0.9 0.2 2.5 0 1 Position 903.0 0 "
    "0 0 -9.3 "
    "RSF 11.7 MASS 51.99 INDEX 0 (*Cr 2p*) CONST (**) UNCORRECTEDRSF 11.7\n"
    "Calib M = 280.5 A = 284.8 BE ADD\n";

TEST(CasaFit, ReadsRegionsComponentsAndCalibrations) {
  // Analytic: a comment written by hand.
  const auto fit = read_casa_fit(kComments);
  ASSERT_TRUE(fit) << to_string(fit.errors());
  ASSERT_EQ(fit->regions.size(), 1U);
  EXPECT_EQ(fit->regions[0].background, "U 3 Tougaard");
  EXPECT_EQ(fit->regions[0].averaged_points, 2);
  EXPECT_EQ(fit->regions[0].high_kinetic_ev, 920.25);
  EXPECT_EQ(fit->regions[0].offsets_and_parameters, (std::vector<double>{0, 0, 335.5, 551, 436, 3}));
  ASSERT_EQ(fit->components.size(), 2U);
  EXPECT_EQ(fit->components[0].area.value, 6350.5);
  EXPECT_EQ(fit->components[0].area.linked, -1);
  EXPECT_EQ(fit->components[1].area.linked, 0);
  EXPECT_EQ(fit->components[1].area.link, 0.5);
  EXPECT_EQ(fit->components[1].position_kinetic_ev.link, -9.3);
  EXPECT_EQ(fit->components[1].sensitivity, 11.7);
  ASSERT_EQ(fit->calibrations.size(), 1U);
  EXPECT_EQ(fit->calibrations[0].assigned_ev - fit->calibrations[0].measured_ev, 284.8 - 280.5);
  const auto shape = parse_casa_shape(fit->components[0].shape);
  ASSERT_TRUE(shape);
  EXPECT_EQ(shape->name, "LA");
  EXPECT_EQ(shape->parameters, (std::vector<double>{1.3, 4, 5}));
}

TEST(CasaFit, RefusesLinesThatAreCut) {
  // Invariant: any line cut before its last figure is refused, plain comments are not.
  const std::string line =
      "CASA comp (*x*) (*GL(30)*) Area 1 2 3 -1 1 MFWHM 1 0 2 -1 1 Position 9 8 10 -1 1 RSF 1";
  EXPECT_TRUE(read_casa_fit(line));
  for (std::size_t n = 11; n + 1 < line.size(); ++n)
    EXPECT_FALSE(read_casa_fit(std::string_view(line).substr(0, n))) << n;
  EXPECT_FALSE(read_casa_fit("CASA region (*x*) (*Shirley*) 1 2 three 2"));
  EXPECT_FALSE(read_casa_fit("Calib M = x A = 285 BE ADD"));
  EXPECT_TRUE(read_casa_fit("a remark\n")->components.empty());
  for (const char* text : {"", "GL", "(30)", "GL(30", "GL(a)"}) EXPECT_FALSE(parse_casa_shape(text)) << text;
}

TEST(CasaFit, OfRealFiles) {
  // Reviewed sample: an iron oxide fitted in CasaXPS with four components over a Tougaard background; every
  // comment of every VAMAS file at hand reads.
  const std::filesystem::path root = std::filesystem::path(LITHOSCOPE_SHARED_DATA) / "xps";
  LITHO_NEEDS_SHARED_DATA(root);
  std::size_t components = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
    if (entry.path().extension() != ".vms") continue;
    const auto bytes = read_file(entry.path());
    ASSERT_TRUE(bytes);
    const auto spectra = read_spectra(*bytes, entry.path().filename().string());
    ASSERT_TRUE(spectra);
    for (const Spectrum& spectrum : *spectra) {
      const auto fit = read_casa_fit(spectrum.data().comments);
      ASSERT_TRUE(fit) << entry.path() << " " << to_string(fit.errors());
      components += fit->components.size();
      for (const CasaComponent& c : fit->components) EXPECT_TRUE(parse_casa_shape(c.shape)) << c.shape;
      if (entry.path().filename() == "FeO_analyzed.vms") {
        ASSERT_EQ(fit->components.size(), 4U);
        EXPECT_EQ(fit->components[0].shape, "LF(0.54,10,80,100,6)");
        EXPECT_NEAR(fit->components[0].area.value, 63400.62, 0.01 * 63400.62);  // CasaXPS's table
        // 709.03 eV in CasaXPS's table is after a calibration of the block, some 0.02 eV.
        EXPECT_NEAR(1486.61 - fit->components[0].position_kinetic_ev.value, 709.03, 0.05);
      }
    }
  }
  EXPECT_GT(components, 50U);
}

}  // namespace
}  // namespace litho
