#pragma once
#include <string>
#include <vector>

#include "samples/sem/scene.hpp"

namespace litho::sem_sample {

/// What a perfect measurement of the field would find, from the scene's curves alone (no pixel). px unless
/// named otherwise; NaN where there is nothing to measure.
struct Truth {
  double tilt_deg;      ///< of the line fitted to the outer boundary
  double thickness;     ///< layer area / reference length, stretches with both boundaries in the field
  double thickness_sd;  ///< of the local thickness along the reference normal
  double
      field_fraction;  ///< of the front in the field, share over which the outer boundary is in the field too
  double front_rq;     ///< of the base front in the field about its own line
  double front_peak;   ///< its highest excursion towards the electrolyte
  int filament_count;  ///< roots in the field, deeper than wide
  double filament_depth_p95, filament_depth_max;
  std::string morphology;  ///< planar | rough | filamentary
  double gap_length, gap_fraction;
};

Truth measure(const Scene& scene);

/// Points of a boundary in image coordinates, every `step` px along u, those in the picture.
std::vector<PointPx> boundary_in_picture(const Scene& scene, const Curve& curve, double step);

}  // namespace litho::sem_sample
