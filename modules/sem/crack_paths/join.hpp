#pragma once
#include <vector>

#include "modules/sem/crack_profiles/kernel.hpp"

namespace litho::crack_paths {

/// A line of candidate pixels and how clearly it is seen.
struct Trace {
  Polyline line;
  double strength = 0;  ///< mean over its points, in sigma
};

struct JoinRule {
  double reach_px;        ///< ends farther apart are not joined
  double turn_cos;        ///< cosine of the sharpest turn at a joint
  double strength_ratio;  ///< of the two traces at most
};

/// Joins traces end to end where they go on as one: the straightest pairs of near ends first, each end once.
std::vector<Trace> join_ends(std::vector<Trace> traces, const JoinRule& rule);

/// Direction in which a line leaves its start (or end), over about `reach` px; a unit vector.
PointPx outward(const Polyline& line, bool at_start, double reach);

}  // namespace litho::crack_paths
