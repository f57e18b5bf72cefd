#include "modules/sem/forest/walk_body.hpp"

namespace litho::forest_walk {

void walk_plain(const Tree& tree, std::size_t words, const std::uint8_t* values, std::uint8_t* reach,
                std::uint64_t* sums) {
  walk(tree, words, values, reach, sums);
}

}  // namespace litho::forest_walk
