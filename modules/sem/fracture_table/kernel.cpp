#include "modules/sem/fracture_table/kernel.hpp"

#include <cmath>
#include <cstdint>
#include <functional>

namespace litho {
namespace {

using F = FractureFigures;

struct Column {
  const char* name;
  std::function<Cell(const F&)> cell;
};

Column number(const char* name, double F::*member) {
  return {name, [member](const F& f) -> Cell { return f.*member; }};
}
Column count(const char* name, int F::*member) {
  return {name, [member](const F& f) -> Cell { return std::int64_t{f.*member}; }};
}
Column part(const char* name, Measured F::*member, double Measured::*value) {
  return {name, [member, value](const F& f) -> Cell { return f.*member.*value; }};
}

const std::vector<Column>& figure_columns() {
  static const std::vector<Column> all{
      number("pellet_area_um2", &F::pellet_area_um2),
      count("crack_count", &F::crack_count),
      number("crack_length_um", &F::crack_length_um),
      part("crack_density_per_um", &F::crack_density_per_um, &Measured::value),
      part("crack_density_lo_per_um", &F::crack_density_per_um, &Measured::lo),
      part("crack_density_hi_per_um", &F::crack_density_per_um, &Measured::hi),
      number("crack_area_fraction", &F::crack_area_fraction),
      part("opening_mean_um", &F::opening_mean_um, &Measured::value),
      part("opening_mean_lo_um", &F::opening_mean_um, &Measured::lo),
      part("opening_mean_hi_um", &F::opening_mean_um, &Measured::hi),
      number("opening_p95_um", &F::opening_p95_um),
      number("opening_max_um", &F::opening_max_um),
      number("orientation_deg", &F::orientation_deg),
      {"orientation_reference", [](const F& f) -> Cell { return f.orientation_reference; }},
      number("orientation_order", &F::orientation_order),
      count("junction_count", &F::junction_count),
      number("largest_cluster_um", &F::largest_cluster_um),
      {"spans_field", [](const F& f) -> Cell { return std::int64_t{f.spans_field}; }},
      count("cracks_at_interphase", &F::cracks_at_interphase),
      count("cracks_crossing_interphase", &F::cracks_crossing_interphase),
      count("cracks_within_interphase", &F::cracks_within_interphase),
      number("delamination_um", &F::delamination_um),
      number("delamination_fraction", &F::delamination_fraction),
      number("delamination_outer_um", &F::delamination_outer_um),
      number("delamination_front_um", &F::delamination_front_um),
      number("delamination_opening_um", &F::delamination_opening_um),
      {"verdict", [](const F& f) -> Cell { return f.verdict; }},
      number("crack_count_corrected", &F::crack_count_corrected),
      number("p20_per_um2", &F::p20_per_um2),
      number("spacing_along_um", &F::spacing_along_um),
      number("spacing_across_um", &F::spacing_across_um),
      count("tip_nodes", &F::tip_nodes),
      count("border_nodes", &F::border_nodes),
      count("tee_nodes", &F::tee_nodes),
      count("crossing_nodes", &F::crossing_nodes),
      number("connections_per_branch", &F::connections_per_branch),
  };
  return all;
}

}  // namespace

const std::vector<std::string>& fracture_columns() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> out{"pixel_size_nm", "pixel_size_source"};
    for (const Column& column : figure_columns()) out.emplace_back(column.name);
    return out;
  }();
  return names;
}

std::vector<Cell> fracture_cells(const FractureFigures& figures, const PixelSize& pixel_size) {
  std::vector<Cell> cells{pixel_size.nm, pixel_size.source};
  for (const Column& column : figure_columns()) cells.push_back(column.cell(figures));
  return cells;
}

const std::vector<std::string>& crack_columns() {
  static const std::vector<std::string> names{
      "crack",          "length_um",       "chord_um", "tortuosity", "opening_mean_um",
      "opening_max_um", "orientation_deg", "x_px",     "y_px",       "at_interphase",
      "censored",       "junctions",       "lines"};
  return names;
}

std::vector<std::vector<Cell>> crack_rows(const CrackNetwork& network, double pixel_size_nm,
                                          double reference_deg) {
  const double um = pixel_size_nm * 1e-3;
  std::vector<std::vector<Cell>> rows;
  for (const Crack& c : network.cracks) {
    double angle = std::remainder(c.orientation_deg - reference_deg, 180.0);
    if (angle <= -90) angle += 180;
    rows.push_back({std::int64_t(rows.size() + 1), c.length_px * um, c.chord_px * um, c.tortuosity,
                    c.opening_mean_px * um, c.opening_max_px * um, angle, c.middle.x, c.middle.y,
                    std::int64_t{c.at_interphase}, std::int64_t{c.censored}, std::int64_t{c.junctions},
                    static_cast<std::int64_t>(c.lines.size())});
  }
  return rows;
}

}  // namespace litho
