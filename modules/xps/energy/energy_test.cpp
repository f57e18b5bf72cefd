#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "modules/io/spectra/kernel.hpp"
#include "modules/xps/energy/kernel.hpp"
#include "modules/xps/lines/kernel.hpp"
#include "modules/xps/noise/kernel.hpp"
#include "pipeline/core/file.hpp"
#include "pipeline/core/rng.hpp"
#include "tests/support/shared_data.hpp"

namespace litho {
namespace {

struct Counted {
  std::vector<double> energy, counts;
  EnergySpectrum view() const { return {energy, counts, 1}; }
};

/// C 1s of hydrocarbon, C-O, O-C=O and carbonate in these areas, over a Shirley step and a level.
Counted carbon(std::vector<double> areas, double shift_ev, double counts, RandomStream& random) {
  constexpr double kFrom = 278, kStep = 0.1, kOffsets[]{0, 1.5, 3.85, 5.1};
  Counted out;
  for (int i = 0; i <= 200; ++i) out.energy.push_back(kFrom + kStep * i);
  std::vector<double> means(out.energy.size(), 0.3 * counts), line(out.energy.size());
  for (std::size_t k = 0; k < 4; ++k) {
    const double shape[]{6 * counts * areas[k], 284.8 + shift_ev + kOffsets[k], 1.35, 0.25};
    EXPECT_TRUE(evaluate_line(LineShape::gl_sum, shape, out.energy, line));
    double below = 0;
    for (std::size_t i = 0; i < line.size(); ++i) {
      below += kStep * line[i];
      means[i] += line[i] + 0.02 * below;
    }
  }
  for (const double mean : means) out.counts.push_back(random.poisson(mean));
  return out;
}

bool has_flag(const ChargeShift& shift, std::string_view flag) {
  return std::ranges::find(shift.flags, flag) != shift.flags.end();
}

TEST(ChargeShiftC1s, FollowsTheHydrocarbonWhicheverLineIsHighest) {
  // Analytic: spectra made with a known shift; hydrocarbon, C-O and carbonate in turn are the maximum.
  RandomStream random(3, "c1s");
  for (const auto& areas : {std::vector{1.0, 0.2, 0.1, 0.0}, {0.3, 1.0, 0.1, 0.0}, {0.3, 0.1, 0.05, 1.0}})
    for (const double shift : {-1.2, 0.7}) {
      const auto found = charge_shift_from_c1s(carbon(areas, shift, 2000, random).view());
      ASSERT_TRUE(found) << to_string(found.errors());
      EXPECT_NEAR(found->shift_ev, shift, 0.04) << areas[0] << " " << areas[3];
      EXPECT_LT(found->u_fit_ev, 0.06);
      EXPECT_NEAR(found->u_ev, 0.25, 0.01);
      EXPECT_TRUE(found->flags.empty()) << found->flags[0];
      EXPECT_EQ(found->reference, "C 1s 284.8");
    }
}

TEST(ChargeShiftC1s, IsSymmetricInTheOrderOfEnergies) {
  // Invariant: a spectrum stored from high to low energy is the same spectrum, bit for bit.
  RandomStream random(4, "c1s order");
  auto spectrum = carbon({1, 0.2, 0.1, 0.1}, 0.4, 500, random);
  const auto rising = charge_shift_from_c1s(spectrum.view());
  std::ranges::reverse(spectrum.energy);
  std::ranges::reverse(spectrum.counts);
  const auto falling = charge_shift_from_c1s(spectrum.view());
  ASSERT_TRUE(rising && falling);
  EXPECT_EQ(rising->shift_ev, falling->shift_ev);
  EXPECT_EQ(rising->u_ev, falling->u_ev);
}

TEST(ChargeShiftC1s, SaysThatALoneHighLineMayBeCarbonate) {
  // Invariant: carbonate alone, and a surface charged by 4.9 eV, look the same: both are told.
  RandomStream random(5, "c1s carbonate");
  for (const auto& [areas, shift] :
       {std::pair{std::vector{0.0, 0.0, 0.0, 1.0}, 0.0}, {{1.0, 0.0, 0.0, 0.0}, 4.9}}) {
    const auto found = charge_shift_from_c1s(carbon(areas, shift, 1000, random).view());
    ASSERT_TRUE(found);
    EXPECT_TRUE(has_flag(*found, "energy.carbonate_possible"));
  }
}

TEST(ChargeShiftC1s, RefusesWhatHoldsNoCarbon) {
  // Invariant: no line, no points, lengths that differ.
  RandomStream random(6, "c1s none");
  EXPECT_EQ(charge_shift_from_c1s(carbon({0, 0, 0, 0}, 0, 1000, random).view()).errors()[0].code,
            "energy.no_line");
  Counted elsewhere{{500, 501, 502}, {1, 2, 3}};
  EXPECT_EQ(charge_shift_from_c1s(elsewhere.view()).errors()[0].code, "energy.no_region");
  elsewhere.counts.pop_back();
  EXPECT_EQ(charge_shift_from_c1s(elsewhere.view()).errors()[0].code, "energy.length");
}

TEST(ChargeShiftMetal, FindsTheTopWithItsUncertainty) {
  // Analytic: the top of a Gaussian; over many spectra the errors are as large as said.
  RandomStream random(7, "gold");
  double z2 = 0;
  constexpr int kSpectra = 200;
  for (int k = 0; k < kSpectra; ++k) {
    Counted gold;
    for (int i = 0; i <= 160; ++i) {
      const double e = 78 + 0.1 * i;
      gold.energy.push_back(e);
      const auto line = [&](double at, double height) {
        return height * std::exp(-4 * std::log(2.0) * (e - at) * (e - at) / 0.81);
      };
      gold.counts.push_back(random.poisson(100 + line(84.46, 5000) + line(88.13, 3750)));
    }
    const auto found = charge_shift_from_metal(gold.view(), "Au 4f7/2");
    ASSERT_TRUE(found);
    z2 += std::pow((found->shift_ev - 0.5) / found->u_fit_ev, 2);
    EXPECT_GT(found->u_ev, 0.0199);
  }
  EXPECT_NEAR(z2 / kSpectra, 1, 0.35);
  EXPECT_EQ(charge_shift_from_metal({}, "Fe 2p3/2").errors()[0].code, "calibration.unknown_line");
}

TEST(ScaleCheck, ReadsWhatThermoFilesSay) {
  // Analytic: errors of -0.1 at every line are an offset; none where nothing is said.
  SpectrumData data;
  data.energy_ev = {1, 2};
  data.intensity = {1, 1};
  EXPECT_FALSE(scale_check(*Spectrum::make(data)));
  data.comments =
      "x = 1\nCalibration Energy Scale = 07:38:45 May 1, 2025, Ag3d = 368.11eV, Cu2p = 932.52eV, Au4f = "
      "83.86eV , CuLVV = 568eV\n";
  const auto check = scale_check(*Spectrum::make(data));
  ASSERT_TRUE(check);
  EXPECT_EQ(check->lines.size(), 3U);
  EXPECT_NEAR(check->worst_ev, 0.1, 1e-9);
  EXPECT_NEAR(check->offset_ev, -0.1, 1e-9);
  EXPECT_NEAR(check->gain, 0, 1e-12);
  EXPECT_EQ(check->when, "07:38:45 May 1, 2025");
}

TEST(StatedShift, IsPassedOn) {
  // Invariant: the value is the user's; no number, no shift.
  EXPECT_EQ(stated_charge_shift(1.5, 0.1)->shift_ev, 1.5);
  EXPECT_EQ(stated_charge_shift(std::nan(""), 0.1).errors()[0].code, "energy.not_finite");
  EXPECT_EQ(stated_charge_shift(1, -0.1).errors()[0].code, "energy.not_finite");
}

TEST(ChargeShift, OfRealSpectra) {
  // Reviewed sample: an oxidised chromium film whose lines return to their places after -4.2 eV (C 1s at
  // 284.8 within its uncertainty), and a Thermo instrument within 0.007 eV of ISO 15472.
  const std::filesystem::path root = std::filesystem::path(LITHOSCOPE_SHARED_DATA) / "xps";
  LITHO_NEEDS_SHARED_DATA(root);
  const auto open = [&](const std::string& path) {
    const auto bytes = read_file(root / path);
    EXPECT_TRUE(bytes);
    auto spectra = read_spectra(*bytes, path);
    EXPECT_TRUE(spectra);
    return *std::move(spectra);
  };
  const auto film =
      open("CINF__PyExpLabSys/tests/functional_test/fileparsers/test_specs/specs_xps_sample.xml");
  const auto carbon_region = std::ranges::find_if(
      film, [](const Spectrum& s) { return s.data().region.find("Carbon") != std::string::npos; });
  ASSERT_NE(carbon_region, film.end());
  const auto binding = carbon_region->binding_ev();
  const auto counts = carbon_region->counts();
  const auto shift = charge_shift_from_c1s({*binding, *counts, 1});
  ASSERT_TRUE(shift);
  EXPECT_NEAR(shift->shift_ev, 4.2, 0.25);
  const auto thermo = open("angzeli__xps-fitting-workbench/data/raw/PDI-H-COOH/C1s Scan.VGD");
  const auto check = scale_check(thermo[0]);
  ASSERT_TRUE(check);
  EXPECT_LT(check->worst_ev, 0.007);
}

}  // namespace
}  // namespace litho
