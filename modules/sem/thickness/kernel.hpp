#pragma once
#include <optional>
#include <string>
#include <vector>

#include "modules/sem/boundaries/kernel.hpp"
#include "modules/sem/filaments/kernel.hpp"
#include "modules/sem/layers/kernel.hpp"
#include "pipeline/core/measured.hpp"
#include "pipeline/core/result.hpp"

namespace litho {

struct ThicknessScale {
  double pixel_size_nm = 0;
  std::optional<double> u_percent;  ///< standard uncertainty of the scale, where stated
  std::optional<double>
      view_tilt_deg;  ///< between the section's normal and the beam along the growth, where stated
};

struct ThicknessOptions {
  double roughness_cutoff_um = 0;  ///< Gaussian profile filter; 0: a fifth of the evaluated length
};

/// What interphase.csv asks of one image. kNotMeasured where it could not be measured. 95 % intervals.
struct InterphaseFigures {
  Side side = Side::top;
  double tilt_deg = kNotMeasured;
  double field_fraction = kNotMeasured;
  Measured thickness_um;
  double specimen_lo_um = kNotMeasured, specimen_hi_um = kNotMeasured, fields_for_1pct = kNotMeasured;
  double thickness_median_um = kNotMeasured, thickness_sd_um = kNotMeasured, thickness_p05_um = kNotMeasured,
         thickness_p95_um = kNotMeasured, thickness_min_um = kNotMeasured, thickness_max_um = kNotMeasured;
  double front_ra_um = kNotMeasured, front_rq_um = kNotMeasured, front_rz_um = kNotMeasured,
         roughness_cutoff_um = kNotMeasured, front_correlation_um = kNotMeasured,
         front_excess_length = kNotMeasured;
  int filament_count = 0;
  double filament_density_per_mm = kNotMeasured, filament_depth_mean_um = kNotMeasured,
         filament_depth_p95_um = kNotMeasured, filament_depth_max_um = kNotMeasured,
         filament_area_fraction = kNotMeasured;
  std::string morphology;  ///< planar | rough | filamentary
  double morphology_probability = kNotMeasured;
  double cnr = kNotMeasured, blur_px = kNotMeasured;
};

/// profiles/<image>.csv: one row a pixel of the reference line.
struct ProfileRow {
  double s_um;
  PointPx outer_px, front_px;
  double thickness_um;  ///< local normal distance; kNotMeasured where not valid
  bool valid;
};

struct Interphase {
  InterphaseFigures figures;
  PointPx reference_start, reference_end;  ///< the line fitted to the outer boundary, across the field
  std::vector<ProfileRow> profile;
  Flags flags;                     ///< all flags of the chain, once each
  std::vector<std::string> notes;  ///< what was not stated and so not counted in the intervals
};

/// Figures along the line fitted to the outer boundary. Thickness = area between the boundaries / length of
/// that line over the stretches where both lie in the field. Roughness: Gaussian filter of ISO 16610-21.
/// Mean's interval: autocorrelated samples [Zhang 2006, doi:10.1088/0026-1394/43/4/S15]. Errors:
/// sem.scale_missing, sem.no_layer.
Result<Interphase> measure_interphase(const Restored& picture, const LayerMap& layers,
                                      const FilamentMap& filaments, const BoundaryPair& pair,
                                      const ThicknessScale& scale, const ThicknessOptions& options);

}  // namespace litho
