#include "modules/xps/lines/shapes.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <vector>

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

Point voigt(double d, double gaussian_fwhm, double lorentzian_fwhm) {
  const double root2_sigma = std::numbers::sqrt2 * gaussian_fwhm / kFwhmPerSigma;
  const std::complex<double> z(d / root2_sigma, 0.5 * lorentzian_fwhm / root2_sigma);
  const auto [w, slope] = faddeeva(z);
  const double scale = kInvSqrtPi / root2_sigma;
  const double along = z.real() * slope.real() - z.imag() * slope.imag();  // Re(z w')
  return {scale * w.real(), scale * slope.real() / root2_sigma, -scale * (w.real() + along) / gaussian_fwhm,
          -scale * slope.imag() * 0.5 / root2_sigma};
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

/// exp(x) for x <= 0, to 2e-16, in operations that compilers can do for several points at once; exp(-700)
/// below that.
inline double decay(double x) {
  constexpr double kRounding = 6755399441055744.0;  // 1.5 * 2^52: adding it leaves the nearest whole number
  constexpr double kLn2High = 6.93147180369123816490e-01, kLn2Low = 1.90821492927058770002e-10;
  const double bounded = std::max(x, -700.0);
  const double shifted = bounded * (1 / kLn2) + kRounding, whole = shifted - kRounding;
  const double r = (bounded - whole * kLn2High) - whole * kLn2Low;
  // Taylor's sum to r^12: |r| <= ln2 / 2.
  double sum = 1.0 / 479001600;
  sum = sum * r + 1.0 / 39916800;
  sum = sum * r + 1.0 / 3628800;
  sum = sum * r + 1.0 / 362880;
  sum = sum * r + 1.0 / 40320;
  sum = sum * r + 1.0 / 5040;
  sum = sum * r + 1.0 / 720;
  sum = sum * r + 1.0 / 120;
  sum = sum * r + 1.0 / 24;
  sum = sum * r + 1.0 / 6;
  sum = sum * r + 0.5;
  sum = sum * r + 1;
  sum = sum * r + 1;
  const auto power = std::bit_cast<std::uint64_t>(shifted) << 52;
  return std::bit_cast<double>(std::bit_cast<std::uint64_t>(sum) + power);
}

/// Gaussian and Lorentzian of one width; `share` of the area is the Lorentzian's.
struct Mixture {
  double share = 0, share_slope = 1;  ///< and its derivative by the fourth parameter
};
Mixture mixture(LineShape shape, std::span<const double> p) {
  if (shape == LineShape::gaussian) return {0, 0};
  if (shape == LineShape::lorentzian) return {1, 0};
  if (shape == LineShape::pseudo_voigt) return {p[3], 1};
  // gl_sum: equal heights at equal widths hold areas as 1 (Gaussian) to sqrt(pi ln 2) (Lorentzian).
  const double ratio = std::sqrt(kPi * kLn2), total = 1 + p[3] * (ratio - 1);
  return {p[3] * ratio / total, ratio / (total * total)};
}

/// Columns of a mixture's derivatives; parameters, because only there g++ believes that they are apart.
[[gnu::noinline]] void mixture_slopes(const Mixture& mix, std::span<const double> p, std::size_t n,
                                      const double* __restrict energy, double* __restrict value,
                                      double* __restrict by_area, double* __restrict by_centre,
                                      double* __restrict by_width, double* __restrict by_mixing) {
  const double area = p[0], centre = p[1], inverse = 1 / p[2], share = mix.share,
               slope = area * mix.share_slope;
  const double bell_top = 2 * std::sqrt(kLn2) * kInvSqrtPi * inverse, lorentz_top = 2 / kPi * inverse;
  for (std::size_t i = 0; i < n; ++i) {
    const double u = (energy[i] - centre) * inverse, u2 = u * u, q = 1 / (1 + 4 * u2);
    const double bell = bell_top * decay(-4 * kLn2 * u2), lorentz = lorentz_top * q;
    const double g = (1 - share) * bell, l = share * lorentz, bend = 8 * kLn2 * g + 8 * l * q;
    value[i] = area * (g + l);
    by_area[i] = g + l;
    by_centre[i] = area * inverse * u * bend;
    by_width[i] = area * inverse * (u2 * bend - g - l);
    by_mixing[i] = slope * (lorentz - bell);
  }
}

void evaluate_mixture(const Mixture& mix, std::span<const double> p, std::span<const double> energy_ev,
                      std::span<double> values, std::span<double> jacobian) {
  const std::size_t n = energy_ev.size();
  if (!jacobian.empty()) {
    std::vector<double> unused(p.size() > 3 ? 0 : n);
    double* const columns = jacobian.data();
    return mixture_slopes(mix, p, n, energy_ev.data(), values.data(), columns, columns + n, columns + 2 * n,
                          p.size() > 3 ? columns + 3 * n : unused.data());
  }
  const double area = p[0], centre = p[1], inverse = 1 / p[2], share = mix.share;
  const double bell_top = 2 * std::sqrt(kLn2) * kInvSqrtPi * inverse, lorentz_top = 2 / kPi * inverse;
  for (std::size_t i = 0; i < n; ++i) {
    const double u = (energy_ev[i] - centre) * inverse, u2 = u * u;
    values[i] = area * ((1 - share) * bell_top * decay(-4 * kLn2 * u2) + share * lorentz_top / (1 + 4 * u2));
  }
}

Point unit_profile(LineShape shape, double d, std::span<const double> p, const ProductArea& product) {
  switch (shape) {
    case LineShape::voigt:
      return voigt(d, p[2], p[3]);
    case LineShape::gl_product:
      return gl_product(d, p[2], p[3], product);
    default:
      return exponential_tail(d, p[2], p[3]);
  }
}

}  // namespace

void evaluate_closed(LineShape shape, std::span<const double> p, std::span<const double> energy_ev,
                     std::span<double> values, std::span<double> jacobian) {
  if (shape == LineShape::gaussian || shape == LineShape::lorentzian || shape == LineShape::pseudo_voigt ||
      shape == LineShape::gl_sum)
    return evaluate_mixture(mixture(shape, p), p, energy_ev, values, jacobian);
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
