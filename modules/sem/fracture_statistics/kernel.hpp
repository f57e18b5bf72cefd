#pragma once
#include <optional>
#include <string>
#include <vector>

#include "modules/sem/crack_network/kernel.hpp"
#include "modules/sem/delamination/kernel.hpp"
#include "modules/sem/pellet/kernel.hpp"
#include "pipeline/core/measured.hpp"

namespace litho {

struct FractureScale {
  double pixel_size_nm = 0;
  std::optional<double> u_percent;  ///< standard uncertainty of the scale, where stated
};

/// From where a verdict holds.
struct VerdictLimits {
  double cracked_density_per_um = 0;  ///< and at least one crack
  std::optional<double> fractured_density_per_um, fractured_area_fraction;
  bool spanning_is_fractured = true;
};

/// What fracture.csv asks of one image; kNotMeasured where it could not be measured. 95 % intervals.
struct FractureFigures {
  double pellet_area_um2 = kNotMeasured;
  int crack_count = 0;
  double crack_count_corrected = kNotMeasured;  ///< half of the ends in the field: no border bias
  double crack_length_um = kNotMeasured;
  Measured crack_density_per_um;  ///< P21
  double p20_per_um2 = kNotMeasured;
  double crack_area_fraction = kNotMeasured;  ///< P22
  Measured opening_mean_um;
  double opening_p95_um = kNotMeasured, opening_max_um = kNotMeasured;
  double orientation_deg = kNotMeasured;  ///< to the front, else to the x axis; counter-clockwise, (-90, 90]
  std::string orientation_reference;      ///< front | outer boundary | image
  double orientation_order = kNotMeasured;
  double spacing_along_um = kNotMeasured,
         spacing_across_um =
             kNotMeasured;  ///< mean distance of cracks on a line along (across) the reference
  int tip_nodes = 0, border_nodes = 0, tee_nodes = 0, crossing_nodes = 0, junction_count = 0;
  double connections_per_branch = kNotMeasured;
  double largest_cluster_um = kNotMeasured;
  bool spans_field = false;
  int cracks_at_interphase = 0, cracks_crossing_interphase = 0, cracks_within_interphase = 0;
  double delamination_um = kNotMeasured, delamination_fraction = kNotMeasured,
         delamination_opening_um = kNotMeasured;
  double delamination_outer_um = kNotMeasured, delamination_front_um = kNotMeasured;
  std::string verdict;
};

struct Fracture {
  FractureFigures figures;
  double reference_deg = 0;  ///< direction from which orientations count, counter-clockwise from the x axis
  std::vector<std::string> notes;
};

/// Density: length over pellet area; its interval adds the counting of cracks of unequal length (compound
/// Poisson: sum of squares of lengths), what lies within a log-odds of 1 of even, and the scale's. Counting
/// by ends, spacing by the lengths' parts along and across: no bias from the field's border. Errors:
/// sem.scale_missing is the caller's.
Fracture measure_fracture(const CrackNetwork& network, const CrackPaths& paths,
                          const Delamination& delamination, const Pellet& pellet, const FractureScale& scale,
                          const VerdictLimits& limits);

}  // namespace litho
