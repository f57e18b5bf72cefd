#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/core/result.hpp"

namespace litho {

/// A figure of a CasaXPS component with its bounds; `linked` >= 0: scaled or shifted by `link` from component
/// `linked` of the list.
struct CasaFigure {
  double value = 0, lowest = 0, highest = 0;
  int linked = -1;
  double link = 0;
};

/// Energies are kinetic energies in eV as CasaXPS stores them, before its calibration.
struct CasaRegion {
  std::string name, background;  ///< "Fe 2p", "U 3 Tougaard"
  double low_kinetic_ev = 0, high_kinetic_ev = 0;
  double sensitivity = 0;
  int averaged_points = 0;                     ///< at each end of the background
  std::vector<double> offsets_and_parameters;  ///< two end offsets, then the background's parameters
};
struct CasaComponent {
  std::string name, shape;  ///< "LF(0.54,10,80,100,6)"
  CasaFigure area;          ///< counts per second x eV
  CasaFigure fwhm_ev, position_kinetic_ev;
  double sensitivity = 0;
};
/// "Calib M = 280 A = 285 BE ADD": binding energies are moved so that `measured_ev` becomes `assigned_ev`.
struct CasaCalibration {
  double measured_ev = 0, assigned_ev = 0;
};
struct CasaFit {
  std::vector<CasaRegion> regions;
  std::vector<CasaComponent> components;
  std::vector<CasaCalibration> calibrations;
};

/// What CasaXPS keeps in the comments of a VAMAS block; empty where it kept nothing. Errors, with the line of
/// the comment: casaxps_fits.bad_line.
Result<CasaFit> read_casa_fit(std::string_view comments);

/// "LF(0.54,10,80,100,6)" is "LF" and its numbers. Errors: casaxps_fits.bad_shape.
struct CasaShape {
  std::string name;
  std::vector<double> parameters;
};
Result<CasaShape> parse_casa_shape(std::string_view text);

}  // namespace litho
