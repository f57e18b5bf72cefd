#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "calibration/xps/attenuation.hpp"
#include "calibration/xps/lines.hpp"
#include "calibration/xps/sensitivity.hpp"
#include "calibration/xps/tables.hpp"
#include "calibration/xps/transmission.hpp"
#include "pipeline/core/number.hpp"

namespace litho {
namespace {

TEST(XpsTables, EveryRowIsWholeAndNamesItsSource) {
  // Invariant: the shipped tables read whole, numbers are numbers, every row says whether it was checked.
  for (const char* name : {"lines", "multiplets", "overlaps", "sensitivity", "materials"}) {
    const auto csv = read_csv(embedded_table(name));
    ASSERT_TRUE(csv) << name << ": " << to_string(csv.errors());
    EXPECT_GT(csv->rows.size(), 5U) << name;
    std::set<std::string> keys;
    for_each_row(name, [&](const CalibrationRow& row) {
      const std::string status = row.text("status");
      EXPECT_TRUE(status == "checked" || status == "unverified") << name << ": " << status;
      EXPECT_FALSE(row.text("source").empty()) << name;
      std::string key;
      for (const std::string& column : csv->columns) {
        const bool is_number = column.ends_with("_ev") || column.starts_with("u_") || column == "factor" ||
                               column.ends_with("_mol") || column.ends_with("_cm3");
        if (is_number && !row.text(column).empty()) {
          EXPECT_TRUE(row.number(column)) << name << ": " << column;
        }
        if (!is_number && column != "source" && column != "status") key += row.text(column) + "|";
        if (column == "offset_ev" || column == "energy_ev") key += row.text(column) + "|";
      }
      EXPECT_TRUE(keys.insert(key).second) << name << " repeats " << key;
    });
  }
  EXPECT_EQ(embedded_table("none"), "");
}

TEST(XpsLines, AreWhatTheirSourcesSay) {
  // Published value: ISO 15472, Thermo Fisher's knowledge base, xpsfitting.com.
  EXPECT_EQ(find_line("Au", "Au 4f7/2")->energy_ev, 83.96);
  EXPECT_EQ(find_line("Ag", "Ag 3d5/2")->energy_ev, 368.21);
  EXPECT_EQ(find_line("Cu", "Cu 2p3/2")->energy_ev, 932.62);
  const auto metal = find_line("Cr", "Cr 2p");
  ASSERT_TRUE(metal);
  EXPECT_NEAR(metal->energy_ev, 574.3, 2 * metal->u_ev);
  EXPECT_NEAR(metal->splitting_ev.value(), 9.3, 0.1);
  EXPECT_TRUE(metal->verified);
  EXPECT_FALSE(find_line("Cr2O3", "Cr 2p")->verified);
  EXPECT_EQ(find_line("adventitious carbon", "C 1s")->energy_ev, 284.8);
  EXPECT_FALSE(find_line("Li2CO3", "Li 1s")->fwhm_ev);
  // A line and its chemical shift: higher oxidation, higher energy.
  EXPECT_LT(metal->energy_ev, find_line("Cr2O3", "Cr 2p")->energy_ev);
  EXPECT_LT(find_line("Cr2O3", "Cr 2p")->energy_ev, find_line("CrO3", "Cr 2p")->energy_ev);
}

TEST(XpsLines, UnknownLinesAreRefusedWithWhatIsKnown) {
  // Invariant: nothing is guessed.
  const auto line = find_line("Cr2O3", "Cr 4p");
  ASSERT_FALSE(line);
  EXPECT_EQ(line.errors()[0].code, "calibration.unknown_line");
  EXPECT_NE(line.errors()[0].hint.find("Cr 2p"), std::string::npos);
  const auto species = find_line("CrN", "Cr 2p");
  ASSERT_FALSE(species);
  EXPECT_NE(species.errors()[0].hint.find("Cr2O3"), std::string::npos);
  EXPECT_FALSE(find_multiplet("Li", "Li 1s"));
}

TEST(XpsMultiplets, FractionsAddUpAndTheChromiumOxideKeepsItsSpacings) {
  // Published value: Biesinger et al. 2011, as far as known (marked unverified in the table).
  for (const char* species : {"Cr", "Cr2O3", "Cr(OH)3", "CrO3"}) {
    const auto lines = find_multiplet(species, "Cr 2p");
    ASSERT_TRUE(lines) << species;
    double sum = 0;
    for (const auto& line : *lines) sum += line.area_fraction;
    EXPECT_NEAR(sum, 1, 1e-3) << species;
    EXPECT_EQ(lines->front().offset_ev, 0) << species;
  }
  const auto oxide = find_multiplet("Cr2O3", "Cr 2p");
  ASSERT_EQ(oxide->size(), 5U);
  EXPECT_NEAR((*oxide)[4].offset_ev, 3.20, 1e-9);
  EXPECT_NEAR((*oxide)[0].area_fraction / (*oxide)[4].area_fraction, 36.0 / 5, 0.02);
  EXPECT_FALSE((*oxide)[0].verified);
}

TEST(XpsOverlaps, AugerLinesMoveWithThePhotons) {
  // Analytic: an Auger electron keeps its kinetic energy. Published value: Ge LMM at 581.6 under Al K-alpha.
  const auto overlaps = find_overlaps("Cr 2p");
  const auto ge = std::find_if(overlaps.begin(), overlaps.end(),
                               [](const XpsOverlap& o) { return o.element == "Ge" && o.energy_ev == 905; });
  ASSERT_NE(ge, overlaps.end());
  EXPECT_NEAR(ge->binding_ev(1486.6), 581.6, 1e-9);
  EXPECT_NEAR(ge->binding_ev(1253.6), 348.6, 1e-9);
  const auto li = find_overlaps("Li 1s");
  ASSERT_FALSE(li.empty());
  EXPECT_EQ(li[0].name, "Cr 3p");
  EXPECT_EQ(li[0].binding_ev(1253.6), li[0].binding_ev(1486.6));
  EXPECT_TRUE(find_overlaps("U 4f").empty());
}

TEST(Sensitivity, SetsAreWhatTheirSourcesSay) {
  // Published value: Scofield 1976 and ALTHERMO1; parts of a doublet add up to it.
  EXPECT_EQ(*sensitivity_factor("scofield", "Li 1s"), 0.0568);
  EXPECT_EQ(*sensitivity_factor("scofield", "C 1s"), 1);
  EXPECT_EQ(*sensitivity_factor("althermo1", "Ge 3d"), 1.2941);
  for (const char* set : {"scofield", "althermo1"})
    EXPECT_NEAR(*sensitivity_factor(set, "Cr 2p3/2") + *sensitivity_factor(set, "Cr 2p1/2"),
                *sensitivity_factor(set, "Cr 2p"), 1e-3)
        << set;
  EXPECT_EQ(sensitivity_factor("wagner", "C 1s").errors()[0].code, "calibration.unknown_set");
  EXPECT_EQ(sensitivity_factor("scofield", "N 1s").errors()[0].code, "calibration.unknown_line");
}

TEST(Attenuation, AgreesWithAnIndependentTpp2m) {
  // Independent library: TPP-2M computed elsewhere from the same figures, three digits.
  struct Known {
    const char* material;
    double kinetic_ev, nm;
  };
  for (const Known& known : {Known{"Li", 912, 3.15},
                             {"Li2O", 912, 2.69},
                             {"Li2CO3", 912, 2.83},
                             {"LiOH", 912, 2.78},
                             {"LiF", 912, 3.64},
                             {"Cr", 912, 1.61},
                             {"Cr2O3", 912, 1.86},
                             {"Al2O3", 912, 2.33},
                             {"Li", 1432, 4.56},
                             {"Li2O", 1432, 3.82},
                             {"Li2CO3", 1432, 4.01},
                             {"LiOH", 1432, 3.96},
                             {"LiF", 1432, 5.12},
                             {"Cr", 1432, 2.26},
                             {"Al2O3", 1432, 3.29},
                             {"Li", 1444, 4.59},
                             {"Li2O", 1444, 3.85},
                             {"Li2CO3", 1444, 4.04}}) {
    const auto length = attenuation_length_nm(known.material, known.kinetic_ev);
    ASSERT_TRUE(length) << known.material;
    EXPECT_NEAR(length->nm, known.nm, 0.006) << known.material << " at " << known.kinetic_ev;
    EXPECT_GE(length->u_relative, 0.09) << known.material;
  }
}

TEST(Attenuation, FollowsThePlasmonEnergyOfAFreeElectronMetal) {
  // Analytic: with the numbers of aluminium, Ep = 15.8 eV (published), the formula written out by hand.
  const AttenuatingMaterial aluminium{"Al", 3, 2.6989, 26.982, 0, 0.1, true, ""};
  const double ep = 15.78, u = 3 * 2.6989 / 26.982, e = 1000;
  const double beta = -1 + 9.44 / ep + 0.69 * std::pow(2.6989, 0.1), gamma = 0.191 / std::sqrt(2.6989);
  const double nm =
      e / (ep * ep * (beta * std::log(gamma * e) - (19.7 - 9.1 * u) / e + (534 - 208 * u) / (e * e)));
  EXPECT_NEAR(attenuation_length(aluminium, e, false)->nm, nm, 2e-3 * nm);
  // Relativity matters little at 1 keV and grows with energy.
  const auto ratio = [&](double at) {
    return attenuation_length(aluminium, at)->nm / attenuation_length(aluminium, at, false)->nm;
  };
  EXPECT_NEAR(ratio(1000), 1, 0.01);
  EXPECT_LT(ratio(20000), ratio(1000));
}

TEST(Attenuation, RefusesWhatTheFormulaDoesNotCover) {
  // Invariant: no length outside the formula's range or for impossible materials.
  EXPECT_EQ(attenuation_length_nm("Li", 10).errors()[0].code, "calibration.energy");
  EXPECT_EQ(attenuation_length_nm("Li", std::nan("")).errors()[0].code, "calibration.energy");
  EXPECT_EQ(attenuation_length_nm("unobtainium", 912).errors()[0].code, "calibration.unknown_material");
  EXPECT_EQ(attenuation_length({"x", 0, 1, 1, 0, 0.1, true, ""}, 912).errors()[0].code,
            "calibration.material");
  EXPECT_EQ(attenuation_length({"x", 1, 1, 1, -1, 0.1, true, ""}, 912).errors()[0].code,
            "calibration.material");
}

TEST(Transmission, CurveIsReadAtAKineticEnergy) {
  // Analytic: a straight curve over a binding axis.
  SpectrumData data;
  data.energy_ev = {100, 200, 300};
  data.intensity = {1, 1, 1};
  data.transmission = {1, 2, 3};
  data.photon_energy_ev = 1000;
  const auto falling = Spectrum::make(data);
  EXPECT_NEAR(*transmission_of_file(*falling, 850), 1.5, 1e-12);
  EXPECT_NEAR(*transmission_of_file(*falling, 900), 1, 1e-12);
  EXPECT_NEAR(*transmission_of_file(*falling, 700), 3, 1e-12);
  EXPECT_EQ(transmission_of_file(*falling, 650).errors()[0].code, "transmission.range");
  data.axis = EnergyAxis::kinetic;
  EXPECT_NEAR(*transmission_of_file(*Spectrum::make(data), 250), 2.5, 1e-12);
  data.transmission.clear();
  EXPECT_EQ(transmission_of_file(*Spectrum::make(data), 250).errors()[0].code, "transmission.unknown");
}

TEST(Transmission, FormulasAreRefusedWhereSomethingIsUnknown) {
  // Analytic: powers of ten; nothing is assumed for a pass energy.
  EXPECT_NEAR(*transmission_power_law(1000, 10, 0.5), 0.1, 1e-12);
  EXPECT_EQ(transmission_power_law(1000, {}, 0.5).errors()[0].code, "transmission.unknown");
  EXPECT_EQ(transmission_power_law(1000, 10, {}).errors()[0].code, "transmission.unknown");
  EXPECT_EQ(transmission_power_law(-1, 10, 1).errors()[0].code, "transmission.range");
  EXPECT_NEAR(*transmission_polynomial(std::vector{2.0, 0.01}, TransmissionScale::linear, 100), 3, 1e-12);
  EXPECT_NEAR(*transmission_polynomial(std::vector{1.0, -0.5}, TransmissionScale::log10, 10000), 0.1, 1e-12);
  EXPECT_EQ(transmission_polynomial(std::vector{-1.0}, TransmissionScale::linear, 100).errors()[0].code,
            "transmission.range");
  EXPECT_EQ(transmission_polynomial({}, TransmissionScale::log10, 100).errors()[0].code,
            "transmission.unknown");
}

}  // namespace
}  // namespace litho
