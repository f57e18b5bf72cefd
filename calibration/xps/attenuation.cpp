#include "calibration/xps/attenuation.hpp"

#include <cmath>
#include <optional>

#include "calibration/xps/tables.hpp"
#include "pipeline/core/number.hpp"
#include "pipeline/core/text.hpp"

namespace litho {
namespace {

AttenuatingMaterial material_of(const CalibrationRow& row) {
  return {row.text("material"),
          row.number("valence_electrons").value_or(0),
          row.number("density_g_cm3").value_or(0),
          row.number("molar_mass_g_mol").value_or(0),
          row.number("band_gap_ev").value_or(-1),
          row.number("u_percent").value_or(0) / 100,
          row.verified(),
          row.text("source")};
}

}  // namespace

std::vector<std::string> material_names() {
  std::vector<std::string> names;
  for_each_row("materials", [&](const CalibrationRow& row) { names.push_back(row.text("material")); });
  return names;
}

Result<AttenuatingMaterial> find_material(std::string_view name) {
  std::optional<AttenuatingMaterial> found;
  for_each_row("materials", [&](const CalibrationRow& row) {
    if (row.text("material") == name) found = material_of(row);
  });
  if (!found)
    return Error{"calibration.unknown_material", "", "no material is called " + std::string(name),
                 "known: " + join(material_names(), ", ")};
  return *found;
}

Result<AttenuationLength> attenuation_length(const AttenuatingMaterial& material, double kinetic_ev,
                                             bool relativistic) {
  constexpr double kLowest = 50, kHighest = 30000;
  if (!(kinetic_ev >= kLowest && kinetic_ev <= kHighest))
    return Error{"calibration.energy", material.name,
                 "TPP-2M holds from 50 to 30000 eV, not at " + format_double(kinetic_ev) + " eV", ""};
  const double rho = material.density_g_cm3, gap = material.band_gap_ev;
  const double u = material.valence_electrons * rho / material.molar_mass_g_mol;
  if (!(u > 0 && rho > 0 && gap >= 0 && std::isfinite(u) && std::isfinite(gap)))
    return Error{"calibration.material", material.name,
                 "valence electrons, density and molar mass have to be positive, the band gap not negative",
                 ""};
  constexpr double kRestEnergyEv = 510998.95;
  const double e = kinetic_ev, slow = 1 + e / kRestEnergyEv;
  const double a = relativistic ? (1 + e / (2 * kRestEnergyEv)) / (slow * slow) : 1;
  const double plasmon = (relativistic ? 28.816 : 28.8) * std::sqrt(u);
  const double beta = -1.0 + 9.44 / std::hypot(plasmon, gap) + 0.69 * std::pow(rho, 0.1);  // 1/(eV nm)
  const double gamma = 0.191 / std::sqrt(rho);
  const double c = 19.7 - 9.1 * u, d = 534 - 208 * u;
  const double inverse = plasmon * plasmon * (beta * std::log(gamma * a * e) - c / e + d / (e * e));
  const double nm = a * e / inverse;
  if (!(nm > 0 && std::isfinite(nm)))
    return Error{"calibration.material", material.name, "TPP-2M gives no length for these figures", ""};
  return AttenuationLength{nm, material.u_relative};
}

Result<AttenuationLength> attenuation_length_nm(std::string_view material, double kinetic_ev) {
  const auto found = find_material(material);
  if (!found) return found.errors();
  return attenuation_length(*found, kinetic_ev);
}

}  // namespace litho
