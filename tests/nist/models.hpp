#pragma once
#include <cmath>
#include <complex>
#include <map>
#include <numbers>
#include <span>
#include <string>

#include "modules/xps/least_squares/kernel.hpp"

namespace litho::nist {

using Complex = std::complex<double>;

inline double arctan(double x) {
  return std::atan(x);
}
/// For steps along the imaginary axis only: the library's loses them.
inline Complex arctan(Complex x) {
  return {std::atan(x.real()), x.imag() / (1 + x.real() * x.real())};
}

/// A model for doubles and for complex numbers: derivatives come from steps of 1e-30 along the imaginary
/// axis, free of cancellation [doi:10.1145/838250.838251]. `two` is the second predictor (Nelson).
template <class F>
FitModel complex_step(F f, std::vector<double> one, std::vector<double> two) {
  return [f, one, two](std::span<const double> p, std::span<double> values, std::span<double> jacobian) {
    const std::size_t n = one.size();
    for (std::size_t i = 0; i < n; ++i) values[i] = f(p.data(), one[i], two.empty() ? 0 : two[i]);
    if (jacobian.empty()) return true;
    std::vector<Complex> z(p.begin(), p.end());
    for (std::size_t k = 0; k < z.size(); ++k) {
      z[k] += Complex(0, 1e-30);
      for (std::size_t i = 0; i < n; ++i)
        jacobian[k * n + i] = f(z.data(), one[i], two.empty() ? 0 : two[i]).imag() / 1e-30;
      z[k] = p[k];
    }
    return true;
  };
}

/// The residuals of `observed` themselves, in extended precision and rounded once: to be fitted to zeros,
/// where they are so small beside the observations that doubles keep only three of their figures.
template <class F>
FitModel extended_residuals(F f, std::vector<long double> one, std::vector<long double> observed) {
  const auto model = complex_step(f, std::vector<double>(one.begin(), one.end()), {});
  return [f, model, one, observed](std::span<const double> p, std::span<double> values,
                                   std::span<double> jacobian) {
    model(p, values, jacobian);
    const std::vector<long double> b(p.begin(), p.end());
    for (std::size_t i = 0; i < one.size(); ++i)
      values[i] = static_cast<double>(f(b.data(), one[i], 0.0L) - observed[i]);
    return true;
  };
}

inline constexpr auto three_decays = [](auto* b, auto t, auto) {
  using std::exp;
  return b[0] * exp(-b[1] * t) + b[2] * exp(-b[3] * t) + b[4] * exp(-b[5] * t);
};

inline FitModel model_of(const std::string& name, const std::vector<double>& x,
                         const std::vector<double>& x2) {
  using std::cos, std::exp, std::pow, std::sin;
  const auto make = [&](auto f) { return complex_step(f, x, x2); };
  if (name == "Misra1a" || name == "BoxBOD")
    return make([](auto* b, double t, double) { return b[0] * (1.0 - exp(-b[1] * t)); });
  if (name == "Misra1b")
    return make([](auto* b, double t, double) {
      const auto q = 1.0 + b[1] * t / 2.0;
      return b[0] * (1.0 - 1.0 / (q * q));
    });
  if (name == "Misra1c")
    return make([](auto* b, double t, double) { return b[0] * (1.0 - pow(1.0 + 2.0 * b[1] * t, -0.5)); });
  if (name == "Misra1d")
    return make([](auto* b, double t, double) { return b[0] * b[1] * t / (1.0 + b[1] * t); });
  if (name == "Chwirut1" || name == "Chwirut2")
    return make([](auto* b, double t, double) { return exp(-b[0] * t) / (b[1] + b[2] * t); });
  if (name == "Lanczos1" || name == "Lanczos2" || name == "Lanczos3") return make(three_decays);
  if (name == "Gauss1" || name == "Gauss2" || name == "Gauss3")
    return make([](auto* b, double t, double) {
      const auto u = (t - b[3]) / b[4], v = (t - b[6]) / b[7];
      return b[0] * exp(-b[1] * t) + b[2] * exp(-u * u) + b[5] * exp(-v * v);
    });
  if (name == "DanWood")
    return make([](auto* b, double t, double) { return b[0] * exp(b[1] * std::log(t)); });
  if (name == "Kirby2")
    return make([](auto* b, double t, double) {
      return (b[0] + t * (b[1] + t * b[2])) / (1.0 + t * (b[3] + t * b[4]));
    });
  if (name == "Hahn1" || name == "Thurber")
    return make([](auto* b, double t, double) {
      return (b[0] + t * (b[1] + t * (b[2] + t * b[3]))) / (1.0 + t * (b[4] + t * (b[5] + t * b[6])));
    });
  if (name == "Nelson")  // of log y
    return make([](auto* b, double t, double u) { return b[0] - b[1] * t * exp(-b[2] * u); });
  if (name == "MGH17")
    return make(
        [](auto* b, double t, double) { return b[0] + b[1] * exp(-t * b[3]) + b[2] * exp(-t * b[4]); });
  if (name == "MGH09")
    return make(
        [](auto* b, double t, double) { return b[0] * (t * t + t * b[1]) / (t * t + t * b[2] + b[3]); });
  if (name == "MGH10") return make([](auto* b, double t, double) { return b[0] * exp(b[1] / (t + b[2])); });
  if (name == "Roszman1")
    return make([](auto* b, double t, double) {
      return b[0] - b[1] * t - arctan(b[2] / (t - b[3])) / std::numbers::pi;
    });
  if (name == "ENSO")
    return make([](auto* b, double t, double) {
      const double turn = 2 * std::numbers::pi * t;
      return b[0] + b[1] * cos(turn / 12) + b[2] * sin(turn / 12) + b[4] * cos(turn / b[3]) +
             b[5] * sin(turn / b[3]) + b[7] * cos(turn / b[6]) + b[8] * sin(turn / b[6]);
    });
  if (name == "Rat42")
    return make([](auto* b, double t, double) { return b[0] / (1.0 + exp(b[1] - b[2] * t)); });
  if (name == "Rat43")
    return make([](auto* b, double t, double) { return b[0] / pow(1.0 + exp(b[1] - b[2] * t), 1.0 / b[3]); });
  if (name == "Eckerle4")
    return make([](auto* b, double t, double) {
      const auto u = (t - b[2]) / b[1];
      return b[0] / b[1] * exp(-0.5 * u * u);
    });
  if (name == "Bennett5")
    return make([](auto* b, double t, double) { return b[0] * pow(b[1] + t, -1.0 / b[2]); });
  return {};
}

}  // namespace litho::nist
