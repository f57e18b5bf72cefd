#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/core/result.hpp"

namespace litho {

enum class Dimension { number, length, area, pixel, pixel_area, energy, angle, time, voltage, ratio };

/// A unit as written in options, sheets and column names. Lengths in um and energies in eV are the project's
/// own.
struct Unit {
  std::string_view symbol;
  Dimension dimension;
  double scale;  ///< value in this unit * scale = value in the dimension's base (m, m2, px, px2, eV, rad, s,
                 ///< V, 1)
};

/// Known: pm nm um mm cm m, um2 mm2, px px2, eV meV keV, deg rad, s ms min h, V kV, % and 1 (no unit). "µ"
/// (both code points) reads as "u".
const std::vector<Unit>& units();
const Unit* find_unit(std::string_view symbol);

struct Quantity {
  double value;
  Unit unit;
};

/// "48.8 nm", "0.5um", "12" (no unit). Errors: unit.bad_number, unit.unknown.
Result<Quantity> parse_quantity(std::string_view text);
/// Value in the unit `to`. Errors: unit.dimension (a length asked for, an energy given; a bare number where a
/// unit is due).
Result<double> convert(const Quantity& quantity, const Unit& to);
/// "48.8 nm" read as a number of `unit`: both steps.
Result<double> parse_in_unit(std::string_view text, std::string_view unit);

}  // namespace litho
