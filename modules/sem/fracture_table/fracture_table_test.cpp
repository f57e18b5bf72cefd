#include "modules/sem/fracture_table/kernel.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace litho {
namespace {

// published value: the columns that users' scripts rely on are all there, once each.
TEST(FractureTable, HasThePromisedColumns) {
  for (const char* name : {"pixel_size_nm",
                           "pixel_size_source",
                           "pellet_area_um2",
                           "crack_count",
                           "crack_length_um",
                           "crack_density_per_um",
                           "crack_density_lo_per_um",
                           "crack_density_hi_per_um",
                           "crack_area_fraction",
                           "opening_mean_um",
                           "opening_p95_um",
                           "opening_max_um",
                           "orientation_deg",
                           "orientation_order",
                           "junction_count",
                           "largest_cluster_um",
                           "spans_field",
                           "cracks_at_interphase",
                           "delamination_um",
                           "delamination_fraction",
                           "verdict"})
    EXPECT_EQ(std::ranges::count(fracture_columns(), name), 1) << name;
  for (const char* name :
       {"crack", "length_um", "chord_um", "tortuosity", "opening_mean_um", "opening_max_um",
        "orientation_deg", "x_px", "y_px", "at_interphase", "censored", "junctions"})
    EXPECT_EQ(std::ranges::count(crack_columns(), name), 1) << name;
}

// analytic: cells stand under their columns; lengths in um, directions from the reference.
TEST(FractureTable, CellsUnderTheirColumns) {
  FractureFigures f;
  f.crack_length_um = 12.5;
  f.verdict = "cracked";
  PixelSize size{50, "sheet", {}, {}};
  const auto cells = fracture_cells(f, size);
  ASSERT_EQ(cells.size(), fracture_columns().size());
  const auto at = [&](const char* name) {
    return cells[static_cast<std::size_t>(std::ranges::find(fracture_columns(), name) -
                                          fracture_columns().begin())];
  };
  EXPECT_EQ(to_text(at("crack_length_um")), "12.5");
  EXPECT_EQ(to_text(at("verdict")), "cracked");
  EXPECT_EQ(to_text(at("opening_mean_um")), "");

  CrackNetwork network;
  Crack crack;
  crack.lines = {0};
  crack.length_px = 100, crack.chord_px = 80, crack.tortuosity = 1.25, crack.orientation_deg = -80;
  network.cracks = {crack};
  const auto rows = crack_rows(network, 50, 30);
  ASSERT_EQ(rows.size(), 1U);
  ASSERT_EQ(rows[0].size(), crack_columns().size());
  EXPECT_EQ(to_text(rows[0][1]), "5");
  EXPECT_EQ(to_text(rows[0][3]), "1.25");
  EXPECT_EQ(to_text(rows[0][6]), "70");  // -110 is 70 for a line
}

}  // namespace
}  // namespace litho
