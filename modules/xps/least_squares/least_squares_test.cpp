#include <gtest/gtest.h>

#include <cmath>

#include "modules/xps/least_squares/kernel.hpp"
#include "pipeline/core/rng.hpp"

namespace litho {
namespace {

/// a + b x
FitModel straight_line(std::vector<double> x) {
  return [x](std::span<const double> p, std::span<double> values, std::span<double> jacobian) {
    for (std::size_t i = 0; i < x.size(); ++i) {
      values[i] = p[0] + p[1] * x[i];
      if (jacobian.empty()) continue;
      jacobian[i] = 1;
      jacobian[x.size() + i] = x[i];
    }
    return true;
  };
}

/// Gaussian of (area, centre, width) on a level.
constexpr int kPoints = 80;
bool peak(std::span<const double> p, std::span<double> values, std::span<double> jacobian) {
  for (std::size_t i = 0; i < kPoints; ++i) {
    const double d = 0.1 * static_cast<double>(i) - p[1];
    const double unit = std::exp(-0.5 * d * d / (p[2] * p[2])) / (p[2] * 2.5066282746310002);
    values[i] = p[0] * unit + p[3];
    if (jacobian.empty()) continue;
    jacobian[i] = unit;
    jacobian[kPoints + i] = p[0] * unit * d / (p[2] * p[2]);
    jacobian[2 * kPoints + i] = p[0] * unit * (d * d / (p[2] * p[2]) - 1) / p[2];
    jacobian[3 * kPoints + i] = 1;
  }
  return true;
}
FitProblem peak_problem() {
  FitProblem problem;
  problem.parameters = {{"area", 300, 0}, {"centre", 4.2, 2, 6}, {"width", 0.6, 0.1, 3}, {"level", 30, 0}};
  problem.model = peak;
  return problem;
}
std::vector<double> peak_counts(std::vector<double> truth, RandomStream& random) {
  std::vector<double> mean(kPoints), counts;
  peak(truth, mean, {});
  for (double value : mean) counts.push_back(random.poisson(value));
  return counts;
}

TEST(LeastSquares, StraightLineWithKnownSigma) {
  // Analytic: the normal equations by hand; x = 0..4, sigma 2, so var(b) = 4/10, var(a) = 4 (1/5 + 4/10).
  FitProblem problem;
  problem.parameters = {{"a", 0}, {"b", 0}};
  problem.noise = FitNoise::known_sigma;
  problem.observed = {1, 3, 2, 5, 4};
  problem.sigma.assign(5, 2);
  problem.model = straight_line({0, 1, 2, 3, 4});
  const auto result = fit(problem);
  ASSERT_TRUE(result);
  EXPECT_NEAR(result->parameters[0].value, 1.4, 1e-12);
  EXPECT_NEAR(result->parameters[1].value, 0.8, 1e-12);
  EXPECT_NEAR(result->parameters[0].standard_error.value(), std::sqrt(2.4), 1e-12);
  EXPECT_NEAR(result->parameters[1].standard_error.value(), std::sqrt(0.4), 1e-12);
  EXPECT_NEAR(result->covariance[1], -0.8, 1e-12);
  EXPECT_NEAR(result->objective, 3.6 / 4, 1e-12);
  EXPECT_EQ(result->degrees_of_freedom, 3);
  EXPECT_TRUE(result->converged);
  EXPECT_TRUE(result->high_correlations.empty());
  EXPECT_NEAR(result->fitted[4], 4.6, 1e-12);
}

TEST(LeastSquares, AbsoluteWeightsAreNeverRescaled) {
  // Analytic: residuals ten times larger change neither the errors nor their ratio to sigma.
  FitProblem problem;
  problem.parameters = {{"a", 0}, {"b", 0}};
  problem.model = straight_line({0, 1, 2, 3, 4});
  problem.noise = FitNoise::known_sigma;
  problem.observed = {10, 30, 20, 50, 40};
  problem.sigma.assign(5, 2);
  EXPECT_NEAR(fit(problem)->parameters[1].standard_error.value(), std::sqrt(0.4), 1e-12);
  problem.noise = FitNoise::unknown_sigma;  // RSS 360, 3 degrees of freedom
  EXPECT_NEAR(fit(problem)->parameters[1].standard_error.value(), std::sqrt(120.0 / 10), 1e-11);
}

TEST(Poisson, LevelIsTheMean) {
  // Analytic: the likelihood's maximum for a level is the mean, its variance mean / n; zeros included.
  FitProblem problem;
  problem.parameters = {{"level", 1, 1e-9}};
  problem.observed = {0, 2, 1, 0, 5, 1};
  problem.model = [](std::span<const double> p, std::span<double> values, std::span<double> jacobian) {
    for (double& value : values) value = p[0];
    for (double& value : jacobian) value = 1;
    return true;
  };
  const auto result = fit(problem);
  ASSERT_TRUE(result);
  EXPECT_NEAR(result->parameters[0].value, 1.5, 1e-9);
  EXPECT_NEAR(result->parameters[0].standard_error.value(), std::sqrt(1.5 / 6), 1e-9);
  const double deviance = 2 * (2 * std::log(2 / 1.5) + 2 * std::log(1 / 1.5) + 5 * std::log(5 / 1.5));
  EXPECT_NEAR(result->objective, deviance, 1e-9);
  problem.dispersion = 0.81;
  EXPECT_NEAR(fit(problem)->parameters[0].standard_error.value(), 0.9 * std::sqrt(1.5 / 6), 1e-9);
}

TEST(Poisson, PullsAreStandardNormal) {
  // Analytic: over 600 simulated spectra (mean - truth) / error has mean 0 and spread 1 within their errors,
  // and the deviance is on average its degrees of freedom.
  const std::vector<double> truth{400, 4, 0.5, 40};
  RandomStream random(7, "pulls");
  double sum[4] = {}, squares[4] = {}, deviance = 0;
  const int runs = 600;
  for (int run = 0; run < runs; ++run) {
    auto problem = peak_problem();
    problem.observed = peak_counts(truth, random);
    const auto result = fit(problem);
    ASSERT_TRUE(result && result->converged) << run;
    for (std::size_t k = 0; k < 4; ++k) {
      const auto& parameter = result->parameters[k];
      ASSERT_FALSE(parameter.at_bound || parameter.poorly_determined) << run << ' ' << k;
      const double pull = (parameter.value - truth[k]) / parameter.standard_error.value();
      sum[k] += pull / runs, squares[k] += pull * pull / runs;
    }
    deviance += result->objective / result->degrees_of_freedom / runs;
  }
  for (int k = 0; k < 4; ++k) {
    EXPECT_NEAR(sum[k], 0, 0.15) << k;
    EXPECT_NEAR(std::sqrt(squares[k]), 1, 0.1) << k;
  }
  EXPECT_NEAR(deviance, 1, 0.03);
}

TEST(Poisson, AgreesWithWeightsFromTheTruthWhereCountsAreMany) {
  // Analytic: with many counts Poisson is Gaussian of variance f; estimates agree far below their errors.
  const std::vector<double> truth{4e6, 4, 0.5, 4e5};
  RandomStream random(3, "many");
  auto problem = peak_problem();
  problem.parameters[0].start = 3e6, problem.parameters[3].start = 3e5;
  problem.observed = peak_counts(truth, random);
  const auto poisson = fit(problem);
  std::vector<double> mean(kPoints);
  peak(truth, mean, {});
  for (double value : mean) problem.sigma.push_back(std::sqrt(value));
  problem.noise = FitNoise::known_sigma;
  const auto weighted = fit(problem);
  ASSERT_TRUE(poisson && weighted);
  for (std::size_t k = 0; k < 4; ++k) {
    const double error = weighted->parameters[k].standard_error.value();
    EXPECT_NEAR(poisson->parameters[k].value, weighted->parameters[k].value, 0.02 * error) << k;
    EXPECT_NEAR(poisson->parameters[k].standard_error.value(), error, 1e-3 * error) << k;
  }
}

TEST(LeastSquares, TheSameProblemTwiceGivesTheSameBits) {
  // Invariant.
  RandomStream random(5, "twice");
  auto problem = peak_problem();
  problem.observed = peak_counts({400, 4, 0.5, 40}, random);
  const auto once = fit(problem), twice = fit(problem);
  ASSERT_TRUE(once && twice);
  EXPECT_EQ(once->covariance, twice->covariance);
  EXPECT_EQ(once->fitted, twice->fitted);
}

TEST(LeastSquares, FixedParametersStay) {
  // Analytic: with the intercept held at 1 the slope is sum x (y - 1) / sum x^2.
  FitProblem problem;
  problem.parameters = {{"a", 1}, {"b", 0}};
  problem.parameters[0].fixed = true;
  problem.noise = FitNoise::known_sigma;
  problem.observed = {1, 3, 2, 5, 4};
  problem.sigma.assign(5, 1);
  problem.model = straight_line({0, 1, 2, 3, 4});
  const auto result = fit(problem);
  ASSERT_TRUE(result);
  EXPECT_EQ(result->parameters[0].value, 1);
  EXPECT_TRUE(result->parameters[0].fixed);
  EXPECT_FALSE(result->parameters[0].standard_error.has_value());
  EXPECT_NEAR(result->parameters[1].value, 28.0 / 30, 1e-12);
  EXPECT_NEAR(result->parameters[1].standard_error.value(), 1 / std::sqrt(30.0), 1e-12);
  EXPECT_EQ(result->degrees_of_freedom, 4);
  EXPECT_EQ(result->covariance[0], 0);
  problem.parameters[1].fixed = true;
  EXPECT_TRUE(fit(problem)->converged);  // nothing to fit: the model at its start
  EXPECT_NEAR(fit(problem)->objective, 4 + 1 + 16 + 9, 1e-12);
}

TEST(LeastSquares, FlagsAParameterAtItsBound) {
  // Analytic: the free slope is 0.8; bounded at 0.5 it ends there and the intercept follows as mean(y - x/2).
  FitProblem problem;
  problem.parameters = {{"a", 0}, {"b", 0.1, 0, 0.5}};
  problem.noise = FitNoise::known_sigma;
  problem.observed = {1, 3, 2, 5, 4};
  problem.sigma.assign(5, 1);
  problem.model = straight_line({0, 1, 2, 3, 4});
  const auto result = fit(problem);
  ASSERT_TRUE(result);
  EXPECT_DOUBLE_EQ(result->parameters[1].value, 0.5);
  EXPECT_TRUE(result->parameters[1].at_bound);
  EXPECT_FALSE(result->parameters[1].standard_error.has_value());
  EXPECT_NEAR(result->parameters[0].value, 2, 1e-9);
  EXPECT_NEAR(result->parameters[0].standard_error.value(), 1 / std::sqrt(5.0), 1e-9);
  EXPECT_FALSE(result->parameters[0].at_bound);
  EXPECT_TRUE(result->converged);
  problem.parameters[1].highest = 0.801;  // within 1 % of its error of 0.32
  const auto close = fit(problem);
  EXPECT_TRUE(close->parameters[1].at_bound);
  EXPECT_TRUE(close->parameters[1].standard_error.has_value());
}

TEST(LeastSquares, SaysWhatTheDataDoNotDetermine) {
  // Analytic: a and b enter only as their sum; c is determined all the same.
  FitProblem problem;
  problem.parameters = {{"a", 1}, {"b", 2}, {"c", 0}};
  problem.noise = FitNoise::known_sigma;
  problem.observed = {1, 3, 2, 5, 4};
  problem.sigma.assign(5, 1);
  problem.model = [](std::span<const double> p, std::span<double> values, std::span<double> jacobian) {
    for (std::size_t i = 0; i < 5; ++i) {
      const double x = static_cast<double>(i);
      values[i] = p[0] + p[1] + p[2] * x;
      if (!jacobian.empty()) jacobian[i] = jacobian[5 + i] = 1, jacobian[10 + i] = x;
    }
    return true;
  };
  const auto result = fit(problem);
  ASSERT_TRUE(result);
  for (std::size_t k : {0U, 1U}) {
    EXPECT_TRUE(result->parameters[k].poorly_determined);
    EXPECT_FALSE(result->parameters[k].standard_error.has_value());
    EXPECT_TRUE(std::isnan(result->covariance[k * 3 + k]));
  }
  EXPECT_NEAR(result->parameters[0].value + result->parameters[1].value, 1.4, 1e-9);
  EXPECT_FALSE(result->parameters[2].poorly_determined);
  EXPECT_NEAR(result->parameters[2].standard_error.value(), 1 / std::sqrt(10.0), 1e-9);
}

TEST(LeastSquares, FlagsHighCorrelationsAndLargeErrors) {
  // Analytic: far from x = 0, intercept and slope correlate by -mean(x) / rms(x); the intercept's error is
  // larger than the intercept.
  FitProblem problem;
  problem.parameters = {{"a", 0}, {"b", 0}};
  problem.noise = FitNoise::known_sigma;
  problem.observed = {1, 3, 2, 5, 4};
  problem.sigma.assign(5, 1);
  problem.model = straight_line({10, 11, 12, 13, 14});
  const auto result = fit(problem);
  ASSERT_TRUE(result);
  ASSERT_EQ(result->high_correlations.size(), 1U);
  EXPECT_NEAR(result->high_correlations[0].coefficient, -12 / std::sqrt(146.0), 1e-9);
  EXPECT_FALSE(result->parameters[0].poorly_determined);  // -6.6 +- 3.8
  problem.sigma.assign(5, 2);
  EXPECT_TRUE(fit(problem)->parameters[0].poorly_determined);  // -6.6 +- 7.6
}

TEST(LeastSquares, SaysThatItHasNotConverged) {
  // Analytic: Rosenbrock's valley, whose minimum (1, 1) is many steps from (-1.2, 1).
  FitProblem problem;
  problem.parameters = {{"x", -1.2}, {"y", 1}};
  problem.noise = FitNoise::known_sigma;
  problem.observed = {0, 0};
  problem.sigma = {1e-3, 1e-3};
  problem.model = [](std::span<const double> p, std::span<double> values, std::span<double> jacobian) {
    values[0] = 10 * (p[1] - p[0] * p[0]), values[1] = 1 - p[0];
    if (!jacobian.empty()) jacobian[0] = -20 * p[0], jacobian[1] = -1, jacobian[2] = 10, jacobian[3] = 0;
    return true;
  };
  problem.most_iterations = 1;
  EXPECT_FALSE(fit(problem)->converged);
  problem.most_iterations = 1000;
  EXPECT_TRUE(fit(problem)->converged);
  EXPECT_NEAR(fit(problem)->parameters[0].value, 1, 1e-9);
}

TEST(LeastSquares, StepsOverPlacesWhereTheModelIsNotDefined) {
  // Analytic: y = sqrt(p - x) with p = 4 from a start whose first step leads below x.
  FitProblem problem;
  problem.parameters = {{"p", 400}};
  problem.noise = FitNoise::unknown_sigma;
  problem.model = [](std::span<const double> p, std::span<double> values, std::span<double> jacobian) {
    for (std::size_t i = 0; i < 4; ++i) {
      const double rest = p[0] - static_cast<double>(i);
      if (rest < 0) return false;
      values[i] = std::sqrt(rest);
      if (!jacobian.empty()) jacobian[i] = 0.5 / values[i];
    }
    return true;
  };
  problem.observed = {2, std::sqrt(3), std::sqrt(2), 1};
  const auto result = fit(problem);
  ASSERT_TRUE(result);
  EXPECT_NEAR(result->parameters[0].value, 4, 1e-9);
}

TEST(LeastSquares, RefusesUnsoundProblems) {
  // Invariant: each misuse has its code, and none reaches the solver, which would abort.
  FitProblem sound;
  sound.parameters = {{"a", 1}, {"b", 1}};
  sound.observed = {1, 3, 2, 5, 4};
  sound.model = straight_line({0, 1, 2, 3, 4});
  ASSERT_TRUE(fit(sound));
  const auto code = [&](auto spoil) {
    auto problem = sound;
    spoil(problem);
    const auto result = fit(problem);
    return result ? std::string("accepted") : result.errors()[0].code;
  };
  const double nan = std::nan("");
  EXPECT_EQ(code([](auto& p) { p.observed.clear(); }), "fit.no_data");
  EXPECT_EQ(code([](auto& p) { p.parameters.clear(); }), "fit.no_parameters");
  EXPECT_EQ(code([](auto& p) { p.model = {}; }), "fit.model");
  EXPECT_EQ(code([](auto& p) { p.most_iterations = 0; }), "fit.iterations");
  EXPECT_EQ(code([&](auto& p) { p.parameters[0].start = nan; }), "fit.start");
  EXPECT_EQ(code([](auto& p) { p.parameters[0].lowest = 2; }), "fit.start");
  EXPECT_EQ(code([](auto& p) { p.parameters[0].lowest = p.parameters[0].highest = 1; }), "fit.bounds");
  EXPECT_EQ(code([&](auto& p) { p.parameters[0].lowest = nan; }), "fit.bounds");
  EXPECT_EQ(code([&](auto& p) { p.observed[2] = nan; }), "fit.observed");
  EXPECT_EQ(code([](auto& p) { p.observed[2] = -1; }), "fit.observed");
  EXPECT_EQ(code([](auto& p) { p.noise = FitNoise::known_sigma; }), "fit.sigma");
  EXPECT_EQ(code([](auto& p) { p.noise = FitNoise::known_sigma, p.sigma = {1, 1, 1, 1, 0}; }), "fit.sigma");
  EXPECT_EQ(code([](auto& p) { p.dispersion = 0; }), "fit.dispersion");
  EXPECT_EQ(code([](auto& p) { p.observed = {1}; }), "fit.too_few_observations");
  EXPECT_EQ(code([](auto& p) { p.parameters[0].start = -5; }), "fit.start");  // negative mean of counts
}

}  // namespace
}  // namespace litho
