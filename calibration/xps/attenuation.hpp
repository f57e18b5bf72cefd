#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/core/result.hpp"

namespace litho {

/// What TPP-2M needs to know of a material.
struct AttenuatingMaterial {
  std::string name;
  double valence_electrons = 0;  ///< an atom or formula unit
  double density_g_cm3 = 0;
  double molar_mass_g_mol = 0;
  double band_gap_ev = 0;  ///< 0 for a metal
  double u_relative = 0;   ///< standard uncertainty of the lengths TPP-2M gives
  bool verified = false;   ///< false: the band gap or the density was not checked
  std::string source;
};
/// calibration/data/xps_materials.csv. Errors: calibration.unknown_material.
Result<AttenuatingMaterial> find_material(std::string_view name);
std::vector<std::string> material_names();

/// Inelastic mean free path by TPP-2M, relativistic [doi:10.1002/sia.740210302, doi:10.1002/sia.5789]:
///   a E / (Ep^2 (beta ln(gamma a E) - C/E + D/E^2)).
/// Elastic scattering is not in it: the length that attenuates a line at normal emission is some 5 to 15 %
/// shorter. `relativistic` false gives the formula of 1994 with Ep = 28.8 eV sqrt(U), as other programs use
/// it. Errors: calibration.energy (kinetic_ev outside 50 to 30000), calibration.material (inputs not positive
/// or so unusual that the formula has no positive value).
struct AttenuationLength {
  double nm = 0;
  double u_relative = 0;
};
Result<AttenuationLength> attenuation_length(const AttenuatingMaterial& material, double kinetic_ev,
                                             bool relativistic = true);
/// Of a material of the table.
Result<AttenuationLength> attenuation_length_nm(std::string_view material, double kinetic_ev);

}  // namespace litho
