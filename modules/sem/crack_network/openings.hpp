#pragma once
#include <vector>

#include "modules/sem/crack_network/kernel.hpp"

namespace litho::crack_network {

/// Openings along each path, px, one a point: slots fitted to profiles that are means over 9 px along (see
/// crack_profiles/slot_fit.hpp), with the look of walls and the darkness of narrow cracks that the picture's
/// own resolved ones show.
std::vector<std::vector<float>> measure_openings(const Image<float>& grey,
                                                 const std::vector<CrackPath>& paths,
                                                 const CrackScene& scene);

}  // namespace litho::crack_network
