#pragma once
#include <cstddef>
#include <cstdint>

namespace litho::forest_walk {

inline constexpr std::size_t kBlock = 512;  // cells that go through a tree together
inline constexpr std::size_t kLine =
    64;  // bytes of a line of the cache: a byte of 64 cells, or a bit of a block

struct alignas(kLine) Line {
  std::uint8_t bytes[kLine];
};

/// A node that parts the cells at `from`: values up to the threshold go to `left`, the others to `right`.
/// Places are those of the nodes in their tree; parents come before their children.
struct Split {
  std::uint8_t feature, threshold;
  std::uint16_t from, left, right;
};

/// A tree as prediction reads it.
struct Tree {
  const Split* splits;
  std::size_t split_count;
  const std::uint16_t* leaves;  ///< places
  std::size_t leaf_count;
  const std::uint64_t* shares;  ///< per leaf `words` words: four classes in 16 bits each
  const std::uint16_t* table;   ///< the same class by class, each padded to a multiple of 64 leaves
};

/// Shares of a block's cells, summed over trees: what is in both counts.
struct Sums {
  std::size_t classes, words;
  std::uint64_t* packed;  ///< four classes in 16 bits each, of cell i at w * kBlock + i
  std::uint16_t* planes;  ///< of cell i at c * kBlock + i, at a multiple of kLine
};

/// Takes a block of cells through a tree without a branch: every node is asked about all of them. Feature f
/// of cell i is values[f * kBlock + i]; `scratch` has room for a line a node; both lie at multiples of
/// kLine. One for every kind of processor; whole numbers, so all give the same.
using Walk = void (*)(const Tree& tree, const std::uint8_t* values, std::uint8_t* scratch, const Sums& sums);
void walk_plain(const Tree&, const std::uint8_t*, std::uint8_t*, const Sums&);
void walk_avx2(const Tree&, const std::uint8_t*, std::uint8_t*, const Sums&);
void walk_avx512(const Tree&, const std::uint8_t*, std::uint8_t*, const Sums&);

/// The fastest that this processor can run.
Walk choose_walk();

}  // namespace litho::forest_walk
