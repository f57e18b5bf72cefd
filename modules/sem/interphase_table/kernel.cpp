#include "modules/sem/interphase_table/kernel.hpp"

#include <cstdint>
#include <functional>

namespace litho {
namespace {

struct Column {
  const char* name;
  std::function<Cell(const InterphaseFigures&)> cell;
};

Column number(const char* name, double InterphaseFigures::*member) {
  return {name, [member](const InterphaseFigures& f) -> Cell { return f.*member; }};
}

const std::vector<Column>& figure_columns() {
  using F = InterphaseFigures;
  static const std::vector<Column> all{
      {"side", [](const F& f) -> Cell { return std::string(to_string(f.side)); }},
      number("tilt_deg", &F::tilt_deg),
      number("field_fraction", &F::field_fraction),
      {"thickness_um", [](const F& f) -> Cell { return f.thickness_um.value; }},
      {"thickness_lo_um", [](const F& f) -> Cell { return f.thickness_um.lo; }},
      {"thickness_hi_um", [](const F& f) -> Cell { return f.thickness_um.hi; }},
      number("specimen_lo_um", &F::specimen_lo_um),
      number("specimen_hi_um", &F::specimen_hi_um),
      number("fields_for_1pct", &F::fields_for_1pct),
      number("thickness_median_um", &F::thickness_median_um),
      number("thickness_sd_um", &F::thickness_sd_um),
      number("thickness_p05_um", &F::thickness_p05_um),
      number("thickness_p95_um", &F::thickness_p95_um),
      number("thickness_min_um", &F::thickness_min_um),
      number("thickness_max_um", &F::thickness_max_um),
      number("front_ra_um", &F::front_ra_um),
      number("front_rq_um", &F::front_rq_um),
      number("front_rz_um", &F::front_rz_um),
      number("roughness_cutoff_um", &F::roughness_cutoff_um),
      number("front_correlation_um", &F::front_correlation_um),
      number("front_excess_length", &F::front_excess_length),
      {"filament_count", [](const F& f) -> Cell { return std::int64_t{f.filament_count}; }},
      number("filament_density_per_mm", &F::filament_density_per_mm),
      number("filament_depth_mean_um", &F::filament_depth_mean_um),
      number("filament_depth_p95_um", &F::filament_depth_p95_um),
      number("filament_depth_max_um", &F::filament_depth_max_um),
      number("filament_area_fraction", &F::filament_area_fraction),
      {"morphology", [](const F& f) -> Cell { return f.morphology; }},
      number("morphology_probability", &F::morphology_probability),
      number("cnr", &F::cnr),
      number("blur_px", &F::blur_px),
  };
  return all;
}

}  // namespace

const std::vector<std::string>& interphase_columns() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> out{"pixel_size_nm", "pixel_size_source"};
    for (const Column& column : figure_columns()) out.emplace_back(column.name);
    out.insert(out.end(), {"local_thickness_mean_um", "local_thickness_sd_um"});
    return out;
  }();
  return names;
}

std::vector<Cell> interphase_cells(const InterphaseFigures& figures, const PixelSize& pixel_size,
                                   const LocalThickness& local) {
  std::vector<Cell> cells{pixel_size.nm, pixel_size.source};
  for (const Column& column : figure_columns()) cells.push_back(column.cell(figures));
  for (const double px : {local.mean_px, local.sd_px}) cells.emplace_back(px * pixel_size.nm / 1e3);
  return cells;
}

std::string profile_csv(const std::vector<ProfileRow>& profile) {
  Table table({"s_um", "outer_x_px", "outer_y_px", "front_x_px", "front_y_px", "thickness_um", "valid"});
  for (const ProfileRow& row : profile)
    table.add({row.s_um, row.outer_px.x, row.outer_px.y, row.front_px.x, row.front_px.y, row.thickness_um,
               std::int64_t{row.valid}});
  return write_csv(table);
}

}  // namespace litho
