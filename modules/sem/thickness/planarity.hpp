#pragma once
#include <vector>

#include "modules/sem/filaments/kernel.hpp"
#include "modules/sem/thickness/kernel.hpp"
#include "modules/sem/thickness/profile.hpp"

namespace litho::thickness {

/// Linear between the sorted values; kNotMeasured where there are none.
double quantile(std::vector<double> values, double q);

/// Mean squares of a front's heights, px^2.
struct NoiseShare {
  double total = 0;
  double front = 0;  ///< of the front itself
  double noise = 0;  ///< of what its points were placed wrong
  /// The front is not lost in the noise.
  bool front_shows() const { return front >= noise; }
};

/// Noise that a few px share is all in the structure function at twice and at four times that many px; a
/// self-affine front's grows between them by 2^(2H), a smooth one's by 4. What is too much at the shorter lag
/// for 2H = 1.4 is noise (the nugget of a variogram [Matheron 1963, doi:10.2113/gsecongeo.58.8.1246]). Noise
/// as long as the front's own waves stays in the front. One height a px, NaN where not found.
NoiseShare split_noise(const std::vector<double>& heights, double correlation_px);

/// Fills in the roughness figures of the front, the noise's part taken off; none where noise is more than the
/// front. `correlation_px`: over which the noise of its points is shared. `um`: of one px.
NoiseShare planarity(const Profile& p, double correlation_px, double um, double cutoff_um,
                     InterphaseFigures& f);

/// Fills in the filament figures and the morphology. Thickness comes before it.
void filament_figures(const Profile& p, const FilamentMap& map, double um, double base_area_px,
                      double noise_px2, InterphaseFigures& f);

}  // namespace litho::thickness
