#include "modules/xps/cr_template/kernel.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "pipeline/core/rng.hpp"

namespace litho {
namespace {

/// A film of Gaussians the model does not hold, on a slope and a step.
struct Film {
  std::vector<double> energy_ev, counts;
  double area = 0;
};
Film film(double shift_ev, double scale) {
  Film out;
  const auto bell = [](double e, double at, double fwhm) {
    return std::exp(-4 * std::log(2.0) * std::pow((e - at) / fwhm, 2));
  };
  double sum = 0;
  for (int i = 0; i <= 400; ++i) {
    const double e = 563 + 0.1 * i, t = e - shift_ev;
    const double line = scale * (4000 * bell(t, 574.2, 1.2) + 3000 * bell(t, 576.8, 2.8) +
                                 1800 * bell(t, 583.5, 1.6) + 1400 * bell(t, 586.6, 3));
    sum += 0.1 * line;
    out.energy_ev.push_back(e);
    out.counts.push_back(2000 + 8 * (e - 563) + 0.02 * sum + line);
  }
  out.area = sum;
  return out;
}

TEST(Cr2pTemplate, HoldsTheFilmItWasMadeOf) {
  // analytic: background and shapes by their shares sum to the spectrum; the area is that of the Gaussians
  const Film f = film(0.4, 1);
  const auto t = cr2p_template(f.energy_ev, f.counts);
  ASSERT_TRUE(t);
  EXPECT_NEAR(t->shift_ev, 0.4, 0.8);  // the model has another skew
  EXPECT_NEAR(t->area, f.area, 0.08 * f.area);
  for (std::size_t i = 0; i < f.counts.size(); ++i)
    EXPECT_NEAR(t->background[i] + (1 - t->oxide_share) * t->metal[i] + t->oxide_share * t->oxide[i],
                f.counts[i], 1e-6 * f.counts[i]);
}

TEST(Cr2pTemplate, FindsItsOwnFilmOnce) {
  // invariant: the ratio of a film to itself is 1, whatever the model makes of its shape
  const Film f = film(-1.2, 1);
  const auto t = cr2p_template(f.energy_ev, f.counts);
  ASSERT_TRUE(t);
  const PlacedTemplate placed = place_template(*t, f.energy_ev, 0, 0.2, 0.1, 1);
  std::vector<double> background(f.energy_ev.size(), 1);
  background.insert(background.end(), f.energy_ev.begin(), f.energy_ev.end());
  background.insert(background.end(), placed.step.begin(), placed.step.end());
  DetectionProblem problem;
  problem.counts = f.counts;
  problem.background = background;
  problem.line = &placed.line;
  problem.dispersion = 1;
  const auto found = detect_line(problem);
  ASSERT_TRUE(found);
  EXPECT_NEAR(found->amplitude, 1, 1e-6);
  EXPECT_EQ(found->node, placed.line.nominal);
}

TEST(Cr2pTemplate, ItsNoiseDoesNotLowerTheRatio) {
  // invariant: a film measured twice has the ratio 1 on average
  const Film f = film(0, 0.4);
  constexpr int kTrials = 100;
  double sum = 0, square = 0;
  for (int k = 0; k < kTrials; ++k) {
    RandomStream random(4, std::to_string(k));
    std::vector<double> bare, plated;
    for (const double c : f.counts) {
      bare.push_back(random.poisson(c));
      plated.push_back(random.poisson(c));
    }
    const auto t = cr2p_template(f.energy_ev, bare);
    ASSERT_TRUE(t);
    const PlacedTemplate placed = place_template(*t, f.energy_ev, 0, 0.2, 0.1, 1);
    std::vector<double> background(f.energy_ev.size(), 1);
    background.insert(background.end(), f.energy_ev.begin(), f.energy_ev.end());
    DetectionProblem problem;
    problem.counts = plated;
    problem.background = background;
    problem.line = &placed.line;
    problem.dispersion = 1;
    const auto found = detect_line(problem);
    ASSERT_TRUE(found);
    sum += found->amplitude;
    square += found->amplitude * found->amplitude;
  }
  const double mean = sum / kTrials, sd = std::sqrt(square / kTrials - mean * mean);
  EXPECT_NEAR(mean, 1, 4 * sd / std::sqrt(kTrials) + 0.01);
}

TEST(Cr2pTemplate, RefusesASpectrumWithoutTheLine) {
  // invariant: no template from a flat spectrum or a window too narrow
  const Film f = film(0, 0);
  EXPECT_EQ(cr2p_template(f.energy_ev, std::vector<double>(f.energy_ev.size(), 500)).errors().front().code,
            "template.no_line");
  const std::span<const double> e(f.energy_ev);
  const std::span<const double> c(f.counts);
  EXPECT_EQ(cr2p_template(e.first(120), c.first(120)).errors().front().code, "template.window");
}

TEST(Cr2pModelTemplate, HasUnitArea) {
  // analytic: both shapes integrate to 1
  const auto t = cr2p_model_template(1);
  ASSERT_TRUE(t);
  double metal = 0, oxide = 0;
  for (std::size_t i = 0; i < t->metal.size(); ++i) {
    metal += 0.1 * t->metal[i];
    oxide += 0.1 * t->oxide[i];
  }
  EXPECT_NEAR(metal, 1, 0.01);
  EXPECT_NEAR(oxide, 1, 0.01);
}

}  // namespace
}  // namespace litho
