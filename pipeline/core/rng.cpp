#include "pipeline/core/rng.hpp"

#include <cassert>
#include <cmath>
#include <numbers>

namespace litho {

std::array<std::uint32_t, 4> philox4x32(std::array<std::uint32_t, 4> counter,
                                        std::array<std::uint32_t, 2> key) {
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t p0 = std::uint64_t{0xD2511F53} * counter[0];
    const std::uint64_t p1 = std::uint64_t{0xCD9E8D57} * counter[2];
    counter = {static_cast<std::uint32_t>(p1 >> 32) ^ counter[1] ^ key[0], static_cast<std::uint32_t>(p1),
               static_cast<std::uint32_t>(p0 >> 32) ^ counter[3] ^ key[1], static_cast<std::uint32_t>(p0)};
    key[0] += 0x9E3779B9;
    key[1] += 0xBB67AE85;
  }
  return counter;
}

RandomStream::RandomStream(std::uint64_t seed, std::string_view name)
    : key_{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)} {
  std::uint64_t hash = 0xcbf29ce484222325;  // FNV-1a, 64 bit
  for (const char c : name) hash = (hash ^ static_cast<std::uint8_t>(c)) * 0x100000001b3;
  counter_[2] = static_cast<std::uint32_t>(hash);
  counter_[3] = static_cast<std::uint32_t>(hash >> 32);
}

std::uint32_t RandomStream::bits() {
  if (left_ == 0) {
    block_ = philox4x32(counter_, key_);
    left_ = 4;
    if (++counter_[0] == 0) ++counter_[1];
  }
  return block_[4 - left_--];
}

double RandomStream::uniform() {
  const std::uint64_t high = bits(), low = bits();
  return static_cast<double>((high << 21) ^ (low >> 11)) * 0x1p-53;
}

std::uint32_t RandomStream::below(std::uint32_t n) {
  const std::uint32_t rest = -n % n;  // 2^32 mod n: the share to refuse
  for (;;) {
    const std::uint64_t product = std::uint64_t{bits()} * n;
    if (static_cast<std::uint32_t>(product) >= rest) return static_cast<std::uint32_t>(product >> 32);
  }
}

double RandomStream::normal() {
  const double radius = std::sqrt(-2 * std::log1p(-uniform()));
  return radius * std::cos(2 * std::numbers::pi * uniform());
}

double RandomStream::poisson(double mean) {
  assert(mean >= 0 && std::isfinite(mean));
  if (mean < 30) {
    double p = std::exp(-mean), cumulative = p, k = 0;
    for (const double u = uniform(); u > cumulative && p > 0;) {
      p *= mean / ++k;
      cumulative += p;
    }
    return k;
  }
  const double log_mean = std::log(mean);
  const double b = 0.931 + 2.53 * std::sqrt(mean), a = -0.059 + 0.02483 * b;
  const double inverse_alpha = 1.1239 + 1.1328 / (b - 3.4), v_r = 0.9277 - 3.6224 / (b - 2);
  for (;;) {
    const double u = uniform() - 0.5, v = uniform(), us = 0.5 - std::abs(u);
    const double k = std::floor((2 * a / us + b) * u + mean + 0.43);
    if (us >= 0.07 && v <= v_r) return k;
    if (k < 0 || (us < 0.013 && v > us)) continue;
    if (std::log(v) + std::log(inverse_alpha) - std::log(a / (us * us) + b) <=
        k * log_mean - mean - std::lgamma(k + 1))
      return k;
  }
}

}  // namespace litho
