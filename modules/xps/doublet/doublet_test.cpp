#include <gtest/gtest.h>

#include <cmath>

#include "modules/xps/doublet/kernel.hpp"

namespace litho {
namespace {

struct Case {
  LineShape shape;
  std::vector<double> p;
};
const std::vector<Case>& cases() {
  static const std::vector<Case> all{
      {LineShape::voigt, {1000, 574.3, 0.5, 0.4, 9.2, 0.5, 1.3}},
      {LineShape::pseudo_voigt, {1000, 574.3, 1.1, 0.3, 9.2, 0.52, 1.2}},
      {LineShape::gl_product, {1000, 574.3, 1.1, 0.3, 9.2, 0.52, 1.2}},
      {LineShape::la, {800, 574.3, 0.6, 1.3, 4, 0.5, 9.2, 0.5, 1.4}},
      {LineShape::lf, {800, 574.3, 0.6, 1.3, 4, 0.5, 12, 9.2, 0.5, 1.4}},
      {LineShape::doniach_sunjic, {800, 574.3, 0.4, 0.1, 0.5, 9.2, 0.5, 1.4}},
  };
  return all;
}
std::vector<double> grid() {
  std::vector<double> energy;
  for (int i = 0; i < 230; ++i) energy.push_back(568 + 0.1 * i + 0.01 * std::sin(i));
  return energy;
}

TEST(Doublet, IsTheSumOfItsTwoLines) {
  // Analytic: written out for a Voigt doublet.
  const auto energy = grid();
  std::vector<double> both(energy.size()), first(energy.size()), second(energy.size());
  ASSERT_TRUE(evaluate_doublet(LineShape::voigt, cases()[0].p, energy, both));
  ASSERT_TRUE(evaluate_line(LineShape::voigt, std::vector<double>{1000, 574.3, 0.5, 0.4}, energy, first));
  ASSERT_TRUE(evaluate_line(LineShape::voigt, std::vector<double>{500, 583.5, 0.5, 0.52}, energy, second));
  for (std::size_t i = 0; i < energy.size(); ++i) EXPECT_NEAR(both[i], first[i] + second[i], 1e-9);
}

TEST(Doublet, RatioIsThatOfTheAreas) {
  // Analytic: for la the area is height x width x a constant, so the lines' areas over 4000 eV keep the
  // ratio.
  const auto lines = doublet_lines(LineShape::la, cases()[3].p);
  ASSERT_TRUE(lines);
  const auto area = [](const std::vector<double>& p) {
    std::vector<double> energy, values;
    for (double u = -2000; u <= 2000; u += 0.02) energy.push_back(p[1] + u);
    values.resize(energy.size());
    EXPECT_TRUE(evaluate_line(LineShape::la, p, energy, values));
    double sum = 0;
    for (double value : values) sum += 0.02 * value;
    return sum;
  };
  EXPECT_NEAR(area(lines->second) / area(lines->first), 0.5, 1e-4);
}

TEST(Doublet, JacobiansAgreeWithDifferences) {
  // Analytic: Richardson-extrapolated central differences.
  const auto energy = grid();
  const std::size_t n = energy.size();
  for (const auto& [shape, p] : cases()) {
    std::vector<double> values(n), jacobian(n * p.size());
    ASSERT_TRUE(evaluate_doublet(shape, p, energy, values, jacobian));
    const auto names = doublet_parameters(shape);
    ASSERT_EQ(names.size(), p.size());
    for (std::size_t k = 0; k < p.size(); ++k) {
      const auto difference = [&](double step) {
        auto lower = p, upper = p;
        lower[k] -= step, upper[k] += step;
        std::vector<double> low(n), high(n), slope(n);
        EXPECT_TRUE(evaluate_doublet(shape, lower, energy, low));
        EXPECT_TRUE(evaluate_doublet(shape, upper, energy, high));
        for (std::size_t i = 0; i < n; ++i) slope[i] = (high[i] - low[i]) / (2 * step);
        return slope;
      };
      const double h = k == 1 ? 2e-3 : 2e-3 * std::abs(p[k]);
      const auto d1 = difference(h), d2 = difference(h / 2);
      double largest = 0;
      for (std::size_t i = 0; i < n; ++i) largest = std::max(largest, std::abs(jacobian[k * n + i]));
      ASSERT_GT(largest, 0);
      for (std::size_t i = 0; i < n; ++i)
        EXPECT_NEAR(jacobian[k * n + i], (4 * d2[i] - d1[i]) / 3, 1e-6 * largest)
            << names[k].name << ' ' << energy[i];
    }
  }
}

TEST(Doublet, RefusesWhatItCannotEvaluate) {
  // Invariant: misuse is an error with its place.
  const std::vector<double> energy{1, 2, 3};
  std::vector<double> values(3), few(5);
  const auto code = [&](std::vector<double> p, std::span<double> jacobian = {}) {
    const auto status = evaluate_doublet(LineShape::gaussian, p, energy, values, jacobian);
    return status ? std::string("accepted") : status.errors()[0].code;
  };
  EXPECT_EQ(code({1, 2, 1, 1, 0.5, 1}), "accepted");
  EXPECT_EQ(code({1, 2, 1}), "line.parameter_count");
  EXPECT_EQ(code({1, 2, 1, -1, 0.5, 1}), "line.parameter_range");
  EXPECT_EQ(code({1, 2, 1, 1, 0.5, std::nan("")}), "line.parameter_range");
  EXPECT_EQ(code({1, 2, 0, 1, 0.5, 1}), "line.parameter_range");
  EXPECT_EQ(code({1, 2, 1, 1, 0.5, 1}, few), "line.length");
}

}  // namespace
}  // namespace litho
