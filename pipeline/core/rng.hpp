#pragma once
#include <array>
#include <cstdint>
#include <string_view>

namespace litho {

/// Philox4x32-10 [Salmon et al., SC11, doi:10.1145/2063384.2063405]: the block of a counter under a key, no
/// state.
std::array<std::uint32_t, 4> philox4x32(std::array<std::uint32_t, 4> counter,
                                        std::array<std::uint32_t, 2> key);

/// A random stream that is a function of (seed, name) alone, so results cannot depend on threads or order.
/// Streams of different names are independent. 2^66 numbers long.
class RandomStream {
 public:
  RandomStream(std::uint64_t seed, std::string_view name);

  std::uint32_t bits();
  /// Uniform in [0, 1), 53 bits.
  double uniform();
  double uniform(double lo, double hi) { return lo + (hi - lo) * uniform(); }
  /// Whole number in [0, n), n >= 1, without bias.
  std::uint32_t below(std::uint32_t n);
  /// Standard normal (Box-Muller).
  double normal();
  /// Poisson of mean >= 0; exact (inversion) below 30, PTRS [Hörmann 1993, doi:10.1016/0167-6687(93)90997-4]
  /// above.
  double poisson(double mean);

 private:
  std::array<std::uint32_t, 2> key_;
  std::array<std::uint32_t, 4> counter_{};
  std::array<std::uint32_t, 4> block_{};
  int left_ = 0;
};

}  // namespace litho
