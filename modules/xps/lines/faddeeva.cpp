#include "modules/xps/lines/faddeeva.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace litho {
namespace {

constexpr int kNodes = 12;
constexpr double kStep = 0.51166335397324424;  // sqrt(pi / kNodes)
constexpr double kFarSquared = 144;
constexpr double kVeryFarSquared = 400;
constexpr int kFarTerms = 12, kVeryFarTerms = 8;
constexpr double kNoCorrection = 60;  // exp(-60) is nothing beside w, or w itself is nothing

using Complex = std::complex<double>;

/// Product without the library's detour for infinities.
Complex times(Complex a, Complex b) {
  return {a.real() * b.real() - a.imag() * b.imag(), a.real() * b.imag() + a.imag() * b.real()};
}

/// w = i/sqrt(pi) sum (2k-1)!! / (2^k z^(2k+1))
Faddeeva far(double x, double y) {
  const double square = x * x + y * y;
  const Complex inverse(x / square, -y / square);
  const Complex inverse2 = times(inverse, inverse);
  Complex power = inverse, sum = 0, slope = 0;
  double coefficient = std::numbers::inv_sqrtpi;
  const int terms = square > kVeryFarSquared ? kVeryFarTerms : kFarTerms;
  for (int k = 0; k < terms; ++k) {
    const Complex term = coefficient * power;
    sum += term;
    slope -= (2.0 * k + 1) * times(term, inverse);
    power = times(power, inverse2);
    coefficient *= (2 * k + 1) * 0.5;
  }
  return {{-sum.imag(), sum.real()}, {-slope.imag(), slope.real()}};
}

/// The rule's correction for the poles at +-z: 2 exp(-z^2) / (1 + sign exp(-2 pi i z / h)).
Complex pole_correction(double x, double y, double sign) {
  const double size = 2 * std::exp(y * y - x * x);
  const Complex numerator(size * std::cos(2 * x * y), -size * std::sin(2 * x * y));
  const double turn = 2 * std::numbers::pi / kStep;
  const double growth = sign * std::exp(turn * y);
  const Complex denominator(1 + growth * std::cos(turn * x), -growth * std::sin(turn * x));
  return times(numerator, std::conj(denominator)) / std::norm(denominator);
}

/// exp(-t^2) at the nodes t = j h/2: odd j for the midpoint rule, even j for the trapezoidal one.
const std::array<double, 2 * kNodes + 1>& node_weights() {
  static const auto table = [] {
    std::array<double, 2 * kNodes + 1> weights{};
    for (int j = 0; j <= 2 * kNodes; ++j) weights[j] = std::exp(-0.25 * j * j * kStep * kStep);
    return weights;
  }();
  return table;
}

/// x >= 0. Each node's i z / (z^2 - t^2) is written with its parts apart, so that neither loses figures to
/// the other where it is much smaller.
Complex near(double x, double y) {
  const double part = x / kStep - std::floor(x / kStep);
  const bool plain = y >= std::max(x, std::numbers::pi / kStep);
  const bool trapezoid = !plain && y < x && part >= 0.25 && part <= 0.75;
  const double square = x * x + y * y;
  const auto& weights = node_weights();
  double re = 0, im = 0;
  for (int k = 0; k < kNodes; ++k) {
    const int j = 2 * k + (trapezoid ? 2 : 1);
    const double t = 0.5 * j * kStep;
    const double a = x * x - y * y - t * t, b = 2 * x * y;
    const double weight = weights[j] / (a * a + b * b);
    re += weight * y * (square + t * t);
    im += weight * x * (square - t * t);
  }
  const double scale = 2 * kStep / std::numbers::pi;
  Complex w(scale * re, scale * im);
  if (trapezoid) w += Complex(y, x) * (kStep / (std::numbers::pi * square));
  const double decay = (x - y) * (x + y) + 2 * std::numbers::pi / kStep * y;
  if (!plain && decay < kNoCorrection) w += pole_correction(x, y, trapezoid ? -1 : 1);
  return w;
}

}  // namespace

Faddeeva faddeeva(Complex z) {
  const double x = std::abs(z.real()), y = z.imag();
  Faddeeva result;
  if (x * x + y * y >= kFarSquared) {
    result = far(x, y);
  } else {
    result.w = near(x, y);
    result.derivative = -2.0 * times({x, y}, result.w) + Complex(0, 2 * std::numbers::inv_sqrtpi);
  }
  if (z.real() < 0) {  // w(-conj z) = conj w(z)
    result.w = std::conj(result.w);
    result.derivative = -std::conj(result.derivative);
  }
  return result;
}

}  // namespace litho
