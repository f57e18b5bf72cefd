#pragma once
// The same walk for every kind of processor: each source that includes this is compiled for one. Nothing here
// may have external linkage, or the linker could give one processor's code to another.
#include <cstring>

#include "modules/sem/forest/walk.hpp"

namespace litho::forest_walk {
namespace {

// As many cells at a time as the processor compares at once: wider vectors would be taken apart.
#ifdef __AVX2__
constexpr std::size_t kWide = 32;
#else
constexpr std::size_t kWide = 16;
#endif
using Bytes [[gnu::vector_size(kWide)]] = std::uint8_t;

inline Bytes load(const std::uint8_t* from) {
  Bytes out;
  std::memcpy(&out, __builtin_assume_aligned(from, kWide), sizeof out);
  return out;
}
inline void store(std::uint8_t* to, const Bytes& bytes) {
  std::memcpy(__builtin_assume_aligned(to, kWide), &bytes, sizeof bytes);
}

/// Adds what the leaves of `cells` cells hold: `numbers` of leaves counted from `first`, `any` where the leaf
/// is among them.
inline void add_shares(const Tree& tree, std::size_t words, std::size_t first, const std::uint8_t* numbers,
                       const std::uint8_t* any, std::size_t cells, std::uint64_t* sums) {
  if (words == 1 && tree.leaf_count <= 256) {
    for (std::size_t i = 0; i < cells; ++i) sums[i] += tree.shares[numbers[i]];
    return;
  }
  for (std::size_t w = 0; w < words; ++w)
    for (std::size_t i = 0; i < cells; ++i)
      if (any[i]) sums[w * kBlock + i] += tree.shares[(first + numbers[i]) * words + w];
}

/// kWide cells.
inline void walk_line(const Tree& tree, std::size_t words, const std::uint8_t* values, std::uint8_t* reach,
                      std::uint64_t* sums) {
  std::memset(reach, 0xFF, kWide);
  for (std::size_t k = 0; k < tree.split_count; ++k) {
    const Split& s = tree.splits[k];
    const Bytes here = load(reach + s.from * kWide);
    const Bytes limit = Bytes{} + s.threshold;
    const Bytes low = reinterpret_cast<Bytes>(load(values + s.feature * kBlock) <= limit);
    store(reach + s.left * kWide, here & low);
    store(reach + s.right * kWide, here & ~low);
  }
  // Each cell reaches one leaf: its number, byte by byte.
  for (std::size_t first = 0; first < tree.leaf_count; first += 256) {
    const std::size_t end = tree.leaf_count < first + 256 ? tree.leaf_count : first + 256;
    Bytes number{}, reached{};
    for (std::size_t k = first; k < end; ++k) {
      const Bytes here = load(reach + tree.leaves[k] * kWide);
      number |= here & (Bytes{} + static_cast<std::uint8_t>(k - first));
      reached |= here;
    }
    alignas(kWide) std::uint8_t numbers[kWide], any[kWide];
    store(numbers, number), store(any, reached);
    add_shares(tree, words, first, numbers, any, kWide, sums);
  }
}

[[maybe_unused]] inline void walk(const Tree& tree, const std::uint8_t* values, std::uint8_t* scratch,
                                  const Sums& sums) {
  for (std::size_t i = 0; i < kBlock; i += kWide)
    walk_line(tree, sums.words, values + i, scratch, sums.packed + i);
}

}  // namespace
}  // namespace litho::forest_walk
