#pragma once
#include <cstddef>
#include <span>
#include <vector>

namespace litho {

/// Directions that a signal of unknown place, width or make-up can take in whitened data: unit vectors over a
/// grid of two nuisances (one row or one column where there is only one).
struct DirectionGrid {
  std::size_t rows = 1, columns = 1, dimension = 0;
  std::vector<double> unit;  ///< row by row
  /// Chi-square that each row costs beforehand, lowest at `free_row`; empty for none. Volumes are then those
  /// of a surface without cost that is crossed as often at z = 2.6.
  std::vector<double> row_penalty = {};
  std::size_t free_row = 0;
};

/// Intrinsic volumes of the surface that the directions span.
struct DirectionVolumes {
  double half_perimeter = 0;
  double area = 0;
};
DirectionVolumes direction_volumes(const DirectionGrid& grid);

/// Upper tail of the standard normal, and its inverse.
double normal_tail(double z);
double normal_tail_inverse(double p);
/// z with the same upper tail in the standard normal as t has in Student's distribution.
double normal_from_student(double t, double degrees_of_freedom);

/// P(largest projection of standard normal noise on the directions > z), z > 0: the expected Euler
/// characteristic of the excursion set [doi:10.1214/aoap/1019737661;
/// doi:10.1016/j.astropartphys.2011.08.005], counted as upcrossings from a start below so that it stays a
/// probability at small z.
double look_elsewhere_tail(double z, const DirectionVolumes& volumes);
/// The z at which it is p.
double look_elsewhere_threshold(double p, const DirectionVolumes& volumes);

}  // namespace litho
