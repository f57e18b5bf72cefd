#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>

#include "calibration/xps/sensitivity.hpp"
#include "modules/io/avantage/sheets.hpp"
#include "modules/xps/quantification/kernel.hpp"
#include "pipeline/core/file.hpp"
#include "pipeline/core/rng.hpp"
#include "tests/support/shared_data.hpp"

namespace litho {
namespace {

TEST(AtomicPercent, IsTheShareOfCorrectedAreas) {
  // Analytic: 30 / (3 x 0.5) = 20 and 20 / 0.25 = 80.
  const std::vector<QuantifiedLine> lines{{"O 1s", 30, 0, 3, 0.5, 0, 0}, {"Li 1s", 20, 0, 0.25, 1, 0, 0}};
  const auto composition = atomic_percent(lines, Attenuation::none);
  ASSERT_TRUE(composition);
  EXPECT_NEAR((*composition)[0].atomic_percent.value, 20, 1e-12);
  EXPECT_NEAR((*composition)[1].atomic_percent.value, 80, 1e-12);
  EXPECT_EQ((*composition)[1].atomic_percent.lo, (*composition)[1].atomic_percent.value);
}

TEST(AtomicPercent, IntervalHoldsTheTruthAsOftenAsItSays) {
  // Analytic: areas and factors scattered with their uncertainties, 95 of 100 intervals hold the truth.
  RandomStream random(12, "quantification");
  const double truth[]{60, 30, 10};
  int held[3]{};
  constexpr int kTrials = 1000;
  for (int t = 0; t < kTrials; ++t) {
    std::vector<QuantifiedLine> lines;
    for (int i = 0; i < 3; ++i) {
      const double area = truth[i] * 10 * (1 + 0.05 * random.normal()) + 4 * random.normal();
      lines.push_back({"line", area, 4, 10, 1, 0, 0.05});
    }
    const auto composition = atomic_percent(lines, Attenuation::none);
    ASSERT_TRUE(composition);
    for (std::size_t i = 0; i < 3; ++i) {
      const Measured& m = (*composition)[i].atomic_percent;
      held[i] += m.lo <= truth[i] && truth[i] <= m.hi ? 1 : 0;
    }
  }
  for (const int h : held) EXPECT_NEAR(h, 950, 25);
}

TEST(AtomicPercent, RefusesWhatCannotBeDivided) {
  // Invariant: no number without factors.
  EXPECT_EQ(atomic_percent({}, Attenuation::none).errors()[0].code, "quantification.no_lines");
  const std::vector<QuantifiedLine> no_factor{{"x", 1, 0, 0, 1, 0, 0}};
  EXPECT_EQ(atomic_percent(no_factor, Attenuation::none).errors()[0].code, "quantification.bad_line");
  const std::vector<QuantifiedLine> nothing{{"x", 0, 1, 1, 1, 0, 0}};
  EXPECT_EQ(atomic_percent(nothing, Attenuation::none).errors()[0].code, "quantification.no_signal");
  const std::vector<QuantifiedLine> no_energy{{"x", 1, 1, 1, 1, 0, 0}};
  EXPECT_EQ(atomic_percent(no_energy, Attenuation::average_matrix).errors()[0].code, "calibration.energy");
}

TEST(AtomicPercent, ReproducesAvantage) {
  // Reviewed sample: Avantage's own table of four lines; its areas give its percentages.
  const std::filesystem::path file = std::filesystem::path(LITHOSCOPE_SHARED_DATA) /
                                     "xps/angzeli__xps-fitting-workbench/data/raw/PDI-H-COOH/2.xls";
  LITHO_NEEDS_SHARED_DATA(file);
  const auto bytes = read_file(file);
  ASSERT_TRUE(bytes);
  const auto sheets = read_xls_sheets(*bytes, "2.xls");
  ASSERT_TRUE(sheets);
  const Sheet* peaks = nullptr;
  std::map<std::string, std::uint32_t> columns;  // by the words that are not localised
  for (const Sheet& sheet : *sheets)
    for (const auto& [place, cell] : sheet.cells)
      if (const auto* text = std::get_if<std::string>(&cell); text && place.first == 1) {
        for (const char* word : {"CPS.eV", "TPP-2M", "Atomic %", "ALTHERMO1", "TXFN"})
          if (text->find(word) != std::string::npos) {
            columns.emplace(word, place.second);
            peaks = &sheet;
          }
      }
  ASSERT_NE(peaks, nullptr);
  ASSERT_EQ(columns.size(), 5U);
  std::vector<QuantifiedLine> lines;
  std::vector<double> percent, corrected;
  const auto number = [&](std::uint32_t row, std::uint32_t column) {
    const auto found = peaks->cells.find({row, column});
    const auto* value = found == peaks->cells.end() ? nullptr : std::get_if<double>(&found->second);
    return value ? *value : std::nan("");
  };
  for (std::uint32_t row = 2; std::isfinite(number(row, columns["CPS.eV"])); ++row) {
    constexpr std::uint32_t kPeakEnergy = 3;  // start, peak and end binding energy follow the name
    lines.push_back({std::get<std::string>(peaks->cells.at({row, 1})), number(row, columns["CPS.eV"]), 0,
                     number(row, columns["ALTHERMO1"]), number(row, columns["TXFN"]),
                     1486.68 - number(row, kPeakEnergy), 0});
    percent.push_back(number(row, columns["Atomic %"]));
    corrected.push_back(number(row, columns["TPP-2M"]));
  }
  ASSERT_EQ(lines.size(), 4U);
  const auto composition = atomic_percent(lines, Attenuation::average_matrix);
  ASSERT_TRUE(composition);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    EXPECT_NEAR((*composition)[i].atomic_percent.value, percent[i], 0.02) << lines[i].name;
    EXPECT_NEAR((*composition)[i].corrected / corrected[i], 26.17, 0.03) << lines[i].name;
  }
  // The table's factors are those of calibration/data to its three decimals.
  EXPECT_NEAR(lines[2].sensitivity, *sensitivity_factor("althermo1", "N 1s"), 6e-4);
}

}  // namespace
}  // namespace litho
