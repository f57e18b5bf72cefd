#pragma once
#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "pipeline/core/rng.hpp"

namespace litho::test {

/// Calls `read` with damaged copies of `file`: cut at many places, then with bytes changed, dropped, repeated
/// or swapped for the extremes that break length checks. The same every time. What is tested is that nothing
/// crashes.
template <class Read>
void for_each_mutation(std::span<const std::uint8_t> file, int rounds, Read read) {
  const std::size_t n = file.size();
  for (int i = 0; i < rounds / 2; ++i)
    read(std::vector<std::uint8_t>(
        file.begin(), file.begin() + static_cast<std::ptrdiff_t>(n * static_cast<std::size_t>(i) /
                                                                 static_cast<std::size_t>(rounds / 2 + 1))));
  RandomStream random(7, "mutations");
  constexpr std::uint8_t kExtremes[]{0x00, 0x01, 0x7F, 0x80, 0xFF, '-', '9', '\n', ' ', '0'};
  for (int i = 0; i < rounds && n > 0; ++i) {
    std::vector<std::uint8_t> copy(file.begin(), file.end());
    const std::uint32_t changes = 1 + random.below(4);
    for (std::uint32_t k = 0; k < changes; ++k) {
      if (copy.empty()) break;
      const auto at = static_cast<std::ptrdiff_t>(random.below(static_cast<std::uint32_t>(copy.size())));
      const auto length = std::min<std::ptrdiff_t>(static_cast<std::ptrdiff_t>(random.below(16)) + 1,
                                                   static_cast<std::ptrdiff_t>(copy.size()) - at);
      switch (random.below(4)) {
        case 0:
          copy[static_cast<std::size_t>(at)] = static_cast<std::uint8_t>(random.below(256));
          break;
        case 1:
          std::fill_n(copy.begin() + at, length, kExtremes[random.below(std::size(kExtremes))]);
          break;
        case 2:
          copy.erase(copy.begin() + at, copy.begin() + at + length);
          break;
        default: {
          const std::vector<std::uint8_t> piece(copy.begin() + at, copy.begin() + at + length);
          copy.insert(copy.begin() + at, piece.begin(), piece.end());
        }
      }
    }
    read(copy);
  }
}

}  // namespace litho::test
