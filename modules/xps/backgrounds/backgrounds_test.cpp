#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "modules/xps/backgrounds/kernel.hpp"
#include "pipeline/core/file.hpp"
#include "pipeline/core/number.hpp"
#include "pipeline/core/table.hpp"

namespace litho {
namespace {

std::vector<double> grid(double low, double high, double step) {
  std::vector<double> energy;
  for (int i = 0; low + step * i <= high + 1e-9; ++i) energy.push_back(low + step * i);
  return energy;
}

double bell(double d, double sigma) {
  return std::exp(-0.5 * d * d / (sigma * sigma)) / (sigma * std::sqrt(2 * 3.14159265358979324));
}

/// A Gaussian of (area, centre, sigma) and its derivatives.
struct Bell {
  std::vector<double> values, jacobian;
  Bell(const std::vector<double>& energy, double area, double centre, double sigma) {
    const std::size_t n = energy.size();
    jacobian.resize(3 * n);
    for (std::size_t i = 0; i < n; ++i) {
      const double d = energy[i] - centre, value = bell(d, sigma);
      values.push_back(area * value);
      jacobian[i] = value;
      jacobian[n + i] = area * value * d / (sigma * sigma);
      jacobian[2 * n + i] = area * value * (d * d / (sigma * sigma * sigma) - 1 / sigma);
    }
  }
  Signal signal() const { return {values, jacobian}; }
};

/// Column `k` of a background's derivatives against a central difference of `values_at`.
void expect_column(const FittedBackground& background, std::size_t k, double p, double h,
                   const std::function<std::vector<double>(double)>& values_at) {
  const auto low = values_at(p - h), high = values_at(p + h);
  const std::size_t n = low.size();
  double largest = 0;
  for (std::size_t i = 0; i < n; ++i) largest = std::max(largest, std::abs(background.jacobian[k * n + i]));
  ASSERT_GT(largest, 0) << k;
  for (std::size_t i = 0; i < n; ++i)
    ASSERT_NEAR(background.jacobian[k * n + i], (high[i] - low[i]) / (2 * h), 2e-6 * largest)
        << k << ' ' << i;
}

TEST(ActiveShirley, StepsThroughANarrowLine) {
  // Analytic: nothing below the line, half of k A at its centre, k A above.
  const auto energy = grid(570, 580, 0.05);
  const Bell line(energy, 1000, 575, 0.2);
  const auto background = active_shirley(energy, line.signal(), 0.03);
  ASSERT_TRUE(background);
  EXPECT_NEAR(background->values[40], 0, 1e-9);    // 572
  EXPECT_NEAR(background->values[100], 15, 1e-6);  // 575
  EXPECT_NEAR(background->values[160], 30, 1e-9);  // 578
}

TEST(ActiveShirley, DerivativesAgreeWithDifferences) {
  // Analytic: central differences, on an uneven grid.
  std::vector<double> energy;
  for (int i = 0; i < 150; ++i) energy.push_back(570 + 0.07 * i + 0.01 * std::sin(i));
  const auto values = [&](double area, double centre, double sigma, double k) {
    return active_shirley(energy, Bell(energy, area, centre, sigma).signal(), k)->values;
  };
  const auto background = active_shirley(energy, Bell(energy, 500, 575, 0.6).signal(), 0.02);
  ASSERT_TRUE(background);
  expect_column(*background, 0, 500, 0.1, [&](double p) { return values(p, 575, 0.6, 0.02); });
  expect_column(*background, 1, 575, 1e-4, [&](double p) { return values(500, p, 0.6, 0.02); });
  expect_column(*background, 2, 0.6, 1e-4, [&](double p) { return values(500, 575, p, 0.02); });
  expect_column(*background, 3, 0.02, 1e-4, [&](double p) { return values(500, 575, 0.6, p); });
}

TEST(ActiveTougaard, OneLossOfANarrowLineIsTheLossFunction) {
  // Analytic: for few losses B(E) = A K(E - E0); K of U2 is largest at sqrt(C/3).
  const auto energy = grid(560, 640, 0.1);
  const Bell line(energy, 1, 565, 0.15);
  auto loss = universal_loss();
  loss.b_ev2 = 1e-6;
  const auto background = active_tougaard(energy, line.signal(), loss);
  ASSERT_TRUE(background);
  for (std::size_t i = 80; i < energy.size(); i += 31) {
    const double t = energy[i] - 565, q = 1643 + t * t;
    EXPECT_NEAR(background->values[i], 1e-6 * t / (q * q), 1e-4 * 1e-6 * t / (q * q)) << t;
  }
  const auto top = std::max_element(background->values.begin(), background->values.end());
  EXPECT_NEAR(energy[static_cast<std::size_t>(top - background->values.begin())], 565 + std::sqrt(1643 / 3.0),
              0.11);
}

TEST(ActiveTougaard, AddsUpRepeatedLosses) {
  // Analytic: the sum over one, two, three ... losses, each the convolution of the one before with K.
  const auto energy = grid(560, 660, 0.25);
  const std::size_t n = energy.size();
  Bell line(energy, 1000, 566, 0.6);
  for (double& value : line.values) value += 10;  // so that the first energy matters, too
  const TougaardLoss loss{300, 542, -1, 275, 5};
  const auto background = active_tougaard(energy, line.signal(), loss);
  ASSERT_TRUE(background);
  std::vector<double> term = line.values, sum(n, 0.0);
  for (int order = 0; order < 60; ++order) {
    std::vector<double> next(n, 0.0);
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t j = 0; j < i; ++j) {
        const double t = energy[i] - energy[j], q = 542 - t * t;
        if (t > 5) next[i] += 0.25 * (j == 0 ? 0.5 : 1.0) * 300 * t / (q * q + 275 * t * t) * term[j];
      }
    for (std::size_t i = 0; i < n; ++i) sum[i] += next[i];
    term = next;
  }
  for (std::size_t i = 0; i < n; ++i) ASSERT_NEAR(background->values[i], sum[i], 1e-9 * 1000) << i;
  EXPECT_GT(sum[n - 1], 1);
}

TEST(ActiveTougaard, DerivativesAgreeWithDifferences) {
  // Analytic: central differences by the line's and by the loss function's parameters.
  const auto energy = grid(560, 600, 0.2);
  const auto values = [&](double area, double centre, double sigma, TougaardLoss loss) {
    return active_tougaard(energy, Bell(energy, area, centre, sigma).signal(), loss)->values;
  };
  const TougaardLoss loss{500, 542, -0.9, 275, 0};
  const auto background = active_tougaard(energy, Bell(energy, 800, 566, 0.7).signal(), loss);
  ASSERT_TRUE(background);
  expect_column(*background, 0, 800, 0.1, [&](double p) { return values(p, 566, 0.7, loss); });
  expect_column(*background, 1, 566, 1e-3, [&](double p) { return values(800, p, 0.7, loss); });
  expect_column(*background, 2, 0.7, 1e-3, [&](double p) { return values(800, 566, p, loss); });
  double TougaardLoss::*const own[] = {&TougaardLoss::b_ev2, &TougaardLoss::c_ev2, &TougaardLoss::c_prime,
                                       &TougaardLoss::d_ev2};
  for (std::size_t k = 0; k < 4; ++k)
    expect_column(*background, 3 + k, loss.*own[k], 1e-4 * std::abs(loss.*own[k]), [&](double p) {
      auto changed = loss;
      changed.*own[k] = p;
      return values(800, 566, 0.7, changed);
    });
  const TougaardLoss none{0, 542, 1, 0, 0};
  const auto at_zero = active_tougaard(energy, Bell(energy, 800, 566, 0.7).signal(), none);
  ASSERT_TRUE(at_zero);
  const TougaardLoss little{1e-3, 542, 1, 0, 0};
  const auto near_zero = values(800, 566, 0.7, little);
  for (std::size_t i = 0; i < energy.size(); ++i)
    EXPECT_NEAR(at_zero->jacobian[3 * energy.size() + i], near_zero[i] / 1e-3, 1e-5 * 800 / 542) << i;
}

TEST(ActiveTougaard, UniversalLossIsTheCalibrationTable) {
  // Published value: the shipped table, whose rows name their papers.
  const auto text = read_text_file(std::string(LITHOSCOPE_SAMPLES) + "/../calibration/data/tougaard.csv");
  ASSERT_TRUE(text);
  const auto csv = read_csv(*text);
  ASSERT_TRUE(csv);
  const auto loss = universal_loss();
  const auto field = [&](const char* name) {
    return parse_double(csv->rows[0].fields[csv->column(name)]).value();
  };
  EXPECT_EQ(csv->rows[0].fields[csv->column("material")], "universal");
  EXPECT_EQ(loss.b_ev2, field("b_ev2"));
  EXPECT_EQ(loss.c_ev2, field("c_ev2"));
  EXPECT_EQ(loss.c_prime, field("c_prime"));
  EXPECT_EQ(loss.d_ev2, field("d_ev2"));
}

TEST(Legendre, IsOrthogonalAndReachesOneAtTheEnd) {
  // Analytic: P_k(1) = 1, P_k(-1) = (-1)^k, integrals 2/(2k+1) and 0.
  const auto energy = grid(100, 110, 0.001);
  const auto basis = legendre_basis(energy, 100, 110, 5);
  ASSERT_TRUE(basis);
  const std::size_t n = energy.size();
  for (std::size_t a = 0; a <= 5; ++a) {
    EXPECT_NEAR((*basis)[a * n + n - 1], 1, 1e-9);
    EXPECT_NEAR((*basis)[a * n], a % 2 == 0 ? 1 : -1, 1e-9);
    for (std::size_t b = 0; b <= 5; ++b) {
      double sum = 0;
      for (std::size_t i = 0; i < n; ++i)
        sum += (i == 0 || i == n - 1 ? 0.5 : 1) * (*basis)[a * n + i] * (*basis)[b * n + i] * 2 / 10000;
      EXPECT_NEAR(sum, a == b ? 2.0 / (2.0 * static_cast<double>(a) + 1) : 0, 1e-6);
    }
  }
}

/// Counts whose Shirley background is known: level + line + step times the line's share so far.
struct StepSpectrum {
  std::vector<double> energy, intensity, background;
  StepSpectrum(double low, double high) : energy(grid(570, 580, 0.1)) {
    const Bell line(energy, 5000, 575, 0.4);
    const auto share = active_shirley(energy, line.signal(), 1.0 / 5000);
    for (std::size_t i = 0; i < energy.size(); ++i) {
      background.push_back(low + (high - low) * share->values[i]);
      intensity.push_back(background[i] + line.values[i]);
    }
  }
};

TEST(StaticShirley, FindsTheStepThatMadeTheSpectrum) {
  // Analytic: a spectrum built with its own Shirley background; rising and falling steps.
  for (const auto& [low, high] : {std::pair{100.0, 400.0}, {400.0, 300.0}}) {
    const StepSpectrum spectrum(low, high);
    const auto background = shirley_background(spectrum.energy, spectrum.intensity, 8);
    ASSERT_TRUE(background);
    for (std::size_t i = 0; i < spectrum.energy.size(); ++i)
      EXPECT_NEAR(background->values[i], spectrum.background[i], 1e-6) << i;
    EXPECT_DOUBLE_EQ(background->low_level, low);
    EXPECT_GT(background->iterations, 1);
  }
}

TEST(StaticShirley, TheSameClickTwiceGivesTheSameBits) {
  // Invariant.
  const StepSpectrum spectrum(100, 400);
  const auto once = shirley_background(spectrum.energy, spectrum.intensity, 5);
  const auto twice = shirley_background(spectrum.energy, spectrum.intensity, 5);
  ASSERT_TRUE(once && twice);
  EXPECT_EQ(once->values, twice->values);
}

TEST(StaticShirley, ScalesAndShiftsWithTheCounts) {
  // Invariant: background(a I + b) = a background(I) + b.
  const StepSpectrum spectrum(100, 400);
  auto changed = spectrum.intensity;
  for (double& value : changed) value = 3 * value + 50;
  const auto a = shirley_background(spectrum.energy, spectrum.intensity, 5);
  const auto b = shirley_background(spectrum.energy, changed, 5);
  ASSERT_TRUE(a && b);
  for (std::size_t i = 0; i < changed.size(); ++i) EXPECT_NEAR(b->values[i], 3 * a->values[i] + 50, 1e-6);
}

TEST(StaticTougaard, GivesBackTheLossesOfWhatWasMeasured) {
  // Analytic: one loss of a narrow line on a level is the loss function, above the gap alone; the losses of
  // those losses are drawn too.
  const auto energy = grid(700, 760, 0.1);
  constexpr double kLevel = 500, kArea = 1e4;
  std::vector<double> intensity(energy.size(), kLevel);
  intensity[100] += kArea / 0.1;
  const TougaardLoss loss{335.4, 551, -1, 436, 3};
  const auto background = tougaard_background(energy, intensity, 5, loss);
  ASSERT_TRUE(background);
  for (std::size_t i = 0; i < energy.size(); ++i) {
    const double t = energy[i] - energy[100], base = 551 - t * t;
    const double expected = t > 3.001 ? kArea * 335.4 * t / (base * base + 436 * t * t) : 0;
    if (std::abs(t - 3) > 0.01) {
      EXPECT_NEAR(background->values[i], kLevel + expected, 1e-9 * kArea) << t;
    }
  }
  EXPECT_DOUBLE_EQ(background->low_level, kLevel);
}

TEST(StaticTougaard, MeetsTheUpperEndWhereAsked) {
  // Invariant: without b the background goes through the mean of the last points, at the b it reports.
  auto energy = grid(700, 760, 0.1);
  std::vector<double> intensity;
  for (double e : energy) intensity.push_back(500 + 2000 / (1 + (e - 710) * (e - 710)) + (e > 712 ? 300 : 0));
  TougaardLoss loss{0, 1643, 1, 0, 0};
  const auto drawn = tougaard_background(energy, intensity, 4, loss);
  ASSERT_TRUE(drawn);
  double mean = 0;
  for (std::size_t i = energy.size() - 4; i < energy.size(); ++i) mean += 0.25 * drawn->values[i];
  EXPECT_NEAR(mean, drawn->high_level, 1e-9);
  loss.b_ev2 = drawn->b_ev2;
  const auto stated = tougaard_background(energy, intensity, 4, loss);
  ASSERT_TRUE(stated);
  for (std::size_t i = 0; i < energy.size(); ++i) EXPECT_NEAR(stated->values[i], drawn->values[i], 1e-9);
}

TEST(StaticLine, PassesThroughTheMeansOfTheEnds) {
  // Analytic: a line is its own background, whatever the number of end points.
  const auto energy = grid(50, 60, 0.1);
  std::vector<double> intensity;
  for (double e : energy) intensity.push_back(20 + 3 * (e - 50));
  for (int m : {1, 4, 20}) {
    const auto background = linear_background(energy, intensity, m);
    ASSERT_TRUE(background);
    for (std::size_t i = 0; i < energy.size(); ++i) EXPECT_NEAR(background->values[i], intensity[i], 1e-9);
  }
}

TEST(Backgrounds, RefuseWhatTheyCannotDraw) {
  // Invariant: misuse is an error, never a background.
  const std::vector<double> energy{1, 2, 3, 4}, flat{5, 5, 5, 5}, dip{5, 1, 1, 9}, falling{4, 3, 2, 1};
  const Signal signal{flat, {}};
  const auto code = [](const auto& result) {
    return result ? std::string("accepted") : result.errors()[0].code;
  };
  EXPECT_EQ(code(shirley_background(energy, flat, 1)), "accepted");  // no step: the level
  EXPECT_EQ(code(shirley_background(energy, dip, 1)), "background.no_signal");
  EXPECT_EQ(code(shirley_background(falling, flat, 1)), "background.energy");
  EXPECT_EQ(code(shirley_background(energy, flat, 3)), "background.end_points");
  EXPECT_EQ(code(linear_background(energy, flat, 0)), "background.end_points");
  EXPECT_EQ(code(linear_background(energy, std::vector<double>{1, 2}, 1)), "background.length");
  EXPECT_EQ(code(active_shirley(energy, signal, -1)), "background.parameter");
  EXPECT_EQ(code(active_shirley(std::vector<double>{1, 2}, signal, 1)), "background.length");
  EXPECT_EQ(code(active_tougaard(energy, signal, {1, -1, 1, 0, 0})), "background.parameter");
  EXPECT_EQ(code(active_tougaard(energy, signal, {1, 10, -1, 0, 0})), "background.parameter");
  EXPECT_EQ(code(active_tougaard(energy, signal, {std::nan(""), 10, 1, 0, 0})), "background.parameter");
  EXPECT_EQ(code(tougaard_background(energy, flat, 1, {0, 1643, 1, 0, 0})), "background.no_signal");
  EXPECT_EQ(code(tougaard_background(energy, flat, 1, {1, 10, -1, 0, 0})), "background.parameter");
  EXPECT_EQ(code(tougaard_background(energy, flat, 3, {1, 10, 1, 0, 0})), "background.end_points");
  EXPECT_EQ(code(legendre_basis(energy, 1, 1, 2)), "background.parameter");
  EXPECT_EQ(code(legendre_basis(energy, 1, 2, 6)), "background.parameter");
}

}  // namespace
}  // namespace litho
