#include <gtest/gtest.h>

#include <cmath>

#include "modules/xps/least_squares/kernel.hpp"
#include "modules/xps/region_fit/kernel.hpp"
#include "modules/xps/region_fit/parts.hpp"
#include "modules/xps/region_model/curves.hpp"

namespace litho {
namespace {

/// A model made by hand: fitted parameters with their starts and bounds, in the order of `parameters`.
class ModelBuilder {
 public:
  explicit ModelBuilder(std::string name = "declared") { model_.name = std::move(name); }

  std::size_t fitted(const std::string& name, double start, double low, double high) {
    return add({.name = name, .fitted = true, .start = start, .low = low, .high = high});
  }
  std::size_t held(const std::string& name, double value) { return add({.name = name, .start = value}); }
  std::size_t amplitude(const std::string& name, double low) {
    return add({.name = name,
                .fitted = true,
                .automatic_start = true,
                .linear = true,
                .low = low,
                .high = kInfinity});
  }
  ModelBuilder& peak(const std::string& name, LineShape shape, std::vector<std::size_t> rest) {
    std::vector<std::size_t> line{amplitude(name + ".area", 0)};
    line.insert(line.end(), rest.begin(), rest.end());
    model_.components.push_back({.name = name, .shape = shape, .line = line});
    return *this;
  }
  ModelBuilder& background(bool step, int degree) {
    if (step) model_.background.step = fitted("background.step", 0.01, 0, 1);
    model_.background.polynomial_degree = degree;
    for (int k = 0; k <= degree; ++k)
      model_.background.polynomial.push_back(amplitude("background.c" + std::to_string(k), -kInfinity));
    return *this;
  }
  RegionModel& model() { return model_; }

