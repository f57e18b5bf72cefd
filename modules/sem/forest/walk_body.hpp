#pragma once
// The same walk for every kind of processor: each source that includes this is compiled for one. Nothing here
// may have external linkage, or the linker could give one processor's code to another.
#include <cstring>

#include "modules/sem/forest/walk.hpp"

namespace litho::forest_walk {
namespace {

using Bytes [[gnu::vector_size(kBlock)]] = std::uint8_t;

inline Bytes load(const std::uint8_t* from) {
  Bytes out;
  std::memcpy(&out, __builtin_assume_aligned(from, kBlock), sizeof out);
  return out;
}
inline void store(std::uint8_t* to, const Bytes& bytes) {
  std::memcpy(__builtin_assume_aligned(to, kBlock), &bytes, sizeof bytes);
}

inline void walk(const Tree& tree, std::size_t words, const std::uint8_t* values, std::uint8_t* reach,
                 std::uint64_t* sums) {
  std::memset(reach, 0xFF, kBlock);
  for (std::size_t k = 0; k < tree.split_count; ++k) {
    const Split& s = tree.splits[k];
    const Bytes here = load(reach + s.from * kBlock);
    const Bytes limit = Bytes{} + s.threshold;
    const Bytes low = reinterpret_cast<Bytes>(load(values + s.feature * kBlock) <= limit);
    store(reach + s.left * kBlock, here & low);
    store(reach + s.right * kBlock, here & ~low);
  }
  // Each cell reaches one leaf: its number, byte by byte.
  for (std::size_t first = 0; first < tree.leaf_count; first += 256) {
    const std::size_t end = tree.leaf_count < first + 256 ? tree.leaf_count : first + 256;
    Bytes number{}, reached{};
    for (std::size_t k = first; k < end; ++k) {
      const Bytes here = load(reach + tree.leaves[k] * kBlock);
      number |= here & (Bytes{} + static_cast<std::uint8_t>(k - first));
      reached |= here;
    }
    alignas(kBlock) std::uint8_t numbers[kBlock], any[kBlock];
    store(numbers, number), store(any, reached);
    if (words == 1 && tree.leaf_count <= 256) {
      for (std::size_t i = 0; i < kBlock; ++i) sums[i] += tree.shares[numbers[i]];
      return;
    }
    for (std::size_t w = 0; w < words; ++w)
      for (std::size_t i = 0; i < kBlock; ++i)
        if (any[i]) sums[w * kBlock + i] += tree.shares[(first + numbers[i]) * words + w];
  }
}

}  // namespace
}  // namespace litho::forest_walk
