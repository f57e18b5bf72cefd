#include "pipeline/core/units.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "pipeline/core/number.hpp"
#include "pipeline/core/text.hpp"

namespace litho {
namespace {

std::string ascii_unit(std::string_view symbol) {
  std::string out(trim(symbol));
  for (const std::string_view micro : {"\u00b5", "\u03bc"})
    if (const auto at = out.find(micro); at != std::string::npos) out.replace(at, micro.size(), "u");
  if (out == "\u00b0") out = "deg";
  return out;
}

/// large / small, whole where it is meant to be: scales below 1 are not exact, and 0.5 mm must be 500 um.
double factor(double large, double small) {
  const double ratio = large / small;
  const double whole = std::round(ratio);
  return std::abs(ratio - whole) <= 1e-9 * whole ? whole : ratio;
}

}  // namespace

const std::vector<Unit>& units() {
  using enum Dimension;
  static const std::vector<Unit> all{
      {"", number, 1},      {"pm", length, 1e-12},  {"nm", length, 1e-9},
      {"um", length, 1e-6}, {"mm", length, 1e-3},   {"cm", length, 1e-2},
      {"m", length, 1},     {"um2", area, 1e-12},   {"mm2", area, 1e-6},
      {"px", pixel, 1},     {"px2", pixel_area, 1}, {"meV", energy, 1e-3},
      {"eV", energy, 1},    {"keV", energy, 1e3},   {"deg", angle, std::numbers::pi / 180},
      {"rad", angle, 1},    {"ms", time, 1e-3},     {"s", time, 1},
      {"min", time, 60},    {"h", time, 3600},      {"V", voltage, 1},
      {"kV", voltage, 1e3}, {"%", ratio, 1e-2},
  };
  return all;
}

const Unit* find_unit(std::string_view symbol) {
  const std::string wanted = ascii_unit(symbol);
  const auto it = std::ranges::find(units(), wanted, &Unit::symbol);
  return it == units().end() ? nullptr : &*it;
}

Result<Quantity> parse_quantity(std::string_view text) {
  const std::string_view whole = trim(text);
  const auto end_of_number = [&] {
    // An 'e' belongs to the number only where digits follow it: "1e-3 m", but "5 eV".
    for (std::size_t n = whole.size(); n > 0; --n)
      if (parse_double(trim(whole.substr(0, n)))) return n;
    return std::size_t{0};
  }();
  if (end_of_number == 0)
    return Error{"unit.bad_number", "", "'" + std::string(whole) + "' does not start with a number",
                 "write a number and its unit, for example \"48.8 nm\", with a point as decimal mark"};
  const std::string_view symbol = trim(whole.substr(end_of_number));
  const Unit* unit = find_unit(symbol);
  if (unit == nullptr)
    return Error{"unit.unknown", "",
                 "'" + std::string(symbol) + "' in '" + std::string(whole) + "' is not a known unit",
                 "known: pm nm um mm cm m, um2 mm2, px px2, eV meV keV, deg rad, s ms min h, V kV, %"};
  return Quantity{*parse_double(trim(whole.substr(0, end_of_number))), *unit};
}

Result<double> convert(const Quantity& quantity, const Unit& to) {
  if (quantity.unit.dimension == to.dimension) {
    const double from = quantity.unit.scale;
    return from >= to.scale ? quantity.value * factor(from, to.scale)
                            : quantity.value / factor(to.scale, from);
  }
  const std::string given =
      quantity.unit.symbol.empty() ? "no unit" : "'" + std::string(quantity.unit.symbol) + "'";
  const std::string due = to.symbol.empty() ? "a bare number" : "a value in '" + std::string(to.symbol) + "'";
  return Error{
      "unit.dimension", "", due + " is due, but " + given + " is given",
      to.symbol.empty() ? "remove the unit" : "write for example \"1 " + std::string(to.symbol) + "\""};
}

Result<double> parse_in_unit(std::string_view text, std::string_view unit) {
  const Unit* to = find_unit(unit);
  if (to == nullptr) return Error{"unit.unknown", "", "'" + std::string(unit) + "' is not a known unit", ""};
  const auto quantity = parse_quantity(text);
  if (!quantity) return quantity.errors();
  return convert(*quantity, *to);
}

}  // namespace litho
