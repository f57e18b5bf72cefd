#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>

#include "pipeline/core/rng.hpp"
#include "samples/sem/scene.hpp"

namespace litho::sem_sample {
namespace {

using Complex = std::complex<double>;

// Radix-2, in place, sign +1, unscaled.
void inverse_fft(std::vector<Complex>& a) {
  const std::size_t n = a.size();
  for (std::size_t i = 1, j = 0; i < n; ++i) {
    std::size_t bit = n >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i < j) std::swap(a[i], a[j]);
  }
  for (std::size_t length = 2; length <= n; length <<= 1) {
    const Complex step = std::polar(1.0, 2 * std::numbers::pi / static_cast<double>(length));
    for (std::size_t start = 0; start < n; start += length) {
      Complex w = 1;
      for (std::size_t k = 0; k < length / 2; ++k, w *= step) {
        const Complex even = a[start + k], odd = a[start + k + length / 2] * w;
        a[start + k] = even + odd;
        a[start + k + length / 2] = even - odd;
      }
    }
  }
}

}  // namespace

std::vector<double> self_affine(const Roughness& roughness, std::size_t n, double du, std::uint64_t seed,
                                const std::string& stream) {
  RandomStream random(seed, stream);
  std::vector<double> power(n / 2);
  double sum = 0;
  for (std::size_t k = 1; k < n / 2; ++k) {
    const double wave = 2 * std::numbers::pi * static_cast<double>(k) / (static_cast<double>(n) * du);
    const double x = wave * roughness.correlation_px, c = wave * roughness.cutoff_px / (2 * std::numbers::pi);
    power[k] = std::pow(1 + x * x, -(roughness.hurst + 0.5)) * std::exp(-2 * c * c);
    sum += power[k];
  }
  std::vector<Complex> modes(n);
  for (std::size_t k = 1; k < n / 2; ++k) {
    const double amplitude = roughness.rq_px * std::sqrt(power[k] / sum / 2);
    const double re = random.normal(), im = random.normal();
    modes[k] = amplitude * Complex(re, im) / std::numbers::sqrt2;
    modes[n - k] = std::conj(modes[k]);
  }
  inverse_fft(modes);
  std::vector<double> profile(n);
  // Each mode pair gives variance 2 |amplitude|^2 = rq^2 power / sum: their sum is rq^2.
  std::ranges::transform(modes, profile.begin(), [](const Complex& z) { return z.real(); });
  return profile;
}

}  // namespace litho::sem_sample
