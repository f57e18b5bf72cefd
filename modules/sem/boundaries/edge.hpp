#pragma once
#include <vector>

namespace litho::boundaries {

/// Mean grey across a boundary; px from the boundary, growing into the specimen.
struct MeanProfile {
  std::vector<double> place, grey;
};

struct EdgeFit {
  double blur = 0, offset = 0, residual = 0;
};

/// A step from -1/2 to 1/2 at 0, blurred by a Gaussian.
double erf_step(double t, double blur);

/// Blur and offset of a mean edge, px; blur 0 where there are too few points. A rim, looked for on either
/// side where asked, is believed where a plain step fits ill and the rim explains far more. `expected`: step
/// between the phases.
EdgeFit measure_edge(const MeanProfile& mean, double expected, bool with_rim);

}  // namespace litho::boundaries
