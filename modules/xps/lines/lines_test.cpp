#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <vector>

#include "modules/xps/lines/faddeeva.hpp"
#include "modules/xps/lines/kernel.hpp"

namespace litho {
namespace {

constexpr double kPi = std::numbers::pi;

struct Case {
  const char* name;
  LineShape shape;
  std::vector<double> p;
};
const std::vector<Case>& cases() {
  static const std::vector<Case> all{
      {"gaussian", LineShape::gaussian, {1200, 575.03, 1.1}},
      {"lorentzian", LineShape::lorentzian, {1200, 575.03, 0.7}},
      {"voigt", LineShape::voigt, {1200, 575.03, 0.8, 0.5}},
      {"voigt, narrow Gaussian", LineShape::voigt, {1200, 575.03, 0.05, 0.9}},
      {"voigt, narrow Lorentzian", LineShape::voigt, {1200, 575.03, 0.8, 1e-4}},
      {"pseudo_voigt", LineShape::pseudo_voigt, {1200, 575.03, 1.1, 0.3}},
      {"gl_sum", LineShape::gl_sum, {1200, 575.03, 1.1, 0.3}},
      {"gl_product", LineShape::gl_product, {1200, 575.03, 1.1, 0.3}},
      {"gl_product, nearly Gaussian", LineShape::gl_product, {1200, 575.03, 1.1, 5e-5}},
      {"gl_product, little mixed", LineShape::gl_product, {1200, 575.03, 1.1, 1.2e-4}},
      {"gl_product, nearly Lorentzian", LineShape::gl_product, {1200, 575.03, 1.1, 0.98}},
      {"exponential_tail", LineShape::exponential_tail, {1200, 575.03, 0.9, 1.4}},
      {"exponential_tail, short", LineShape::exponential_tail, {1200, 575.03, 0.9, 0.1}},
      {"la", LineShape::la, {900, 575.03, 0.9, 1.3, 4, 0.5}},
      {"la, heavy tail", LineShape::la, {900, 575.03, 0.9, 0.4, 1.2, 1.1}},
      {"la, not convolved", LineShape::la, {900, 575.03, 0.9, 1.3, 4, 0}},
      {"lf", LineShape::lf, {900, 575.03, 0.9, 1.1, 2.2, 0.6, 8}},
      {"lf, not convolved", LineShape::lf, {900, 575.03, 0.9, 1.1, 2.2, 0, 8}},
      {"casaxps_lf", LineShape::casaxps_lf, {900, 575.03, 0.9, 1.1, 2.2, 8, 0.4, 6}},
      {"casaxps_lf, three boxes", LineShape::casaxps_lf, {900, 575.03, 0.9, 0.6, 10, 5, 0.9, 3}},
      {"doniach_sunjic", LineShape::doniach_sunjic, {900, 575.03, 0.4, 0.12, 0.6}},
      {"doniach_sunjic, symmetric", LineShape::doniach_sunjic, {900, 575.03, 0.4, 0.001, 0.6}},
      {"doniach_sunjic, not convolved", LineShape::doniach_sunjic, {900, 575.03, 0.4, 0.2, 0}},
  };
  return all;
}

/// Uneven, ascending, 565 to 590 eV.
std::vector<double> grid() {
  std::vector<double> energy;
  for (int i = 0; i <= 240; ++i) energy.push_back(565 + 0.1 * i + 0.02 * std::sin(i) + 1e-5 * i * i);
  return energy;
}

std::vector<double> values_of(LineShape shape, const std::vector<double>& p,
                              const std::vector<double>& energy) {
  std::vector<double> values(energy.size());
  const auto status = evaluate_line(shape, p, energy, values);
  EXPECT_TRUE(status) << to_string(status.errors());
  return values;
}

TEST(Faddeeva, AgreesWithHighPrecision) {
  // Independent library: mpmath at 40 digits; x, y, w, dw/dz.
  const double rows[][6] = {
      {0, 0, 1.0, 0.0, 0.0, 1.1283791670955126},
      {1, 0, 0.36787944117144232, 0.60715770584139373, -0.73575888234288464, -0.085936244587274884},
      {0, 1, 0.427583576155807, 0.0, 0.0, 0.27321201478389857},
      {2, 1, 0.14023958136627794, 0.2222134401798991, -0.11653144510531357, -0.040953756356639724},
      {0.5, 1e-08, 0.77880077657686497, 0.47892516511303572, -0.77880076699836166, 0.64945398640646132},
      {3.3, 1e-06, 1.8705357059325334e-5, 0.18030210522411329, -0.00012309475238109897, -0.06161472742104581},
      {6.3, 0.01, 0.00014789303891339424, 0.090727415163492762, -4.8903987038912136e-5,
       -0.014789221825274468},
      {5.5, 5.4, 0.051717807155935814, 0.051796501039256461, -0.0094936674913241482, 6.5338379584675304e-5},
      {0.2, 7, 0.079738052448098721, 0.0022339761849255889, -0.00061955439028124554, 0.011152842348160249},
      {11.9, 0.1, 0.00040267823216779247, 0.047576673551773259, -6.8407215238808736e-5,
       -0.0040261990831245925},
      {12.1, 0.001, 3.8936612937446158e-6, 0.046788133080472314, -6.5033714767506846e-7,
       -0.0038936612392399792},
      {100, 1, 5.6421779161441335e-5, 0.005641613670145867, -1.1284919965330051e-6, -5.6410491983701757e-5},
      {20.1, 0.5, 0.00070040852449763363, 0.028086513131234395, -6.990955357047881e-5, -0.001399069304607819},
      {7.9, 0.0001, 9.2665553666831257e-7, 0.072002893814792014, -2.4057871640093577e-7,
       -0.0092665553635324062},
      {8.5, 0.2, 0.0015944460661837952, 0.066806137519069551, -0.000383128117496696, -0.007962949155143303},
      {17.0, 9.0, 0.013763030757958162, 0.025926455980631901, -0.0012668381192032763,
       -0.00085488988921898515},
      {-1.5, 0.7, 0.20798989547520379, -0.29084679383676028, 0.216784175054147, -0.035347068080053564},
      {4.7, 1e-10, 2.576892706838512e-10, 0.12296702058958084, -2.3976857403102852e-9, -0.027510826446547345},
      {1e-09, 6.2, 0.089858108319745923, 1.4138623930663103e-11, -4.3972798992693724e-12,
       0.014138623930663102},
  };
  for (const auto& [x, y, re, im, slope_re, slope_im] : rows) {
    const auto [w, slope] = faddeeva({x, y});
    EXPECT_NEAR(w.real(), re, 1e-13 * std::abs(re)) << x << ' ' << y;
    EXPECT_NEAR(w.imag(), im, 1e-13 * std::abs(im)) << x << ' ' << y;
    EXPECT_NEAR(slope.real(), slope_re, 3e-12 * std::abs(slope_re) + 1e-15) << x << ' ' << y;
    EXPECT_NEAR(slope.imag(), slope_im, 3e-12 * std::abs(slope_im) + 1e-15) << x << ' ' << y;
  }
}

TEST(Faddeeva, AgreesWithPublishedTable) {
  // Published value: Abramowitz and Stegun (1964), table 7.9, x + iy: (0.5, 0.5), (1, 1), (3, 2), six
  // decimals.
  EXPECT_NEAR(faddeeva({0.5, 0.5}).w.real(), 0.533157, 1e-6);
  EXPECT_NEAR(faddeeva({0.5, 0.5}).w.imag(), 0.230488, 1e-6);
  EXPECT_NEAR(faddeeva({1, 1}).w.real(), 0.304744, 1e-6);
  EXPECT_NEAR(faddeeva({1, 1}).w.imag(), 0.208219, 1e-6);
}

TEST(Faddeeva, RulesJoinSmoothly) {
  // Analytic: w' from the identity agrees with a central difference of w everywhere, also where rules change.
  for (double y : {0.0, 1e-3, 0.3, 2.0, 6.0, 6.2, 11.9})
    for (double x = 0; x < 13; x += 0.0937) {
      const double h = 1e-4;
      const auto here = faddeeva({x, y});
      const auto slope = (faddeeva({x + h, y}).w - faddeeva({x - h, y}).w) / (2 * h);
      EXPECT_LT(std::abs(slope - here.derivative), 3e-8) << x << ' ' << y;
    }
}

TEST(Lines, JacobiansAgreeWithDifferences) {
  // Analytic: Richardson-extrapolated central differences, of fourth and sixth order in the step.
  const auto energy = grid();
  const std::size_t n = energy.size();
  for (const auto& [name, shape, p] : cases()) {
    std::vector<double> values(n), jacobian(n * p.size());
    ASSERT_TRUE(evaluate_line(shape, p, energy, values, jacobian)) << name;
    for (std::size_t k = 0; k < p.size(); ++k) {
      const bool at_edge = line_parameters(shape)[k].name == "gaussian_fwhm_ev" && p[k] == 0;
      if (at_edge || line_parameters(shape)[k].name == "convolutions") continue;
      const double h = k == 1 ? 4e-3 : 4e-3 * std::abs(p[k]);
      const auto difference = [&](double step) {
        auto lower = p, upper = p;
        lower[k] -= step, upper[k] += step;
        const auto low = values_of(shape, lower, energy), high = values_of(shape, upper, energy);
        std::vector<double> slope(n);
        for (std::size_t i = 0; i < n; ++i) slope[i] = (high[i] - low[i]) / (2 * step);
        return slope;
      };
      const auto d1 = difference(h), d2 = difference(h / 2), d4 = difference(h / 4);
      double largest = 0;
      for (std::size_t i = 0; i < n; ++i) largest = std::max(largest, std::abs(jacobian[k * n + i]));
      for (std::size_t i = 0; i < n; ++i) {
        const double a = (4 * d2[i] - d1[i]) / 3, b = (4 * d4[i] - d2[i]) / 3;
        EXPECT_NEAR(jacobian[k * n + i], (16 * b - a) / 15, 2e-7 * largest)
            << name << ", " << line_parameters(shape)[k].name << " at " << energy[i];
      }
    }
  }
}

/// A profile convolved with a Gaussian, by brute force: Simpson's rule in steps of 0.5 meV from the centre.
template <class F>
double convolved(F profile, double d, double gaussian_fwhm) {
  const double sigma = gaussian_fwhm / (2 * std::sqrt(2 * std::log(2.0)));
  const double h = 5e-4;
  const long from = 2 * std::lround((d - 8.5 * sigma) / (2 * h)),
             to = 2 * std::lround((d + 8.5 * sigma) / (2 * h));
  double sum = 0;
  for (long j = from; j <= to; ++j) {
    const double s = h * static_cast<double>(j), t = (d - s) / sigma;
    sum += (j == from || j == to ? 1 : j % 2 == 0 ? 2 : 4) * profile(s) * std::exp(-0.5 * t * t);
  }
  return sum * h / 3 / (sigma * std::sqrt(2 * kPi));
}

TEST(Lines, VoigtIsTheConvolution) {
  // Analytic: brute-force quadrature of the definition, to 1e-10 of the value also far out in the tails.
  for (const auto& [g, l] : {std::pair{0.8, 0.5}, {0.3, 1.2}, {1.5, 0.1}})
    for (double d : {0.0, 0.21, -0.7, 1.9, -5.0, 14.0}) {
      const double expected = convolved([l](double s) { return l / (2 * kPi) / (s * s + l * l / 4); }, d, g);
      EXPECT_NEAR(values_of(LineShape::voigt, {1, 100, g, l}, {100 + d})[0], expected, 1e-10 * expected)
          << g << ' ' << l << ' ' << d;
    }
}

TEST(Lines, ConvolvedShapesAreTheConvolution) {
  // Analytic: brute-force quadrature of the definitions.
  const auto la = [](double s) { return std::pow(1 + 4 * s * s / 0.81, -(s > 0 ? 1.3 : 4.0)); };
  const auto lf = [](double s) {
    return std::pow(1 + 4 * s * s / 0.81, -(s > 0 ? 1.1 : 2.2) * (1 + s * s / 64));
  };
  const auto ds = [](double s) {  // doi:10.1088/0022-3719/3/2/010, tail to higher binding energy
    const double g = 0.2, a = 0.12, e = -s;
    return std::cos(kPi * a / 2 + (1 - a) * std::atan(e / g)) / std::pow(e * e + g * g, (1 - a) / 2) /
           (std::cos(kPi * a / 2) / std::pow(g * g, (1 - a) / 2));
  };
  for (double d : {0.0, 0.33, -0.4, 2.0, -3.0, 11.0}) {
    EXPECT_NEAR(values_of(LineShape::la, {1, 100, 0.9, 1.3, 4, 0.5}, {100 + d})[0], convolved(la, d, 0.5),
                1e-9)
        << d;
    EXPECT_NEAR(values_of(LineShape::lf, {1, 100, 0.9, 1.1, 2.2, 0.6, 8}, {100 + d})[0],
                convolved(lf, d, 0.6), 1e-9)
        << d;
    EXPECT_NEAR(values_of(LineShape::doniach_sunjic, {1, 100, 0.4, 0.12, 0.6}, {100 + d})[0],
                convolved(ds, d, 0.6), 1e-9)
        << d;
  }
}

TEST(Lines, BoxesAreConvolvedOneAfterAnother) {
  // Analytic: the definition by brute force, a running mean as wide as the box taken again and again, over
  // the profile's own integral.
  constexpr double kStep = 5e-4, kBox = 0.4;
  constexpr int kHalf = 400, kReach = 60'000;  // points
  std::vector<double> line(2 * kReach + 1);
  for (int j = -kReach; j <= kReach; ++j) {
    const double s = kStep * j;
    line[j + kReach] = std::pow(1 + 4 * s * s / 0.81, -(s > 0 ? 1.1 : 2.2) * (1 + s * s / 64));
  }
  double area = 0;
  for (double value : line) area += kStep * value;
  for (int m = 1; m <= 6; ++m) {
    std::vector<double> sums(line.size() + 1), next(line.size());
    for (std::size_t j = 0; j < line.size(); ++j) sums[j + 1] = sums[j] + line[j];
    for (std::size_t j = kHalf; j + kHalf < line.size(); ++j)
      next[j] =
          (sums[j + kHalf + 1] - sums[j - kHalf] - 0.5 * (line[j - kHalf] + line[j + kHalf])) * kStep / kBox;
    line = next;
    if (m < 3) continue;
    for (int j : {-6000, -1400, 0, 500, 2200, 8000, 22000})
      EXPECT_NEAR(
          values_of(LineShape::casaxps_lf, {1, 100, 0.9, 1.1, 2.2, 8, kBox, 1.0 * m}, {100 + kStep * j})[0],
          line[j + kReach] / area, 2e-6)
          << m << ' ' << j;
  }
}

TEST(Lines, ConvolutionDoesNotDependOnTheGrid) {
  // Invariant: a point's value is the same alone and among others; the exponential tail is also a
  // convolution.
  const auto energy = grid();
  for (const auto& [name, shape, p] : cases()) {
    const auto all = values_of(shape, p, energy);
    for (std::size_t i = 0; i < energy.size(); i += 17)
      EXPECT_NEAR(values_of(shape, p, {energy[i]})[0], all[i], 2e-9 * 1200) << name << ' ' << energy[i];
  }
}

TEST(Lines, ExponentialTailIsTheConvolution) {
  // Analytic: brute-force quadrature over the decay, by the midpoint rule.
  const double g = 0.9, tail = 1.4, sigma = g / (2 * std::sqrt(2 * std::log(2.0)));
  for (double d : {-2.0, -0.5, 0.0, 0.6, 3.0, 12.0}) {
    double expected = 0;
    const double h = 1e-4;
    for (double s = h / 2; s < 40; s += h) {
      const double t = (d - s) / sigma;
      expected += h * std::exp(-s / tail - 0.5 * t * t) / (tail * sigma * std::sqrt(2 * kPi));
    }
    EXPECT_NEAR(values_of(LineShape::exponential_tail, {1, 100, g, tail}, {100 + d})[0], expected, 1e-8);
  }
}

TEST(Lines, FirstParameterIsTheArea) {
  // Analytic: quadrature over all energies, mapped to a finite interval.
  for (const auto& [name, shape, p] : cases()) {
    if (line_parameters(shape)[0].name != "area") continue;
    double area = 0;
    const int steps = 40000;
    const double scale = 0.5;
    for (int i = 0; i < steps; ++i) {
      const double angle = kPi * ((i + 0.5) / steps - 0.5), cosine = std::cos(angle);
      const double energy = p[1] + scale * std::tan(angle);
      area += values_of(shape, p, {energy})[0] * scale / (cosine * cosine) * kPi / steps;
    }
    EXPECT_NEAR(area, p[0], 1e-8 * p[0]) << name;
  }
}

TEST(Lines, LimitsMeet) {
  // Analytic: shapes that contain others become them.
  const auto energy = grid();
  const auto expect_same = [&](LineShape a, std::vector<double> pa, LineShape b, std::vector<double> pb) {
    const auto va = values_of(a, pa, energy), vb = values_of(b, pb, energy);
    for (std::size_t i = 0; i < energy.size(); ++i) EXPECT_NEAR(va[i], vb[i], 1e-9) << energy[i];
  };
  const double l = 0.6, height = 2 / (kPi * l);
  expect_same(LineShape::voigt, {1, 575, 0.8, 0}, LineShape::gaussian, {1, 575, 0.8});
  expect_same(LineShape::gl_product, {1, 575, 0.8, 0}, LineShape::gaussian, {1, 575, 0.8});
  expect_same(LineShape::gl_sum, {1, 575, 0.8, 1}, LineShape::lorentzian, {1, 575, 0.8});
  expect_same(LineShape::la, {height, 575, l, 1, 1, 0.5}, LineShape::voigt, {1, 575, 0.5, l});
  expect_same(LineShape::doniach_sunjic, {height, 575, l, 0, 0.5}, LineShape::voigt, {1, 575, 0.5, l});
  expect_same(LineShape::lf, {1, 575, l, 1.2, 2, 0.5, 1e4}, LineShape::lf, {1, 575, l, 1.2, 2, 0.5, 9999.99});
}

TEST(Lines, TailsPointToHigherBindingEnergy) {
  // Invariant: losses lower the kinetic energy.
  for (const char* name : {"exponential_tail", "la", "lf", "doniach_sunjic"})
    for (const auto& c : cases())
      if (std::string_view(c.name) == name) {
        const auto v = values_of(c.shape, c.p, {c.p[1] - 2, c.p[1] + 2});
        EXPECT_GT(v[1], 2 * v[0]) << name;
      }
}

TEST(Lines, FiguresOfKnownShapes) {
  // Analytic: closed forms of width, maximum and window area.
  const std::vector<double> gaussian{10, 100, 1.3}, lorentzian{10, 100, 1.3};
  const auto g = line_figures(LineShape::gaussian, gaussian, 95, 105);
  ASSERT_TRUE(g);
  EXPECT_NEAR(g->fwhm_ev.value(), 1.3, 1e-7);
  EXPECT_NEAR(g->maximum_ev, 100, 1e-6);
  EXPECT_NEAR(g->area, 10, 1e-8);
  const auto l = line_figures(LineShape::lorentzian, lorentzian, 97, 108);
  ASSERT_TRUE(l);
  EXPECT_NEAR(l->fwhm_ev.value(), 1.3, 1e-7);
  EXPECT_NEAR(l->area, 10 / kPi * (std::atan(8 / 0.65) + std::atan(3 / 0.65)), 1e-8);
  const auto la = line_figures(LineShape::la, std::vector<double>{5, 100, 0.9, 1.3, 4, 0}, 90, 110);
  ASSERT_TRUE(la);
  EXPECT_NEAR(la->fwhm_ev.value(),
              0.45 * (std::sqrt(std::pow(2, 1 / 1.3) - 1) + std::sqrt(std::pow(2, 0.25) - 1)), 1e-7);
  const auto ds = line_figures(LineShape::doniach_sunjic, std::vector<double>{5, 100, 0.4, 0.2, 0}, 80, 120);
  ASSERT_TRUE(ds);  // maximum at g cot(pi/(2-a)) on the e = -s axis
  EXPECT_NEAR(ds->maximum_ev, 100 - 0.2 / std::tan(kPi / 1.8), 1e-6);
  const auto cut = line_figures(LineShape::lorentzian, lorentzian, 99.9, 100.3);
  ASSERT_TRUE(cut);
  EXPECT_FALSE(cut->fwhm_ev.has_value());
  EXPECT_EQ(line_figures(LineShape::gaussian, gaussian, 101, 105).errors()[0].code, "line.window");
  EXPECT_EQ(line_figures(LineShape::gaussian, std::vector<double>{-1, 100, 1}, 95, 105).errors()[0].code,
            "line.amplitude");
}

TEST(Lines, RefusesWhatItCannotEvaluate) {
  // Invariant: every misuse is an error with its place, none a number.
  const std::vector<double> energy{1, 2, 3}, twice{1, 1, 2};
  std::vector<double> values(3), few(2);
  const auto code = [&](LineShape shape, std::vector<double> p, const std::vector<double>& e,
                        std::vector<double>& v) {
    const auto status = evaluate_line(shape, p, e, v);
    return status ? std::string("accepted") : status.errors()[0].code;
  };
  EXPECT_EQ(code(LineShape::gaussian, {1, 2}, energy, values), "line.parameter_count");
  EXPECT_EQ(code(LineShape::gaussian, {1, 2, 0}, energy, values), "line.parameter_range");
  EXPECT_EQ(code(LineShape::gaussian, {1, std::nan(""), 1}, energy, values), "line.parameter_range");
  EXPECT_EQ(code(LineShape::la, {1, 2, 1, 1, 1, 0.01}, energy, values), "line.parameter_range");
  EXPECT_EQ(code(LineShape::doniach_sunjic, {1, 2, 1, 0.6, 0}, energy, values), "line.parameter_range");
  EXPECT_EQ(code(LineShape::gaussian, {1, 2, 1}, twice, values), "line.energy");
  EXPECT_EQ(code(LineShape::gaussian, {1, 2, 1}, energy, few), "line.length");
  EXPECT_EQ(code(LineShape::gaussian, {1, 2, 1}, energy, values), "accepted");
}

}  // namespace
}  // namespace litho
