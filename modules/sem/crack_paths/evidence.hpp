#pragma once
#include <vector>

#include "modules/sem/crack_paths/kernel.hpp"

namespace litho::crack_paths {

/// The valley at each point of a line.
struct Seen {
  Polyline line;
  std::vector<Valley> valley;
  std::vector<float> strength;  ///< sigma
};

/// Moves a line into the middle of the valley it follows and reads the valley at each point. `reach_px`: how
/// far the line may lie beside it; `foot_px`: from the half heights to where the flanks begin.
Seen follow_valley(const Image<float>& grey, const RidgeMap& ridges, const Polyline& line, double reach_px,
                   double foot_px);

/// Stretches of `seen` where there is a valley: pieces without one are cut off the ends and out of the
/// middle.
std::vector<Seen> present_stretches(const Seen& seen, double min_length_px);

/// `scene` gives the void's grey and the blur. The score is the log-odds of a crack; far below zero for what
/// cannot be an empty crack: filled valleys, and what is no longer than three times its width.
PathEvidence weigh(const Seen& seen, const CrackPaths& scene);

}  // namespace litho::crack_paths
