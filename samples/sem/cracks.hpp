#pragma once
#include "samples/sem/hardness.hpp"
#include "samples/sem/scene.hpp"

namespace litho::sem_sample {

/// Grows cracks into the scene: tapering, kinked, partly closed lines with rough walls that branch, end on
/// one another or cross. None runs beside another within sight of it, so where two meet is a node and nothing
/// else is. Every heading is equally likely.
void add_cracks(Scene& scene, RandomStream& random, const Hardness& hard, double half_span, double scale);

/// What of the cracks lies in the solid and the picture.
struct CrackPiece {
  int trace;                       ///< index in scene.cracks
  std::vector<CrackPoint> points;  ///< at least two
  int crack = -1;                  ///< connected set it belongs to, 0-based
  double length() const;
};
struct CrackNetwork {
  std::vector<CrackPiece> pieces;
  std::vector<PointPx> junctions;  ///< where branches leave, cracks end on another, or cross
  int cracks = 0;                  ///< connected sets
};
CrackNetwork visible_network(const Scene& scene);

}  // namespace litho::sem_sample
