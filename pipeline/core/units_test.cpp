#include "pipeline/core/units.hpp"

#include <gtest/gtest.h>

#include <numbers>
#include <set>

namespace litho {
namespace {

double in(const char* text, const char* unit) {
  const auto value = parse_in_unit(text, unit);
  EXPECT_TRUE(value) << (value ? "" : to_string(value.errors()));
  return value ? *value : 0;
}

std::string code(const Result<double>& result) {
  return result ? "" : result.errors().front().code;
}

TEST(Units, EverySymbolIsFoundAndStandsOnce) {
  // invariant
  std::set<std::string_view> seen;
  for (const Unit& unit : units()) {
    EXPECT_TRUE(seen.insert(unit.symbol).second) << unit.symbol;
    ASSERT_NE(find_unit(unit.symbol), nullptr);
    EXPECT_EQ(find_unit(unit.symbol)->symbol, unit.symbol);
    EXPECT_GT(unit.scale, 0);
  }
  EXPECT_EQ(find_unit("parsec"), nullptr);
  EXPECT_EQ(find_unit("EV"), nullptr) << "a symbol's case means something: meV is not MeV";
}

TEST(Units, ConvertWithinTheirDimension) {
  // analytic: SI prefixes, and pi rad in half a turn
  EXPECT_DOUBLE_EQ(in("48.8 nm", "um"), 0.0488);
  EXPECT_DOUBLE_EQ(in("0.5um", "nm"), 500);
  EXPECT_DOUBLE_EQ(in("1 m", "pm"), 1e12);
  EXPECT_DOUBLE_EQ(in("2 cm", "mm"), 20);
  EXPECT_DOUBLE_EQ(in("3 mm2", "um2"), 3e6);
  EXPECT_DOUBLE_EQ(in("1486.6 eV", "keV"), 1.4866);
  EXPECT_DOUBLE_EQ(in("250 meV", "eV"), 0.25);
  EXPECT_DOUBLE_EQ(in("180 deg", "rad"), std::numbers::pi);
  EXPECT_DOUBLE_EQ(in("1.5 h", "min"), 90);
  EXPECT_DOUBLE_EQ(in("20 ms", "s"), 0.02);
  EXPECT_DOUBLE_EQ(in("5 kV", "V"), 5000);
  EXPECT_DOUBLE_EQ(in("95 %", "%"), 95);
  EXPECT_DOUBLE_EQ(in("12", ""), 12);
}

TEST(Units, ReadBothMicroSignsAndTheDegreeSign) {
  // published value: Unicode U+00B5, U+03BC and U+00B0
  EXPECT_DOUBLE_EQ(in("3 \u00b5m", "um"), 3);
  EXPECT_DOUBLE_EQ(in("3 \u03bcm", "um"), 3);
  EXPECT_DOUBLE_EQ(in("7 \u00b5m2", "um2"), 7);
  EXPECT_DOUBLE_EQ(in("52\u00b0", "deg"), 52);
}

TEST(Units, TellAnExponentFromTheUnitThatStartsWithE) {
  // analytic
  EXPECT_DOUBLE_EQ(in("5eV", "eV"), 5);
  EXPECT_DOUBLE_EQ(in("1e-3eV", "eV"), 1e-3);
  EXPECT_DOUBLE_EQ(in("  1e-9 m  ", "nm"), 1);
}

TEST(Units, RefuseAnotherDimensionAndAMissingUnit) {
  // analytic: nothing is guessed
  EXPECT_EQ(code(parse_in_unit("5 eV", "um")), "unit.dimension");
  EXPECT_EQ(code(parse_in_unit("5", "um")), "unit.dimension");
  EXPECT_EQ(code(parse_in_unit("5 um", "")), "unit.dimension");
  EXPECT_EQ(code(parse_in_unit("5 um2", "um")), "unit.dimension");
  EXPECT_EQ(code(parse_in_unit("5 px", "um")), "unit.dimension");
}

TEST(Units, RefuseWhatIsNoNumberOrNoUnit) {
  // analytic
  EXPECT_EQ(code(parse_in_unit("um", "um")), "unit.bad_number");
  EXPECT_EQ(code(parse_in_unit("", "um")), "unit.bad_number");
  EXPECT_EQ(code(parse_in_unit("nan um", "um")), "unit.bad_number");
  for (const char* text : {"5 furlong", "1,5 um", "1e400 um", "1 2 um", "5 um um", "0x10 um"})
    EXPECT_EQ(code(parse_in_unit(text, "um")), "unit.unknown") << text;
}

}  // namespace
}  // namespace litho
