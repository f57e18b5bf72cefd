#include "modules/sem/forest/walk_body.hpp"

namespace litho::forest_walk {

void walk_plain(const Tree& tree, const std::uint8_t* values, std::uint8_t* scratch, const Sums& sums) {
  walk(tree, values, scratch, sums);
}

}  // namespace litho::forest_walk
