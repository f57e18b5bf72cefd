#include "modules/xps/lines/shapes.hpp"

#include <array>
#include <cmath>
#include <numbers>

#include "modules/xps/lines/faddeeva.hpp"

namespace litho {
namespace {

constexpr double kLn2 = std::numbers::ln2;
constexpr double kPi = std::numbers::pi;
constexpr double kInvSqrtPi = std::numbers::inv_sqrtpi;

/// A unit-area profile at one energy and its derivatives by the distance d = energy - centre and by the third
/// and fourth parameter.
struct Point {
  double value = 0, by_distance = 0, by_third = 0, by_fourth = 0;
};

Point gaussian(double d, double fwhm) {
  const double u = d / fwhm;
  const double value = 2 * std::sqrt(kLn2) * kInvSqrtPi / fwhm * std::exp(-4 * kLn2 * u * u);
  return {value, -8 * kLn2 * u / fwhm * value, value * (8 * kLn2 * u * u - 1) / fwhm, 0};
}

Point lorentzian(double d, double fwhm) {
  const double u = d / fwhm, q = 1 + 4 * u * u;
  const double value = 2 / (kPi * fwhm * q);
  return {value, -8 * u / (fwhm * q) * value, value * (4 * u * u - 1) / (q * fwhm), 0};
}

Point voigt(double d, double gaussian_fwhm, double lorentzian_fwhm) {
  const double root2_sigma = std::numbers::sqrt2 * gaussian_fwhm / kFwhmPerSigma;
  const std::complex<double> z(d / root2_sigma, 0.5 * lorentzian_fwhm / root2_sigma);
  const auto [w, slope] = faddeeva(z);
  const double scale = kInvSqrtPi / root2_sigma;
  const double along = z.real() * slope.real() - z.imag() * slope.imag();  // Re(z w')
  return {scale * w.real(), scale * slope.real() / root2_sigma, -scale * (w.real() + along) / gaussian_fwhm,
          -scale * slope.imag() * 0.5 / root2_sigma};
}

Point mix(const Point& g, const Point& l, double share, double share_slope) {
  return {g.value + share * (l.value - g.value), g.by_distance + share * (l.by_distance - g.by_distance),
          g.by_third + share * (l.by_third - g.by_third), share_slope * (l.value - g.value)};
}

Point gl_sum(double d, double fwhm, double m) {
  // Equal heights at equal widths hold areas as 1 (Gaussian) to sqrt(pi ln 2) (Lorentzian).
  const double ratio = std::sqrt(kPi * kLn2), total = 1 + m * (ratio - 1);
  return mix(gaussian(d, fwhm), lorentzian(d, fwhm), m * ratio / total, ratio / (total * total));
}

/// Area of the product profile of unit height and width, and its derivative by the mixing.
struct ProductArea {
  double value, slope;
};
ProductArea gl_product_area(double m) {
  if (m < 1e-4) {  // erfcx by its asymptotic series: the closed form divides 0 by 0
    const double r = m / (kLn2 * (1 - m)), r_slope = 1 / (kLn2 * (1 - m) * (1 - m));
    const double series = 1 - r / 2 + 3 * r * r / 4 - 15 * r * r * r / 8;
    const double series_slope = (-0.5 + 1.5 * r - 45 * r * r / 8) * r_slope;
    const double front = 0.5 / (kInvSqrtPi * std::sqrt(kLn2 * (1 - m)));
    return {front * series, front * (series_slope + series / (2 * (1 - m)))};
  }
  const double s = std::sqrt(kLn2 * (1 - m) / m);
  const auto [w, slope] = faddeeva({0, s});  // erfcx(s) = w(is)
  const double front = 0.5 * kPi / std::sqrt(m);
  const double erfcx_slope = -slope.imag();  // d/ds w(is) = i w'(is); ds/dm = -ln2 / (2 s m^2)
  return {front * w.real(), front * (-w.real() / (2 * m) - erfcx_slope * kLn2 / (2 * s * m * m))};
}

Point gl_product(double d, double fwhm, double m, const ProductArea& area) {
  const double u2 = d * d / (fwhm * fwhm), q = 1 + 4 * m * u2;
  const double value = std::exp(-4 * kLn2 * (1 - m) * u2) / (q * fwhm * area.value);
  const double bend = 4 * kLn2 * (1 - m) + 4 * m / q;  // -d ln(value) / d u2
  return {value, -2 * d / (fwhm * fwhm) * bend * value, value * (2 * u2 * bend - 1) / fwhm,
          value * (4 * kLn2 * u2 - 4 * u2 / q - area.slope / area.value)};
}

/// exp(-d^2/2s^2) erfcx((s/t - d/s)/sqrt2) / 2t; below 0 the reflected erfcx keeps the large factors apart.
Point exponential_tail(double d, double fwhm, double tail) {
  const double s = fwhm / kFwhmPerSigma, q = (s / tail - d / s) / std::numbers::sqrt2;
  const double bell = std::exp(-0.5 * d * d / (s * s));
  const double reflected = bell * faddeeva({0, std::abs(q)}).w.real();
  const double value =
      (q >= 0 ? reflected : 2 * std::exp(0.5 * s * s / (tail * tail) - d / tail) - reflected) / (2 * tail);
  // From value = exp(s^2/2t^2 - d/t) erfc(q) / 2t.
  const double edge = bell * kInvSqrtPi / tail;  // -d value/d q at fixed exponent
  const double by_s = s / (tail * tail) * value - edge * (1 / tail + d / (s * s)) / std::numbers::sqrt2;
  return {value, -value / tail + edge / (s * std::numbers::sqrt2), by_s / kFwhmPerSigma,
          value * (d / (tail * tail) - s * s / (tail * tail * tail) - 1 / tail) +
              edge * s / (tail * tail * std::numbers::sqrt2)};
}

Point unit_profile(LineShape shape, double d, std::span<const double> p, const ProductArea& product) {
  switch (shape) {
    case LineShape::gaussian:
      return gaussian(d, p[2]);
    case LineShape::lorentzian:
      return lorentzian(d, p[2]);
    case LineShape::voigt:
      return voigt(d, p[2], p[3]);
    case LineShape::pseudo_voigt:
      return mix(gaussian(d, p[2]), lorentzian(d, p[2]), p[3], 1);
    case LineShape::gl_sum:
      return gl_sum(d, p[2], p[3]);
    case LineShape::gl_product:
      return gl_product(d, p[2], p[3], product);
    default:
      return exponential_tail(d, p[2], p[3]);
  }
}

}  // namespace

void evaluate_closed(LineShape shape, std::span<const double> p, std::span<const double> energy_ev,
                     std::span<double> values, std::span<double> jacobian) {
  const std::size_t n = energy_ev.size();
  const auto product = shape == LineShape::gl_product ? gl_product_area(p[3]) : ProductArea{1, 0};
  for (std::size_t i = 0; i < n; ++i) {
    const Point point = unit_profile(shape, energy_ev[i] - p[1], p, product);
    values[i] = p[0] * point.value;
    if (jacobian.empty()) continue;
    jacobian[i] = point.value;
    jacobian[n + i] = -p[0] * point.by_distance;
    jacobian[2 * n + i] = p[0] * point.by_third;
    if (p.size() > 3) jacobian[3 * n + i] = p[0] * point.by_fourth;
  }
}

}  // namespace litho
