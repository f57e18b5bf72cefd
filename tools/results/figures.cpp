#include "tools/results/figures.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "pipeline/core/number.hpp"

namespace litho {
namespace {

const std::map<std::string, std::vector<std::string>>& shipped_figures() {
  static const std::map<std::string, std::vector<std::string>> figures{
      {"interphase",
       {"thickness_um", "thickness_sd_um", "front_ra_um", "front_rq_um", "front_rz_um", "front_excess_length",
        "filament_density_per_mm", "filament_depth_mean_um", "filament_depth_max_um",
        "filament_area_fraction"}},
      {"fracture",
       {"crack_density_per_um", "crack_area_fraction", "crack_length_um", "opening_mean_um",
        "orientation_order", "delamination_fraction"}},
      {"coverage", {"cr2p_ratio", "covered_fraction", "li_thickness_nm", "cr2p_area", "li1s_area"}}};
  return figures;
}

bool holds_numbers(const Table& table, std::size_t column) {
  bool any = false;
  for (const auto& row : table.rows()) {
    if (std::holds_alternative<std::string>(row[column])) return false;
    any = any || std::isfinite(number_in(row[column]));
  }
  return any;
}

}  // namespace

int column_of(const Table& table, std::string_view name) {
  const auto it = std::ranges::find(table.columns(), name);
  return it == table.columns().end() ? -1 : static_cast<int>(it - table.columns().begin());
}

double number_in(const Cell& cell) {
  if (const auto* number = std::get_if<double>(&cell)) return *number;
  if (const auto* whole = std::get_if<std::int64_t>(&cell)) return static_cast<double>(*whole);
  if (const auto* text = std::get_if<std::string>(&cell)) return parse_double(*text).value_or(kNotMeasured);
  return kNotMeasured;
}

std::vector<std::string> main_figures(const std::string& name, const Table& table,
                                      const std::vector<std::string>& sheet_columns) {
  std::vector<std::string> out;
  if (column_of(table, "status") < 0) return out;
  if (const auto known = shipped_figures().find(name); known != shipped_figures().end()) {
    for (const std::string& figure : known->second)
      if (column_of(table, figure) >= 0) out.push_back(figure);
    return out;
  }
  for (std::size_t i = 0; i < table.columns().size(); ++i)
    if (std::ranges::find(sheet_columns, table.columns()[i]) == sheet_columns.end() &&
        holds_numbers(table, i))
      out.push_back(table.columns()[i]);
  return out;
}

std::string unit_of_column(std::string_view column) {
  struct Suffix {
    std::string_view ending;
    std::string_view unit;
  };
  constexpr Suffix kSuffixes[]{
      {"_per_um", "1/um"},   {"_per_mm", "1/mm"}, {"_per_um2", "1/um2"}, {"_um2", "um2"},
      {"_um", "um"},         {"_nm", "nm"},       {"_px", "px"},         {"_deg", "deg"},
      {"_percent", "%"},     {"_u_ev", "eV"},     {"_ev", "eV"},         {"_h", "h"},
      {"_ma_cm2", "mA/cm2"}, {"_kv", "kV"},       {"_mm", "mm"},         {"_s", "s"}};
  for (const Suffix& suffix : kSuffixes)
    if (column.ends_with(suffix.ending)) return std::string(suffix.unit);
  for (const std::string_view area : {"cr2p_area", "li1s_area"})
    if (column.starts_with(area)) return "counts eV/s";
  return "";
}

}  // namespace litho
