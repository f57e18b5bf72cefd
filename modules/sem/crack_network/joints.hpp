#pragma once
#include <vector>

#include "modules/sem/crack_network/kernel.hpp"

namespace litho::crack_network {

/// Lengthens ends that run into another crack up to its middle, and returns all nodes: tips, tees (an end on
/// a crack) and crossings (two cracks through one another, or tees opposite each other).
std::vector<CrackNode> join_cracks(std::vector<CrackLine>& cracks);

}  // namespace litho::crack_network
