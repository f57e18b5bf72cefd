#include <gtest/gtest.h>

#include <cmath>

#include "modules/xps/line_detection/kernel.hpp"
#include "modules/xps/line_detection/look_elsewhere.hpp"
#include "pipeline/core/rng.hpp"

namespace litho {
namespace {

constexpr int kChannels = 160;

double bell(int i, double at, double width) {
  return std::exp(-0.5 * std::pow((i - at) / width, 2));
}

std::vector<double> straight_line() {
  std::vector<double> out;
  for (int i = 0; i < kChannels; ++i) out.push_back(1);
  for (int i = 0; i < kChannels; ++i) out.push_back(i - 80);
  return out;
}

LineFamily family(int half_range, int parts) {
  LineFamily line;
  line.rows = static_cast<std::size_t>(2 * half_range + 1);
  line.nominal = static_cast<std::size_t>(half_range);
  line.parts = static_cast<std::size_t>(parts);
  line.mix = parts == 2 ? std::vector<double>{0.5, 0.5} : std::vector<double>{1};
  for (int k = -half_range; k <= half_range; ++k)
    for (int p = 0; p < parts; ++p)
      for (int i = 0; i < kChannels; ++i) line.shapes.push_back(100 * bell(i, 80 + k + 12 * p, 5));
  return line;
}

DetectionProblem problem(const std::vector<double>& counts, const std::vector<double>& background,
                         const LineFamily& line) {
  DetectionProblem p;
  p.counts = counts;
  p.background = background;
  p.line = &line;
  return p;
}

std::vector<double> spectrum(RandomStream& random, double level, double amplitude) {
  std::vector<double> counts;
  for (int i = 0; i < kChannels; ++i)
    counts.push_back(random.poisson(level + i * 0.2 * level / 80 + amplitude * 100 * bell(i, 80, 5)));
  return counts;
}

TEST(DetectLine, EstimateAndSpreadAreThoseOfLeastSquares) {
  // analytic: on counts without noise the amplitude is exact; its spread is the inverse root of the
  // information
  const auto background = straight_line();
  const LineFamily line = family(0, 1);
  std::vector<double> counts;
  for (int i = 0; i < kChannels; ++i) counts.push_back(1000 + 0.3 * line.shapes[i] + (i % 2 == 0 ? 1 : -1));
  DetectionProblem p = problem(counts, background, line);
  p.dispersion = 1;
  const auto found = detect_line(p);
  ASSERT_TRUE(found);
  EXPECT_NEAR(found->amplitude, 0.3, 2e-3);
  // The line is even about channel 80 and the slope odd: only its mean is lost to the background.
  double square = 0, sum = 0, weight = 0;
  for (int i = 0; i < kChannels; ++i) {
    const double mu = 1000 + 0.3 * line.shapes[i];
    square += line.shapes[i] * line.shapes[i] / mu;
    sum += line.shapes[i] / mu;
    weight += 1 / mu;
  }
  EXPECT_NEAR(found->z_sd, 1 / std::sqrt(square - sum * sum / weight), 0.01 * found->z_sd);
}

TEST(DetectLine, FalseAlarmsComeAsOftenAsSaid) {
  // invariant: p-values under "no line" lie below any level as often as it says, searched or not, few counts
  // or many
  const auto background = straight_line();
  for (const int range : {0, 10})
    for (const int parts : {1, 2})
      for (const double level : {8.0, 400.0}) {
        const LineFamily line = family(range, parts);
        int below_20 = 0, below_5 = 0;
        constexpr int kTrials = 1500;
        for (int t = 0; t < kTrials; ++t) {
          RandomStream random(5, std::to_string(range) + "/" + std::to_string(parts) + "/" +
                                     std::to_string(level) + "/" + std::to_string(t));
          const auto counts = spectrum(random, level, 0);
          const auto found = detect_line(problem(counts, background, line));
          ASSERT_TRUE(found);
          below_20 += found->p < 0.2;
          below_5 += found->p < 0.05;
        }
        // Four standard deviations of the count. Above 0.1 the searched p-values may err to the safe side.
        EXPECT_LE(below_20, 0.2 * kTrials + 4 * std::sqrt(0.16 * kTrials))
            << range << " " << parts << " " << level;
        EXPECT_GE(below_20, 0.14 * kTrials) << range << " " << parts << " " << level;
        EXPECT_NEAR(below_5, 0.05 * kTrials, 4 * std::sqrt(0.0475 * kTrials))
            << range << " " << parts << " " << level;
      }
}

TEST(DetectLine, TheLimitIsFoundNineteenTimesOfTwenty) {
  // invariant: a line of the size of its own limit is found with probability 0.95
  const auto background = straight_line();
  const LineFamily line = family(8, 1);
  RandomStream first(6, "limit");
  const auto empty = spectrum(first, 300, 0);
  const auto quiet = detect_line(problem(empty, background, line));
  ASSERT_TRUE(quiet);
  int found = 0;
  constexpr int kTrials = 1000;
  for (int t = 0; t < kTrials; ++t) {
    RandomStream random(6, std::to_string(t));
    const auto counts = spectrum(random, 300, quiet->limit);
    found += detect_line(problem(counts, background, line))->found;
  }
  EXPECT_GE(found, 0.925 * kTrials);
  EXPECT_LE(found, 0.985 * kTrials);
}

TEST(DetectLine, IntervalsHoldTheTruth) {
  // invariant: 95 % intervals hold the truth about that often, near the bound too
  const auto background = straight_line();
  const LineFamily line = family(3, 1);
  for (const double truth : {0.02, 0.1, 0.5}) {
    int inside = 0;
    constexpr int kTrials = 800;
    for (int t = 0; t < kTrials; ++t) {
      RandomStream random(7, std::to_string(truth) + "/" + std::to_string(t));
      const auto counts = spectrum(random, 300, truth);
      const auto d = detect_line(problem(counts, background, line));
      inside += d->amplitude_lo <= truth && truth <= d->amplitude_hi;
    }
    EXPECT_GE(inside, 0.925 * kTrials) << truth;
  }
}

TEST(DetectLine, RefusesWhatDoesNotFitTogether) {
  // invariant: bad input gives an error that says so
  const LineFamily line = family(0, 1);
  const std::vector<double> short_counts(10, 5), counts(kChannels, 5);
  const auto background = straight_line();
  EXPECT_EQ(detect_line(problem(short_counts, background, line)).errors().front().code, "detection.length");
  std::vector<double> negative(counts);
  negative[3] = -1;
  EXPECT_EQ(detect_line(problem(negative, background, line)).errors().front().code, "detection.counts");
  std::vector<double> explained = background;
  explained.insert(explained.end(), line.shapes.begin(), line.shapes.end());
  RandomStream random(8, "explained");
  const auto noisy = spectrum(random, 100, 0);
  EXPECT_EQ(detect_line(problem(noisy, explained, line)).errors().front().code, "detection.shape");
}

TEST(LookElsewhere, OneDirectionIsTheNormalTail) {
  // analytic: nothing searched, nothing added
  EXPECT_NEAR(look_elsewhere_tail(1.644854, {}), 0.05, 1e-6);
  EXPECT_NEAR(look_elsewhere_threshold(0.01, {}), 2.326348, 1e-5);
}

TEST(LookElsewhere, AQuarterCircleHasAKnownTail) {
  // analytic: the largest projection on a quarter circle is chi with two degrees of freedom inside it (weight
  // 1/4), and half-normal beside it
  DirectionGrid grid{1, 200, 2, {}};
  for (int i = 0; i < 200; ++i) {
    const double angle = 0.5 * M_PI * i / 199;
    grid.unit.push_back(std::cos(angle));
    grid.unit.push_back(std::sin(angle));
  }
  const DirectionVolumes volumes = direction_volumes(grid);
  EXPECT_NEAR(volumes.half_perimeter, M_PI / 2, 1e-3);
  for (const double z : {1.5, 2.0, 3.0, 4.0}) {
    const double exact = 0.25 * std::exp(-0.5 * z * z) + normal_tail(z);
    EXPECT_NEAR(look_elsewhere_tail(z, volumes) / exact, 1, 0.03) << z;
  }
}

TEST(LookElsewhere, StudentsTailFollowsTables) {
  // published value: t(0.975; 10) = 2.228
  EXPECT_NEAR(normal_from_student(2.228139, 10), 1.959964, 2e-3);
}

}  // namespace
}  // namespace litho