 private:
  static constexpr double kInfinity = std::numeric_limits<double>::infinity();
  std::size_t add(ModelParameter p) {
    if (p.fitted) model_.fitted.push_back(model_.parameters.size());
    model_.parameters.push_back(std::move(p));
    return model_.parameters.size() - 1;
  }
  RegionModel model_;
};

RegionModel one_peak(bool step = true, int degree = 0) {
  ModelBuilder b;
  b.peak("A", LineShape::pseudo_voigt,
         {b.fitted("A.position", 285.2, 283, 287), b.fitted("A.fwhm", 1.0, 0.3, 3),
          b.fitted("A.mix", 0.3, 0, 1)});
  return b.background(step, degree).model();
}
PeakRegion region_of(std::vector<RegionModel> models) {
  PeakRegion region;
  region.name = "C 1s", region.low_ev = 279, region.high_ev = 292;
  region.models = std::move(models);
  return region;
}
std::vector<double> grid(double low = 279, double high = 292) {
  std::vector<double> energy;
  for (int i = 0; low + 0.05 * i <= high; ++i) energy.push_back(low + 0.05 * i);
  return energy;
}
/// Written anew: a pseudo-Voigt of area 4000 at 285, 1.2 eV wide, on a level of 300 and a step.
std::vector<double> means(const std::vector<double>& energy, double area = 4000, double level = 300,
                          double k = 0.02) {
  std::vector<double> out;
  const double pi = std::acos(-1.0);
  for (const double e : energy) {
    const double d = e - 285, w = 1.2;
    const double g = std::exp(-4 * std::log(2.0) * d * d / (w * w)) * 2 * std::sqrt(std::log(2.0) / pi) / w;
    const double l = 0.5 * w / pi / (d * d + 0.25 * w * w);
    const double below = 0.7 * 0.5 * (1 + std::erf(2 * std::sqrt(std::log(2.0)) * d / w)) +
                         0.3 * (0.5 + std::atan(2 * d / w) / pi);
    out.push_back(level + area * (0.7 * g + 0.3 * l) + k * area * below);
  }
  return out;
}
RegionData draw(const std::vector<double>& energy, const std::vector<double>& mean, const std::string& name) {
  RandomStream random(11, name);
  RegionData data{energy, {}, 1};
  for (const double mu : mean) data.counts.push_back(random.poisson(mu));
  return data;
}

TEST(RegionFit, FindsTheTruthOfNoiselessData) {
  // Analytic: counts that are the model's own mean give back its parameters.
  const auto energy = grid();
  const RegionData data{energy, means(energy), 1};
  const auto fit = fit_region(region_of({one_peak()}), data, {.interval = IntervalKind::covariance});
  ASSERT_TRUE(fit) << to_string(fit.errors());
  EXPECT_TRUE(fit->converged);
  EXPECT_NEAR(fit->components[0].area.value, 4000, 0.4);  // the step's integral starts at the window's edge
  EXPECT_NEAR(fit->components[0].position_ev.value, 285, 1e-4);
  EXPECT_NEAR(fit->components[0].fwhm_ev.value, 1.2, 1e-4);
  EXPECT_NEAR(fit->components[0].fraction, 1, 1e-12);
  EXPECT_LT(fit->pearson, 0.01);
}

TEST(RegionFit, AgreesWithTheGeneralSolver) {
  // Independent library: Ceres behind xps/least_squares finds the same minimum, errors and deviance.
  const auto energy = grid();
  const auto data = draw(energy, means(energy), "ceres");
  const RegionModel model = one_peak(true, 1);
  const auto fitted = fit_model(model, data, 1);
  ASSERT_TRUE(fitted && fitted->scored.converged);
  RegionCurves curves(model, energy, {});
  FitProblem problem;
  for (std::size_t j = 0; j < model.fitted.size(); ++j) {
    const auto& p = model.parameters[model.fitted[j]];
    problem.parameters.push_back({p.name, fitted->scored.x[j] * 1.02 + 1e-3, p.low, p.high});
  }
  problem.parameters[0].start = 285.1;
  problem.observed = data.counts;
  problem.model = [&](std::span<const double> p, std::span<double> values, std::span<double> jacobian) {
    return curves.envelope(p, values, jacobian);
  };
  const auto other = litho::fit(problem);
  ASSERT_TRUE(other && other->converged);
  EXPECT_NEAR(fitted->scored.merit, other->objective, 1e-5);
  for (std::size_t j = 0; j < model.fitted.size(); ++j) {
    const double error = *other->parameters[j].standard_error;
    EXPECT_NEAR(fitted->scored.x[j], other->parameters[j].value, 2e-3 * error) << j;
    const auto at = static_cast<Eigen::Index>(j);
    EXPECT_NEAR(std::sqrt(fitted->covariance(at, at)), error, 2e-3 * error) << j;
  }
}

TEST(RegionFit, ProfileEndsCostTheAskedDeviance) {
  // Analytic: at each end, with all else fitted anew by the general solver, the deviance is 3.84 higher.
  const auto energy = grid();
  const auto data = draw(energy, means(energy, 200, 20), "profile");
  const RegionModel model = one_peak();
  const auto fitted = fit_model(model, data, 1);
  ASSERT_TRUE(fitted && fitted->scored.converged);
  RegionCurves curves(model, energy, {});
  for (const std::size_t j : {0U, 1U, 2U}) {
    const Ends ends = profile_ends(*fitted, data, j);
    for (const double end : {ends.lo, ends.hi}) {
      const auto& moved = model.parameters[model.fitted[j]];
      if (end == moved.low || end == moved.high) continue;  // met before the drop
      FitProblem problem;
      for (std::size_t k = 0; k < model.fitted.size(); ++k) {
        const auto& p = model.parameters[model.fitted[k]];
        problem.parameters.push_back({p.name, k == j ? end : fitted->scored.x[k], p.low, p.high, k == j});
      }
      problem.observed = data.counts;
      problem.model = [&](std::span<const double> p, std::span<double> values, std::span<double> jacobian) {
        return curves.envelope(p, values, jacobian);
      };
      const auto other = litho::fit(problem);
      ASSERT_TRUE(other);
      EXPECT_NEAR(other->objective - fitted->scored.merit, 3.8415, 0.06) << j << ' ' << end;
    }
  }
}

TEST(RegionFit, DispersionScalesErrorsAndNothingElse) {
  // Analytic: errors grow as the square root of the dispersion, estimates stay, and misfit does not rescale.
  const auto energy = grid();
  auto data = draw(energy, means(energy), "dispersion");
  const auto one = fit_region(region_of({one_peak()}), data, {.interval = IntervalKind::covariance});
  data.dispersion = 4;
  const auto four = fit_region(region_of({one_peak()}), data, {.interval = IntervalKind::covariance});
  ASSERT_TRUE(one && four);
  EXPECT_NEAR(four->components[0].area.u, 2 * one->components[0].area.u, 1e-3 * one->components[0].area.u);
  EXPECT_NEAR(four->components[0].area.value, one->components[0].area.value,
              2e-3 * one->components[0].area.u);
}

TEST(RegionFit, PriorsCountAsObservations) {
  // Analytic: a prior far narrower than the data's own error holds the parameter.
  const auto energy = grid();
  const auto data = draw(energy, means(energy), "prior");
  RegionModel model = one_peak();
  for (auto& p : model.parameters)
    if (p.name == "A.fwhm") p.prior = 1.3, p.prior_sd = 1e-4;
  const auto fit = fit_region(region_of({model}), data, {});
  ASSERT_TRUE(fit);
  EXPECT_NEAR(fit->components[0].fwhm_ev.value, 1.3, 2e-3);
  EXPECT_NEAR(fit->components[0].fwhm_ev.u, 1e-4, 1e-6);
}

TEST(RegionFit, SameInputSameBits) {
  // Invariant.
  const auto energy = grid();
  const auto data = draw(energy, means(energy), "bits");
  RegionFitOptions options;
  options.interval = IntervalKind::bootstrap, options.bootstrap_draws = 60;
  options.random = [](const std::string& name) { return RandomStream(1, name); };
  const auto region = region_of({one_peak(), one_peak(false, 1)});
  const auto a = fit_region(region, data, options), b = fit_region(region, data, options);
  ASSERT_TRUE(a && b);
  EXPECT_EQ(a->envelope, b->envelope);
  EXPECT_EQ(a->components[0].area.lo, b->components[0].area.lo);
  EXPECT_EQ(a->components[0].fwhm_ev.hi, b->components[0].fwhm_ev.hi);
}

TEST(RegionFit, MovingTheWindowHardlyMovesTheFit) {
  // Invariant: over 40 spectra a window of 1 eV less at either end moves area and position by under 0.5 sigma
  // in the median, and by no more than sigma in nearly all: points left out are data left out.
  double worst = 0, sum = 0;
  for (int k = 0; k < 40; ++k) {
    const auto data = draw(grid(), means(grid()), "window" + std::to_string(k));
    auto region = region_of({one_peak()});
    const auto whole = fit_region(region, data, {.interval = IntervalKind::covariance});
    region.low_ev = 280, region.high_ev = 291;
    const auto cut = cut_region(region, data.energy_ev, data.counts);
    ASSERT_TRUE(cut);
    const auto part = fit_region(region, *cut, {.interval = IntervalKind::covariance});
    ASSERT_TRUE(whole && part);
    const double moved = std::abs(whole->components[0].area.value - part->components[0].area.value) /
                         whole->components[0].area.u;
    worst = std::max(worst, moved), sum += moved / 40;
  }
  EXPECT_LT(sum, 0.5);
  EXPECT_LT(worst, 1.5);
}

TEST(RegionFit, IntervalsOverDrawnBackgroundsHoldTheTruth) {
  // Analytic: a line that ends inside the window on a level, under a straight line drawn through 4 points at
  // either end; the ends' noise moves the area by more than the line's own counts do. 95 % +- 1.3 of 300.
  const auto energy = grid();
  ModelBuilder b;
  b.peak("A", LineShape::gaussian, {b.held("A.position", 285), b.held("A.fwhm", 1.2)});
  RegionModel model = b.model();
  model.background.fixed = StaticKind::linear, model.background.end_points = 4;
  const auto at = [&](double e) {
    const double d = (e - 285) / 1.2;
    return 2000 +
           4000 * std::exp(-4 * std::log(2.0) * d * d) * 2 * std::sqrt(std::log(2.0) / std::acos(-1.0)) / 1.2;
  };
  std::vector<double> truth;
  for (const double e : energy) truth.push_back(at(e));
  for (const IntervalKind kind : {IntervalKind::covariance, IntervalKind::profile}) {
    int inside = 0;
    double moved = 0, expected = 0;
    for (int k = 0; k < 300; ++k) {
      const auto data = draw(energy, truth, "drawn" + std::to_string(k));
      const auto fit = fit_region(region_of({model}), data, {.interval = kind});
      ASSERT_TRUE(fit) << to_string(fit.errors());
      const Estimate& area = fit->components[0].area;
      inside += area.lo <= 4000 && area.hi >= 4000;
      moved += (area.value - 4000) * (area.value - 4000) / 300, expected += area.u * area.u / 300;
    }
    EXPECT_GE(inside, 300 * 0.91);
    EXPECT_LE(inside, 300 * 0.985);
    EXPECT_NEAR(expected / moved, 1, 0.25);
  }
}

TEST(RegionFit, ChoosesTheBackgroundThatMadeTheData) {
  // Analytic: data with a strong step prefer the step to a line, and say so with weights that sum to 1.
  const auto energy = grid();
  const auto data = draw(energy, means(energy, 40000, 1000, 0.05), "choice");
  auto line = one_peak(false, 1);
  line.name = "line";
  const auto fit = fit_region(region_of({line, one_peak()}), data, {});
  ASSERT_TRUE(fit);
  EXPECT_EQ(fit->model, "declared");
  EXPECT_NEAR(fit->scores[0].weight + fit->scores[1].weight, 1, 1e-12);
  EXPECT_GT(fit->scores[1].weight, 0.999);
}

TEST(RegionFit, OtherStartsFindAPeakFarFromTheDeclaredOne) {
  // Analytic: the declared start lies 3 eV away on the background.
  const auto energy = grid();
  const auto data = draw(energy, means(energy), "starts");
  RegionModel model = one_peak();
  for (auto& p : model.parameters)
    if (p.name == "A.position")
      p.start = 288.5, p.low = 281, p.high = 289;
    else if (p.name == "A.fwhm")
      p.start = 0.4;
  const auto fit = fit_region(region_of({model}), data, {});
  ASSERT_TRUE(fit);
  EXPECT_TRUE(fit->converged);
  EXPECT_NEAR(fit->components[0].position_ev.value, 285, 0.05);
}

TEST(RegionFit, AModelThatHoldsAnotherFitsNoWorse) {
  // Analytic: the larger model's own start lies on the background and it is given no others.
  const auto energy = grid();
  const auto data = draw(energy, means(energy), "nested");
  RegionModel large = one_peak(true, 1), small = one_peak(true, 0);
  small.name = "small";
  for (auto& p : large.parameters)
    if (p.name == "A.position")
      p.start = 289.5, p.low = 281, p.high = 290;
    else if (p.name == "A.fwhm")
      p.start = 0.35;
  RegionFitOptions options;
  options.starts = 1;
  const auto fit = fit_region(region_of({large, small}), data, options);
  ASSERT_TRUE(fit);
  EXPECT_LE(fit->scores[0].deviance, fit->scores[1].deviance + 1e-3);
}

TEST(RegionFit, CompetingModelsWidenTheInterval) {
  // Analytic: two models of nearly equal weight give variance + weight x squared difference of their areas.
  const auto energy = grid();
  const auto data = draw(energy, means(energy, 4000, 1000, 0.006), "compete");
  RegionModel step = one_peak(true, 0), line = one_peak(false, 1);
  line.name = "line";
  RegionFitOptions options;
  options.interval = IntervalKind::covariance;
  const auto both = fit_region(region_of({step, line}), data, options);
  const auto a = fit_region(region_of({step}), data, options),
             b = fit_region(region_of({line}), data, options);
  ASSERT_TRUE(both && a && b);
  const bool stepped = both->model == "declared";
  const Estimate chosen = (stepped ? a : b)->components[0].area,
                 other = (stepped ? b : a)->components[0].area;
  const double weight = both->scores[stepped ? 1 : 0].weight;
  EXPECT_GT(weight, 0.01);
  EXPECT_GT(std::abs(other.value - chosen.value), 0.1 * chosen.u);
  const double shift = other.value - chosen.value;
  const double expected =
      chosen.u * chosen.u + weight * (shift * shift + std::max(0.0, other.u * other.u - chosen.u * chosen.u));
  EXPECT_NEAR(both->components[0].area.u, std::sqrt(expected), 1e-3 * chosen.u);
  EXPECT_GT(both->components[0].area.u, chosen.u);
}

TEST(RegionFit, SaysWhatStandsOnABound) {
  // Analytic: the width is 1.2; bounded at 1 it ends there, flagged and without a standard uncertainty.
  const auto energy = grid();
  const auto data = draw(energy, means(energy), "bound");
  RegionModel model = one_peak();
  for (auto& p : model.parameters)
    if (p.name == "A.fwhm") p.start = 0.8, p.high = 1;
  const auto fit = fit_region(region_of({model}), data, {});
  ASSERT_TRUE(fit);
  EXPECT_DOUBLE_EQ(fit->components[0].fwhm_ev.value, 1);
  EXPECT_TRUE(fit->components[0].at_bound);
  EXPECT_TRUE(std::isnan(fit->components[0].fwhm_ev.u));
  EXPECT_GT(fit->misfit_sigma, 3);
}

TEST(RegionFit, AnAbsentPeakHasNoLowerEnd) {
  // Analytic: on a bare level the interval of an area reaches 0, and its upper end stays near 2 errors.
  const auto energy = grid();
  const auto data = draw(energy, std::vector<double>(energy.size(), 100.0), "absent");
  ModelBuilder b;
  b.peak("A", LineShape::gaussian, {b.held("A.position", 285), b.held("A.fwhm", 1.2)});
  const auto fit = fit_region(region_of({b.background(false, 1).model()}), data, {});
  ASSERT_TRUE(fit);
  EXPECT_TRUE(fit->converged);
  EXPECT_LE(fit->components[0].area.lo, 5);
  EXPECT_GT(fit->components[0].area.hi, 1);
  EXPECT_LT(fit->components[0].area.hi, 60);
}

TEST(RegionFit, WidthsOfConvolvedLines) {
  // Published value: the Voigt of equal widths is 1.6376 of them wide [Olivero and Longbothum 1977,
  // doi:10.1016/0022-4073(77)90161-3]; without asymmetry and Lorentzian the Gaussian's own.
  EXPECT_NEAR(line_width_ev(LineShape::voigt, {1, 0, 1, 1}), 1.6376, 2e-4);
  EXPECT_NEAR(line_width_ev(LineShape::la, {1, 0, 1.4, 1, 1, 0}), 1.4, 1e-6);
  EXPECT_NEAR(line_width_ev(LineShape::doniach_sunjic, {1, 0, 0.8, 0, 0}), 0.8, 1e-6);
}

TEST(RegionFit, RefusesWhatAreNoCounts) {
  // Invariant.
  const auto energy = grid();
  RegionData data{energy, std::vector<double>(energy.size(), 10.0), 1};
  data.counts[3] = -1;
  EXPECT_EQ(fit_region(region_of({one_peak()}), data, {}).errors()[0].code, "fit.observed");
  data.counts.assign(energy.size(), 0);
  EXPECT_EQ(fit_region(region_of({one_peak()}), data, {}).errors()[0].code, "fit.observed");
  EXPECT_EQ(cut_region(region_of({one_peak()}), {1, 2, 3}, {1, 2, 3}).errors()[0].code, "region.window");
}

}  // namespace
}  // namespace litho
