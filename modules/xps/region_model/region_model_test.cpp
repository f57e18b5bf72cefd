#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "modules/xps/backgrounds/kernel.hpp"
#include "modules/xps/region_model/curves.hpp"
#include "modules/xps/region_model/kernel.hpp"
#include "pipeline/core/text.hpp"

namespace litho {
namespace {

// Trees are built by hand: modules know no YAML.
Value map(std::vector<std::pair<std::string, Value>> entries) {
  Value value;
  value.kind = Value::Kind::map;
  int line = 1;
  for (auto& [key, item] : entries) {
    item.line = line;
    value.entries.push_back({key, item, line++, 1});
  }
  return value;
}
Value list(std::vector<Value> items) {
  Value value;
  value.kind = Value::Kind::list;
  value.items = std::move(items);
  return value;
}
Value text(const std::string& word) {
  return Value::scalar(word);
}
Value fitted(const char* start, const char* low, const char* high) {
  return map({{"start", text(start)}, {"low", text(low)}, {"high", text(high)}});
}
Value peak(const std::string& name, const std::string& shape,
           std::vector<std::pair<std::string, Value>> more) {
  std::vector<std::pair<std::string, Value>> entries{{"name", text(name)}, {"shape", text(shape)}};
  entries.insert(entries.end(), more.begin(), more.end());
  return map(entries);
}
Value region(std::vector<Value> components, Value background,
             std::vector<std::pair<std::string, Value>> more = {}) {
  std::vector<std::pair<std::string, Value>> entries{{"name", text("Cr 2p")},
                                                     {"window_ev", list({text("570"), text("595")})},
                                                     {"background", background},
                                                     {"components", list(std::move(components))}};
  entries.insert(entries.end(), more.begin(), more.end());
  return map(entries);
}
Value file(std::vector<Value> regions) {
  return map({{"peaks", text("1")}, {"name", text("test")}, {"regions", list(std::move(regions))}});
}
Value shirley() {
  return map({{"shirley", Value()}, {"polynomial", map({{"degree", text("1")}})}});
}

TEST(Expression, EvaluatesByTheRulesOfArithmetic) {
  // Analytic: by hand.
  const auto value = [](const std::string& text, std::vector<double> inputs = {}) {
    const auto e = Expression::parse(text);
    EXPECT_TRUE(e) << text;
    return e ? e->evaluate(inputs) : -1e9;
  };
  EXPECT_EQ(value("1 + 2 * 3"), 7);
  EXPECT_EQ(value("(1 + 2) * 3"), 9);
  EXPECT_EQ(value("8 / 4 / 2"), 1);
  EXPECT_EQ(value("7 - 4 - 2"), 1);
  EXPECT_EQ(value("-2 * -3"), 6);
  EXPECT_EQ(value("1.5e1 - 5"), 10);
  EXPECT_EQ(value("Cr2O3.position + 9.9", {576}), 585.9);
  EXPECT_EQ(value("[Cr(OH)3].area / b_2", {6, 3}), 2);
}

TEST(Expression, SlopesAreThoseOfCalculus) {
  // Analytic: d(a*b - a/b) = (b - 1/b, a + a/b^2).
  const auto e = Expression::parse("a * b - a / b");
  ASSERT_TRUE(e);
  EXPECT_EQ(e->names(), (std::vector<std::string>{"a", "b"}));
  const std::vector<double> inputs{3, 2};
  std::vector<double> slopes(2);
  EXPECT_DOUBLE_EQ(e->evaluate(inputs, slopes), 4.5);
  EXPECT_DOUBLE_EQ(slopes[0], 1.5);
  EXPECT_DOUBLE_EQ(slopes[1], 3.75);
}

TEST(Expression, RefusesWhatItDoesNotUnderstand) {
  // Invariant: an error with a column, never a guess.
  for (const std::string bad : {"", "1 +", "(1", "1)", "2 3", "a b", "1..2", "sin(a)", "[a", "2^3", "1 + * 2",
                                "1e", "2a", "--", "a;b"})
    EXPECT_FALSE(Expression::parse(bad)) << bad;
  EXPECT_FALSE(Expression::parse(std::string(300, '(') + "1" + std::string(300, ')')));
  EXPECT_FALSE(Expression::parse(std::string(4000, '-') + "1"));
  EXPECT_EQ(Expression::parse("1 + ?").errors()[0].where, "column 5");
}

TEST(PeakFile, NamesEveryErrorWithItsPlace) {
  // Invariant: all errors at once, a slip of the pen with the nearest key.
  const auto model = read_peak_model(file({region({peak("A", "gaussian",
                                                        {{"positon_ev", text("575")},
                                                         {"position_ev", text("B.position + 1")},
                                                         {"fwhm_ev", text("-1")}}),
                                                   peak("A", "gausian", {}),
                                                   peak("C", "voigt",
                                                        {{"position_ev", fitted("580", "575", "579")},
                                                         {"gaussian_fwhm_ev", fitted("1", "2", "0.5")},
                                                         {"lorentzian_fwhm_ev", text("1 +")}})},
                                                  shirley())}),
                                     "p.yaml");
  ASSERT_FALSE(model);
  const std::string all = to_string(model.errors());
  for (const char* part :
       {"'positon_ev' is no key", "did you mean 'position_ev'", "no parameter is called 'B.position'",
        "the value -1 is outside", "the name 'A' is taken", "'gausian' is none of", "did you mean 'gaussian'",
        "the start 580 lies outside 575 to 579", "low is not below high", "ends too early", "p.yaml:"})
    EXPECT_NE(all.find(part), std::string::npos) << part << "\n" << all;
}

TEST(PeakFile, ReadsStaticTougaardBackgrounds) {
  // Analytic: the classes' signs and defaults; what is no loss function is refused.
  const auto read = [](std::vector<std::pair<std::string, Value>> keys) {
    keys.insert(keys.begin(), {"kind", text("tougaard")});
    return read_peak_model(
        file({region({peak("A", "gaussian", {{"position_ev", text("578")}, {"fwhm_ev", text("1")}})},
                     map({{"static", map(keys)}}))}),
        "p");
  };
  const auto u3 = read({{"form", text("U3")},
                        {"b_ev2", text("335")},
                        {"c_ev2", text("551")},
                        {"d_ev2", text("436")},
                        {"gap_ev", text("3")},
                        {"end_points", text("2")}});
  ASSERT_TRUE(u3) << to_string(u3.errors());
  const ModelBackground& background = u3->regions[0].models[0].background;
  EXPECT_EQ(background.fixed, StaticKind::tougaard);
  EXPECT_EQ(background.end_points, 2);
  EXPECT_EQ(background.fixed_loss.c_prime, -1);
  EXPECT_EQ(background.fixed_loss.gap_ev, 3);
  const auto u2 = read({{"form", text("U2")}});
  ASSERT_TRUE(u2) << to_string(u2.errors());
  EXPECT_EQ(u2->regions[0].models[0].background.fixed_loss.b_ev2, 0);
  EXPECT_EQ(u2->regions[0].models[0].background.fixed_loss.c_ev2, universal_loss().c_ev2);
  EXPECT_FALSE(read({{"form", text("U3")}, {"c_ev2", text("551")}, {"d_ev2", text("0")}}));
  EXPECT_FALSE(read({{"form", text("U4")}, {"c_ev2", text("551")}, {"d_ev2", text("4")}}));
}

TEST(PeakFile, RefusesConvolutionsThatAreNotWhole) {
  // Invariant: a number of convolutions is held and whole.
  const auto read = [](const Value& convolutions) {
    return static_cast<bool>(read_peak_model(file({region({peak("A", "casaxps_lf",
                                                                {{"position_ev", text("578")},
                                                                 {"lorentzian_fwhm_ev", text("1")},
                                                                 {"alpha", text("0.6")},
                                                                 {"beta", text("4")},
                                                                 {"damping_ev", text("20")},
                                                                 {"box_ev", text("1")},
                                                                 {"convolutions", convolutions}})},
                                                          shirley())}),
                                             "p"));
  };
  EXPECT_TRUE(read(text("6")));
  EXPECT_FALSE(read(text("6.5")));
  EXPECT_FALSE(read(text("2 * A.alpha")));
  EXPECT_FALSE(read(fitted("6", "3", "8")));
}

TEST(PeakFile, FindsCircles) {
  // Invariant.
  const auto model = read_peak_model(
      file({region({peak("A", "gaussian", {{"position_ev", text("B.position")}, {"fwhm_ev", text("1")}}),
                    peak("B", "gaussian", {{"position_ev", text("A.position")}, {"fwhm_ev", text("1")}})},
                   shirley())}),
      "p");
  ASSERT_FALSE(model);
  EXPECT_EQ(model.errors()[0].code, "peaks.cycle");
}

TEST(PeakFile, AlternativesChangeWhatTheySay) {
  // Invariant.
  const auto model = read_peak_model(
      file({region(
          {peak("A", "gaussian", {{"position_ev", fitted("575", "574", "576")}, {"fwhm_ev", text("1")}}),
           peak("B", "gaussian", {{"position_ev", text("A.position + 2")}, {"fwhm_ev", text("1")}})},
          shirley(),
          {{"alternatives",
            list({map({{"name", text("one")}, {"without", list({text("B")})}}),
                  map({{"name", text("line")},
                       {"background", map({{"polynomial", map({{"degree", text("2")}})}})}}),
                  map({{"name", text("held")}, {"set", map({{"A.position", text("575.5")}})}})})}})}),
      "p");
  ASSERT_TRUE(model) << to_string(model.errors());
  const auto& models = model->regions[0].models;
  ASSERT_EQ(models.size(), 4U);
  EXPECT_EQ(models[0].components.size(), 2U);
  EXPECT_EQ(models[0].fitted.size(), 6U);  // two areas, a position, the step, two coefficients
  EXPECT_EQ(models[1].components.size(), 1U);
  EXPECT_FALSE(models[2].background.step.has_value());
  EXPECT_EQ(models[2].background.polynomial.size(), 3U);
  EXPECT_EQ(models[3].fitted.size(), 5U);
}

TEST(PeakFile, KnowsRegionsByTheirNames) {
  // Reviewed sample: names as instruments write them.
  PeakRegion region;
  region.name = "Cr 2p";
  region.match = {"Chromium"};
  for (const char* name : {"Cr 2p", "Cr2p", "cr2p Scan", "Cr2p Scan_1", "Cr 2p3/2", "CHROMIUM"})
    EXPECT_TRUE(region_matches(region, name)) << name;
  for (const char* name : {"", "Cr 3p", "O 1s", "Cr2s", "Survey", "Cr", "2p"})
    EXPECT_FALSE(region_matches(region, name)) << name;
}

std::vector<double> grid() {
  std::vector<double> energy;
  for (int i = 0; i < 180; ++i) energy.push_back(570 + 0.14 * i + 0.02 * std::sin(i));
  return energy;
}

/// The envelope's derivatives against Richardson-extrapolated central differences.
void expect_slopes(const RegionModel& model, const std::vector<double>& x) {
  RegionCurves curves(model, grid(), {});
  const std::size_t n = 180, m = x.size();
  std::vector<double> values(n), jacobian(n * m), low(n), high(n);
  ASSERT_TRUE(curves.envelope(x, values, jacobian));
  for (std::size_t j = 0; j < m; ++j) {
    const double h = 1e-3 * std::max(0.2, std::min(std::abs(x[j]), 5.0));
    const auto difference = [&](double step) {
      auto lower = x, upper = x;
      lower[j] -= step, upper[j] += step;
      EXPECT_TRUE(curves.envelope(lower, low, {}) && curves.envelope(upper, high, {}));
      std::vector<double> slope(n);
      for (std::size_t i = 0; i < n; ++i) slope[i] = (high[i] - low[i]) / (2 * step);
      return slope;
    };
    const auto d1 = difference(h), d2 = difference(h / 2);
    double largest = 0;
    for (std::size_t i = 0; i < n; ++i) largest = std::max(largest, std::abs(jacobian[j * n + i]));
    EXPECT_GT(largest, 0) << model.parameters[model.fitted[j]].name;
    for (std::size_t i = 0; i < n; ++i)
      ASSERT_NEAR(jacobian[j * n + i], (4 * d2[i] - d1[i]) / 3, 2e-6 * largest)
          << model.parameters[model.fitted[j]].name << " at point " << i;
  }
}

TEST(RegionCurves, SlopesOfTiesDoubletsMultipletsAndBackgrounds) {
  // Analytic: differences, for every kind of parameter at once.
  const Value doublet = map({{"splitting_ev", fitted("9.3", "8", "10")},
                             {"area_ratio", fitted("0.5", "0.3", "0.7")},
                             {"broadening", fitted("1.2", "1", "2")}});
  const Value multiplet = list({map({{"offset_ev", text("0")}, {"share", text("3")}}),
                                map({{"offset_ev", text("1.2")}, {"share", fitted("1", "0", "9")}}),
                                map({{"offset_ev", text("2.1")}, {"share", fitted("0.5", "0", "9")}})});
  const Value tougaard = map({{"tougaard", map({{"form", text("U4")},
                                                {"b_ev2", fitted("800", "0", "5000")},
                                                {"c_ev2", fitted("500", "100", "900")},
                                                {"c_prime", fitted("-0.9", "-2", "2")},
                                                {"d_ev2", fitted("300", "10", "900")}})},
                              {"polynomial", map({{"degree", text("0")}})}});
  for (const Value& background : {shirley(), tougaard}) {
    const auto model = read_peak_model(
        file({region({peak("A", "pseudo_voigt",
                           {{"position_ev", fitted("574.3", "573", "576")},
                            {"fwhm_ev", fitted("1.1", "0.5", "2")},
                            {"lorentzian_fraction", fitted("0.3", "0", "1")},
                            {"doublet", doublet}}),
                      peak("B", "la",
                           {{"position_ev", text("A.position + 2 * gap")},
                            {"lorentzian_fwhm_ev", text("A.fwhm * 0.9")},
                            {"alpha", fitted("1.3", "0.5", "4")},
                            {"beta", text("4")},
                            {"gaussian_fwhm_ev", fitted("0.5", "0.2", "1")},
                            {"doublet", doublet},
                            {"multiplet", multiplet}}),
                      peak("C", "voigt",
                           {{"area", text("0.2 * A.area")},
                            {"position_ev", fitted("580", "578", "582")},
                            {"gaussian_fwhm_ev", fitted("0.8", "0.2", "2")},
                            {"lorentzian_fwhm_ev", text("0.5")},
                            {"doublet", doublet}})},
                     background, {{"parameters", map({{"gap_ev", fitted("1.2", "0.5", "2")}})}})}),
        "p");
    ASSERT_TRUE(model) << to_string(model.errors());
    const RegionModel& declared = model->regions[0].models[0];
    std::vector<double> x;
    for (const std::size_t k : declared.fitted) {
      const auto& p = declared.parameters[k];
      x.push_back(p.automatic_start ? (p.name.ends_with(".c1") ? 30.0 : 900.0) : p.start);
    }
    expect_slopes(declared, x);
  }
}

TEST(RegionCurves, AreaIsThatOfAllLinesTogether) {
  // Analytic: the sum of the curve over a wide window; whatever the doublet and the multiplet are.
  const Value doublet =
      map({{"splitting_ev", text("5")}, {"area_ratio", text("0.6")}, {"broadening", text("1.5")}});
  const Value multiplet = list({map({{"offset_ev", text("0")}, {"share", text("70")}}),
                                map({{"offset_ev", text("1")}, {"share", text("20")}})});
  const auto model = read_peak_model(file({region({peak("A", "gaussian",
                                                        {{"area", fitted("500", "0", "1000")},
                                                         {"position_ev", text("578")},
                                                         {"fwhm_ev", text("1")},
                                                         {"doublet", doublet},
                                                         {"multiplet", multiplet}})},
                                                  shirley())}),
                                     "p");
  ASSERT_TRUE(model) << to_string(model.errors());
  const RegionModel& declared = model->regions[0].models[0];
  std::vector<double> energy, x;
  for (int i = 0; i <= 3000; ++i) energy.push_back(570 + 0.01 * i);
  for (const std::size_t k : declared.fitted) x.push_back(declared.parameters[k].start);
  RegionCurves curves(declared, energy, {});
  std::vector<double> values(energy.size());
  ASSERT_TRUE(curves.component(0, x, values, {}));
  double sum = 0, area = 0;
  for (const double value : values) sum += 0.01 * value;
  ASSERT_TRUE(curves.area(0, x, area, {}));
  EXPECT_NEAR(sum, 500, 1e-6);
  EXPECT_EQ(area, 500);
}

TEST(RegionCurves, StepIsTheKernels) {
  // Independent library: xps/backgrounds gives the step of the same lines.
  const auto model = read_peak_model(
      file({region({peak("A", "gaussian",
                         {{"area", text("500")}, {"position_ev", text("578")}, {"fwhm_ev", text("1")}})},
                   map({{"shirley", map({{"step_per_ev", text("0.03")}})}}))}),
      "p");
  ASSERT_TRUE(model) << to_string(model.errors());
  RegionCurves curves(model->regions[0].models[0], grid(), {});
  std::vector<double> values(180), line(180);
  const std::vector<double> x{0};  // the level
  ASSERT_TRUE(curves.envelope(x, values, {}) && curves.component(0, x, line, {}));
  const auto step = active_shirley(grid(), {line, {}}, 0.03);
  ASSERT_TRUE(step);
  for (std::size_t i = 0; i < 180; ++i) EXPECT_NEAR(values[i], line[i] + step->values[i], 1e-10) << i;
}

}  // namespace
}  // namespace litho
