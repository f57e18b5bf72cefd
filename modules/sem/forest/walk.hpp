#pragma once
#include <cstddef>
#include <cstdint>

namespace litho::forest_walk {

inline constexpr std::size_t kBlock = 64;  // cells that go through a tree together

/// A byte of each cell, in one line of the cache.
struct alignas(kBlock) Line {
  std::uint8_t cells[kBlock];
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
};

/// Takes 64 cells through a tree without a branch: every node is asked about all of them. Feature f of cell i
/// is values[f * kBlock + i]; `reach` has room for kBlock bytes a node; both lie at
/// multiples of kBlock. Adds to sums[w * kBlock + i]. One for
/// every kind of processor; whole numbers, so all give the same.
using Walk = void (*)(const Tree& tree, std::size_t words, const std::uint8_t* values, std::uint8_t* reach,
                      std::uint64_t* sums);
void walk_plain(const Tree&, std::size_t, const std::uint8_t*, std::uint8_t*, std::uint64_t*);
void walk_avx2(const Tree&, std::size_t, const std::uint8_t*, std::uint8_t*, std::uint64_t*);
void walk_avx512(const Tree&, std::size_t, const std::uint8_t*, std::uint8_t*, std::uint64_t*);

/// The fastest that this processor can run.
Walk choose_walk();

}  // namespace litho::forest_walk
