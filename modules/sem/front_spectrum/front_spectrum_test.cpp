#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numbers>

#include "modules/sem/front_spectrum/kernel.hpp"
#include "pipeline/core/rng.hpp"

namespace litho {
namespace {

std::vector<double> noise(std::size_t n) {
  RandomStream random(7, "front");
  std::vector<double> out;
  for (std::size_t i = 0; i < n; ++i) out.push_back(random.normal());
  return out;
}

double integral(const FrontSpectrum& s) {
  double sum = 0;
  for (const SpectrumLine& line : s.lines) sum += line.psd_um3 / s.length_um;
  return sum;
}

/// Variance about the least-squares line.
double variance(const std::vector<double>& z) {
  const auto n = static_cast<double>(z.size());
  double mean = 0, mx = (n - 1) / 2, xy = 0, xx = 0, sum = 0;
  for (const double v : z) mean += v / n;
  for (std::size_t i = 0; i < z.size(); ++i) {
    const double x = static_cast<double>(i) - mx;
    xy += x * (z[i] - mean), xx += x * x;
  }
  for (std::size_t i = 0; i < z.size(); ++i) {
    const double r = z[i] - mean - xy / xx * (static_cast<double>(i) - mx);
    sum += r * r / n;
  }
  return sum;
}

// Analytic: Parseval's theorem, for even, odd and prime counts, at any spacing.
TEST(FrontSpectrum, IntegratesToTheVariance) {
  for (const std::size_t n : {1024U, 999U, 997U})
    for (const double spacing : {0.05, 3.0}) {
      const auto z = noise(n);
      const auto spectrum = front_spectrum(z, spacing, Window::none);
      ASSERT_TRUE(spectrum);
      EXPECT_NEAR(integral(*spectrum) / variance(z), 1, 1e-10) << n;
      EXPECT_EQ(spectrum->lines.size(), n / 2);
    }
}

// Analytic: Hann's window keeps the variance of noise on average, and a tilted front has no spectrum.
TEST(FrontSpectrum, TheWindowKeepsTheVariance) {
  const auto z = noise(20000);
  const auto spectrum = front_spectrum(z, 0.1);
  ASSERT_TRUE(spectrum);
  EXPECT_NEAR(integral(*spectrum) / variance(z), 1, 0.03);
  std::vector<double> slope;
  for (int i = 0; i < 500; ++i) slope.push_back(0.3 * i + 4);
  EXPECT_LT(integral(*front_spectrum(slope, 0.1)), 1e-18);
}

// Analytic: a sine of amplitude a stands at its frequency with a power of a^2 / 2.
TEST(FrontSpectrum, ASineStandsAtItsFrequency) {
  const double spacing = 0.05, wavelength = 5, amplitude = 2;
  std::vector<double> z;
  for (int i = 0; i < 2000; ++i)
    z.push_back(amplitude * std::sin(2 * std::numbers::pi * i * spacing / wavelength));
  const auto spectrum = front_spectrum(z, spacing);
  ASSERT_TRUE(spectrum);
  double near = 0, best = 0, at = 0;
  for (const SpectrumLine& line : spectrum->lines) {
    if (line.psd_um3 > best) best = line.psd_um3, at = line.frequency_per_um;
    if (std::abs(line.frequency_per_um - 1 / wavelength) < 3 / spectrum->length_um)
      near += line.psd_um3 / spectrum->length_um;
  }
  EXPECT_DOUBLE_EQ(at, 1 / wavelength);
  EXPECT_NEAR(near, amplitude * amplitude / 2, 0.01);
}

// Analytic: a random walk's density falls as 1 / f^2; bands hold every line once.
TEST(FrontSpectrum, ARandomWalkFallsAsTheSquare) {
  std::vector<double> z = noise(8192);
  for (std::size_t i = 1; i < z.size(); ++i) z[i] += z[i - 1];
  const auto spectrum = front_spectrum(z, 1);
  ASSERT_TRUE(spectrum);
  const auto bands = in_log_bands(*spectrum, 4);
  const auto at = [&](double f) {
    double best = 1e9, value = 0;
    for (const SpectrumLine& b : bands)
      if (std::abs(std::log(b.frequency_per_um / f)) < best)
        best = std::abs(std::log(b.frequency_per_um / f)),
        value = b.psd_um3 * b.frequency_per_um * b.frequency_per_um;
    return value;
  };
  EXPECT_NEAR(std::log10(at(0.003) / at(0.1)), 0, 0.15);
}

// Invariant: a gap is not filled in; what is too short to have a spectrum is refused.
TEST(FrontSpectrum, TakesTheLongestUnbrokenStretch) {
  auto z = noise(1000);
  const std::vector<double> alone(z.begin() + 301, z.end());
  z[300] = std::numeric_limits<double>::quiet_NaN();
  const auto whole = front_spectrum(z, 0.1), part = front_spectrum(alone, 0.1);
  ASSERT_TRUE(whole);
  EXPECT_DOUBLE_EQ(whole->length_um, 69.9);
  EXPECT_EQ(spectrum_csv(*whole), spectrum_csv(*part));
  const auto refused = front_spectrum(std::vector<double>(31, 1.0), 0.1);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.errors().front().code, "sem.short_front");
}

// Reviewed sample: the columns of the file.
TEST(FrontSpectrum, WritesItsFile) {
  EXPECT_EQ(spectrum_csv({10, {{0.1, 2.5}, {0.2, 1}}}),
            "frequency_per_um,wavelength_um,psd_um3\n0.1,10,2.5\n0.2,5,1\n");
}

}  // namespace
}  // namespace litho
