#pragma once
#include <vector>

namespace litho::boundaries {

/// Mean grey across a boundary; px from the boundary, growing into the specimen.
struct MeanProfile {
  std::vector<double> place, grey;
};

struct EdgeFit {
  double blur = 0, offset = 0, residual = 0;
  double offset_u = 0;  ///< standard uncertainty of the offset from what else fits
};

/// A step from -1/2 to 1/2 at 0, blurred by a Gaussian.
double erf_step(double t, double blur);

/// Blur of a mean edge without a rim, px, its offset left at 0; blur 0 where there are too few points.
EdgeFit measure_edge(const MeanProfile& mean);
/// The same for an edge that may carry a bright rim on its right, by the picture's blur, which is known from
/// another edge: a rim under a brighter left side looks like a wider step farther to the right. The offset is
/// the mean over all places that fit nearly as well as the best, with or without a rim, so that a rim which
/// blur hides widens the uncertainty.
EdgeFit measure_rimmed_edge(const MeanProfile& mean, double picture_blur);

}  // namespace litho::boundaries
