#include "pipeline/core/rng.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <vector>

namespace litho {
namespace {

/// The 99.99 % point of chi-square (Wilson-Hilferty): a right generator with a fixed seed passes for good.
double chi_square_limit(double degrees) {
  const double a = 2 / (9 * degrees);
  return degrees * std::pow(1 - a + 3.719 * std::sqrt(a), 3);
}

void expect_counts(const std::vector<double>& observed, const std::vector<double>& expected,
                   const char* what) {
  double sum = 0;
  for (std::size_t i = 0; i < observed.size(); ++i)
    sum += (observed[i] - expected[i]) * (observed[i] - expected[i]) / expected[i];
  EXPECT_LT(sum, chi_square_limit(static_cast<double>(observed.size()) - 1)) << what;
}

TEST(Philox, GivesThePublishedBlocks) {
  // published value: kat_vectors of Random123, philox4x32-10
  using Block = std::array<std::uint32_t, 4>;
  EXPECT_EQ(philox4x32({0, 0, 0, 0}, {0, 0}), (Block{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  const std::uint32_t ones = 0xffffffff;
  EXPECT_EQ(philox4x32({ones, ones, ones, ones}, {ones, ones}),
            (Block{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  EXPECT_EQ(philox4x32({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}),
            (Block{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(RandomStream, IsAFunctionOfSeedAndName) {
  // published value: FNV-1a of "foobar" is 85944171f73967e8, which with the seed fixes counter and key
  RandomStream stream(0x0123456789abcdef, "foobar");
  for (std::uint32_t n = 0; n < 3; ++n)
    for (const std::uint32_t word : philox4x32({n, 0, 0xf73967e8, 0x85944171}, {0x89abcdef, 0x01234567}))
      EXPECT_EQ(stream.bits(), word);
  // invariant: another seed or name, another stream
  EXPECT_NE(RandomStream(1, "a").bits(), RandomStream(2, "a").bits());
  EXPECT_NE(RandomStream(1, "a").bits(), RandomStream(std::uint64_t{1} << 32 | 1, "a").bits());
  EXPECT_NE(RandomStream(1, "a").bits(), RandomStream(1, "b").bits());
}

TEST(RandomStream, UniformFillsTheUnitInterval) {
  // analytic: equal counts in 64 cells, and in 8 x 8 x 8 cells of three in a row
  RandomStream random(5, "uniform");
  constexpr int kDraws = 300'000;
  std::vector<double> line(64), cube(512);
  for (int i = 0; i < kDraws / 3; ++i) {
    int cell = 0;
    for (int k = 0; k < 3; ++k) {
      const double u = random.uniform();
      ASSERT_TRUE(u >= 0 && u < 1);
      ++line[static_cast<std::size_t>(u * 64)];
      cell = cell * 8 + static_cast<int>(u * 8);
    }
    ++cube[cell];
  }
  expect_counts(line, std::vector<double>(64, kDraws / 64.0), "line");
  expect_counts(cube, std::vector<double>(512, kDraws / 3 / 512.0), "cube");
}

TEST(RandomStream, UniformHas53Bits) {
  // analytic: u * 2^53 is whole, and each of its bits is set half of the time
  RandomStream random(5, "bits");
  constexpr int kDraws = 10'000;
  std::vector<double> set(53);
  for (int i = 0; i < kDraws; ++i) {
    const double scaled = random.uniform() * 0x1p53;
    ASSERT_EQ(scaled, std::floor(scaled));
    for (std::size_t bit = 0; bit < set.size(); ++bit)
      set[bit] += (static_cast<std::uint64_t>(scaled) >> bit) & 1;
  }
  for (const double n : set) EXPECT_NEAR(n, kDraws / 2.0, 4 * std::sqrt(kDraws / 4.0));
}

TEST(RandomStream, BelowIsWithoutBias) {
  // analytic: equal counts; for n = 3 * 2^30 a quarter of all words must be refused, or some values come
  // twice as often
  RandomStream random(6, "below");
  std::vector<double> dice(7);
  for (int i = 0; i < 70'000; ++i) ++dice[random.below(7)];
  expect_counts(dice, std::vector<double>(7, 10'000), "seven");
  constexpr std::uint32_t kLarge = 3u << 30;
  std::vector<double> residue(3), third(3);
  for (int i = 0; i < 30'000; ++i) {
    const std::uint32_t value = random.below(kLarge);
    ASSERT_LT(value, kLarge);
    ++residue[value % 3];
    ++third[value >> 30];
  }
  expect_counts(residue, std::vector<double>(3, 10'000), "residues");
  expect_counts(third, std::vector<double>(3, 10'000), "thirds");
  EXPECT_EQ(random.below(1), 0u);
}

TEST(RandomStream, NormalFollowsTheNormalLaw) {
  // analytic: cell probabilities from erfc, and moments 0, 1, 0, 3 within four of their standard errors
  RandomStream random(7, "normal");
  constexpr int kDraws = 1'000'000, kCells = 40;
  const auto below = [](double z) { return 0.5 * std::erfc(-z / std::sqrt(2.0)); };
  std::vector<double> observed(kCells + 2), expected(kCells + 2);
  for (int i = 0; i < kCells + 2; ++i) {
    const double lo = -3 + 6.0 * (i - 1) / kCells, hi = -3 + 6.0 * i / kCells;
    expected[i] = kDraws * ((i == kCells + 1 ? 1 : below(hi)) - (i == 0 ? 0 : below(lo)));
  }
  double m1 = 0, m2 = 0, m3 = 0, m4 = 0, lag = 0, last = 0;
  for (int i = 0; i < kDraws; ++i) {
    const double z = random.normal();
    ++observed[std::clamp(static_cast<int>(std::floor((z + 3) * kCells / 6)) + 1, 0, kCells + 1)];
    m1 += z, m2 += z * z, m3 += z * z * z, m4 += z * z * z * z, lag += z * last, last = z;
  }
  expect_counts(observed, expected, "cells");
  const double n = kDraws;
  EXPECT_NEAR(m1 / n, 0, 4 * std::sqrt(1 / n));
  EXPECT_NEAR(m2 / n, 1, 4 * std::sqrt(2 / n));
  EXPECT_NEAR(m3 / n, 0, 4 * std::sqrt(15 / n));
  EXPECT_NEAR(m4 / n, 3, 4 * std::sqrt(96 / n));
  EXPECT_NEAR(lag / n, 0, 4 * std::sqrt(1 / n)) << "neighbours are not independent";
}

TEST(RandomStream, PoissonFollowsThePoissonLaw) {
  // analytic: the probability mass function, mean and variance; 30 is where the method changes
  for (const double mean : {0.05, 1.0, 7.5, 29.9, 30.0, 80.0, 1000.0}) {
    RandomStream random(8, "poisson");
    constexpr int kDraws = 100'000;
    std::map<double, double> counts;
    double sum = 0, squares = 0;
    for (int i = 0; i < kDraws; ++i) {
      const double k = random.poisson(mean);
      ASSERT_TRUE(k >= 0 && k == std::floor(k));
      ++counts[k];
      sum += k, squares += (k - mean) * (k - mean);
    }
    EXPECT_NEAR(sum / kDraws, mean, 4 * std::sqrt(mean / kDraws)) << mean;
    EXPECT_NEAR(squares / kDraws, mean, 4 * std::sqrt((mean + 2 * mean * mean) / kDraws)) << mean;

    std::vector<double> observed, expected;  // pooled until a cell expects 20
    double seen = 0, due = 0, rest = kDraws;
    const double last = mean + 12 * std::sqrt(mean) + 12;
    for (double k = 0; k < last; ++k) {
      seen += counts.contains(k) ? counts[k] : 0;
      due += kDraws * std::exp(k * std::log(mean) - mean - std::lgamma(k + 1));
      if (due < 20 || rest - due < 20) continue;
      observed.push_back(seen), expected.push_back(due);
      rest -= due, seen = due = 0;
    }
    double total = 0;
    for (const double n : observed) total += n;
    observed.push_back(kDraws - total), expected.push_back(rest);
    expect_counts(observed, expected, ("mean " + std::to_string(mean)).c_str());
  }
}

TEST(RandomStream, PoissonOfNothingIsNothing) {
  // analytic
  RandomStream random(9, "none");
  for (int i = 0; i < 100; ++i) EXPECT_EQ(random.poisson(0), 0);
}

}  // namespace
}  // namespace litho
