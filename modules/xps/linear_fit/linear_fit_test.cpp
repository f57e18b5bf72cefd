#include "modules/xps/linear_fit/kernel.hpp"

#include <gtest/gtest.h>

namespace litho {
namespace {

TEST(FitColumns, FindsWhatTheCountsWereMadeOf) {
  // analytic: counts that are an exact sum of columns
  std::vector<std::vector<double>> columns(3, std::vector<double>(30));
  std::vector<double> counts(30);
  for (int i = 0; i < 30; ++i) {
    columns[0][i] = 1;
    columns[1][i] = i;
    columns[2][i] = i == 12 ? 1 : 0;
    counts[i] = 100 + 3 * i + 40 * columns[2][i];
  }
  const LinearFit fit = fit_columns(columns, 2, counts);
  EXPECT_NEAR(fit.amplitudes[0], 100, 1e-8);
  EXPECT_NEAR(fit.amplitudes[1], 3, 1e-9);
  EXPECT_NEAR(fit.amplitudes[2], 40, 1e-8);
  EXPECT_NEAR(fit.misfit, 0, 1e-8);
}

TEST(FitColumns, LeavesOutWhatWouldBeNegative) {
  // analytic: a dip cannot be a line, so the fit is the constant's weighted mean
  std::vector<std::vector<double>> columns(2, std::vector<double>(20, 1));
  std::vector<double> counts(20, 100);
  for (int i = 0; i < 20; ++i) columns[1][i] = i == 7 ? 1 : 0;
  counts[7] = 50;
  const LinearFit fit = fit_columns(columns, 1, counts);
  EXPECT_EQ(fit.amplitudes[1], 0);
  EXPECT_NEAR(fit.amplitudes[0], 20 / (19 / 100.0 + 1 / 50.0), 1e-9);
}

TEST(FitColumns, GivesNothingToColumnsThatDependOnOthers) {
  // analytic: the same column twice
  const std::vector<std::vector<double>> columns(2, std::vector<double>(10, 1));
  const LinearFit fit = fit_columns(columns, 2, std::vector<double>(10, 9));
  EXPECT_NEAR(fit.amplitudes[0], 9, 1e-9);
  EXPECT_EQ(fit.amplitudes[1], 0);
}

}  // namespace
}  // namespace litho
