#include "modules/xps/line_detection/background_space.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>

namespace litho {
namespace {

double dot(std::span<const double> a, std::span<const double> b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

void subtract(std::span<double> from, double factor, std::span<const double> what) {
  for (std::size_t i = 0; i < from.size(); ++i) from[i] -= factor * what[i];
}

/// Orthonormal basis of the columns, appended to `basis`; twice is enough (Kahan).
void orthonormalise(std::size_t channels, std::span<const double> columns, std::vector<double>& basis) {
  for (std::size_t c = 0; c + channels <= columns.size(); c += channels) {
    std::vector<double> v(columns.begin() + c, columns.begin() + c + channels);
    const double length = std::sqrt(dot(v, v));
    for (int pass = 0; pass < 2; ++pass)
      for (std::size_t k = 0; k < basis.size(); k += channels) {
        const std::span<const double> q{basis.data() + k, channels};
        subtract(v, dot(q, v), q);
      }
    const double rest = std::sqrt(dot(v, v));
    if (!(rest > 1e-7 * length)) continue;
    for (double& x : v) x /= rest;
    basis.insert(basis.end(), v.begin(), v.end());
  }
}

/// Eigenvalues and vectors (columns) of a symmetric matrix by Jacobi's rotations.
void eigen_symmetric(std::vector<double>& a, std::vector<double>& vectors, std::size_t n) {
  vectors.assign(n * n, 0);
  for (std::size_t i = 0; i < n; ++i) vectors[i * n + i] = 1;
  for (int sweep = 0; sweep < 30; ++sweep) {
    double off = 0, all = 0;
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t j = 0; j < n; ++j) (i == j ? all : off) += a[i * n + j] * a[i * n + j];
    if (off <= 1e-24 * all) return;
    for (std::size_t p = 0; p < n; ++p)
      for (std::size_t q = p + 1; q < n; ++q) {
        if (a[p * n + q] == 0) continue;
        const double theta = (a[q * n + q] - a[p * n + p]) / (2 * a[p * n + q]);
        const double t = (theta >= 0 ? 1 : -1) / (std::abs(theta) + std::sqrt(theta * theta + 1));
        const double c = 1 / std::sqrt(t * t + 1), s = t * c;
        for (std::size_t k = 0; k < n; ++k) {
          const double kp = a[k * n + p], kq = a[k * n + q];
          a[k * n + p] = c * kp - s * kq;
          a[k * n + q] = s * kp + c * kq;
        }
        for (std::size_t k = 0; k < n; ++k) {
          const double pk = a[p * n + k], qk = a[q * n + k];
          a[p * n + k] = c * pk - s * qk;
          a[q * n + k] = s * pk + c * qk;
          const double vp = vectors[k * n + p], vq = vectors[k * n + q];
          vectors[k * n + p] = c * vp - s * vq;
          vectors[k * n + q] = s * vp + c * vq;
        }
      }
  }
}

/// Orthonormal modes of the departures outside `basis` and their variances at unit scale.
void find_modes(std::size_t channels, std::span<const double> departures, std::span<const double> basis,
                std::vector<double>& modes, std::vector<double>& spread) {
  const std::size_t count = departures.size() / channels;
  std::vector<double> rest(departures.begin(), departures.end());
  for (std::size_t c = 0; c < count; ++c) {
    const std::span<double> v{rest.data() + c * channels, channels};
    for (int pass = 0; pass < 2; ++pass)
      for (std::size_t k = 0; k < basis.size(); k += channels) {
        const std::span<const double> q{basis.data() + k, channels};
        subtract(v, dot(q, v), q);
      }
  }
  std::vector<double> gram(count * count), vectors;
  for (std::size_t i = 0; i < count; ++i)
    for (std::size_t j = 0; j <= i; ++j)
      gram[i * count + j] = gram[j * count + i] =
          dot({rest.data() + i * channels, channels}, {rest.data() + j * channels, channels});
  eigen_symmetric(gram, vectors, count);
  double largest = 0;
  for (std::size_t i = 0; i < count; ++i) largest = std::max(largest, gram[i * count + i]);
  for (std::size_t k = 0; k < count; ++k) {
    const double lambda = gram[k * count + k];
    if (!(lambda > 1e-9 * largest)) continue;
    std::vector<double> v(channels, 0);
    for (std::size_t c = 0; c < count; ++c)
      subtract(v, -vectors[c * count + k] / std::sqrt(lambda), {rest.data() + c * channels, channels});
    modes.insert(modes.end(), v.begin(), v.end());
    spread.push_back(lambda);
  }
}

}  // namespace

BackgroundSpace::BackgroundSpace(std::size_t channels, std::span<const double> free_columns,
                                 std::span<const double> departures)
    : channels_(channels) {
  orthonormalise(channels, free_columns, basis_);
  free_ = basis_.size() / channels;
  find_modes(channels, departures, basis_, modes_, spread_);
  shrink_.assign(spread_.size(), 0);
}

void BackgroundSpace::set_departures(double departure_ratio) {
  for (std::size_t k = 0; k < spread_.size(); ++k)
    shrink_[k] = 1 - 1 / std::sqrt(1 + departure_ratio * spread_[k]);
}

void BackgroundSpace::whiten(std::span<double> vector) const {
  for (std::size_t k = 0; k < free_; ++k) subtract(vector, dot(free_column(k), vector), free_column(k));
  for (std::size_t k = 0; k < spread_.size(); ++k)
    if (shrink_[k] != 0) subtract(vector, shrink_[k] * dot(mode(k), vector), mode(k));
}

std::vector<double> BackgroundSpace::fitted(std::span<const double> raw) const {
  std::vector<double> out(channels_, 0);
  for (std::size_t k = 0; k < free_; ++k) subtract(out, -dot(free_column(k), raw), free_column(k));
  for (std::size_t k = 0; k < spread_.size(); ++k) {
    // The posterior mean of a mode: ratio spread / (1 + ratio spread) of what is seen.
    const double kept = 1 - shrink_[k];
    if (shrink_[k] != 0) subtract(out, -(1 - kept * kept) * dot(mode(k), raw), mode(k));
  }
  return out;
}

BackgroundSpace::Noise BackgroundSpace::estimate_noise(std::span<const double> weighted,
                                                       std::span<const double> signals, double typical_scale,
                                                       const double* known_dispersion) const {
  // The signals may take what they like of the spectrum, so that a line is not taken for curvature.
  std::vector<double> all = basis_;
  orthonormalise(channels_, signals, all);
  std::vector<double> v(weighted.begin(), weighted.end());
  for (std::size_t k = 0; k < all.size(); k += channels_) {
    const std::span<const double> q{all.data() + k, channels_};
    subtract(v, dot(q, v), q);
  }
  std::vector<double> departures;
  for (std::size_t k = 0; k < spread_.size(); ++k)
    for (const double x : mode(k)) departures.push_back(x * std::sqrt(spread_[k]));
  std::vector<double> modes, spread;
  find_modes(channels_, departures, all, modes, spread);
  double rest = dot(v, v);
  std::vector<double> seen(spread.size());
  for (std::size_t k = 0; k < spread.size(); ++k) {
    const double u = dot({modes.data() + k * channels_, channels_}, v);
    seen[k] = u * u;
    rest -= seen[k];
  }
  const double freedom = static_cast<double>(channels_ - all.size() / channels_ - spread.size());
  Noise noise;
  noise.dispersion = known_dispersion ? *known_dispersion : std::max(rest, 0.0) / freedom;
  noise.degrees_of_freedom = known_dispersion ? std::numeric_limits<double>::infinity() : freedom;
  if (spread.empty() || !(noise.dispersion > 0)) return noise;

  constexpr int kSteps = 16;
  std::array<double, kSteps> scale{}, log_posterior{};
  for (int i = 0; i < kSteps; ++i) {
    // Evenly in the prior's own probability.
    scale[i] = typical_scale * std::tan(0.5 * M_PI * (i + 0.5) / kSteps);
    for (std::size_t k = 0; k < spread.size(); ++k) {
      const double variance = noise.dispersion + scale[i] * scale[i] * spread[k];
      log_posterior[i] -= 0.5 * (std::log(variance) + seen[k] / variance);
    }
  }
  const double highest = *std::max_element(log_posterior.begin(), log_posterior.end());
  double weight = 0, sum = 0;
  for (int i = 0; i < kSteps; ++i) {
    const double w = std::exp(log_posterior[i] - highest);
    weight += w;
    sum += w * scale[i];
  }
  noise.departure_ratio = sum * sum / (weight * weight) / noise.dispersion;
  return noise;
}

}  // namespace litho
