#include <gtest/gtest.h>

#include "modules/sem/interphase_table/kernel.hpp"

namespace litho {
namespace {

// Reviewed sample: the header that scripts of users rely on, spelt out once more by hand.
TEST(InterphaseTable, HasThePromisedColumnsInOrder) {
  const std::vector<std::string> promised{"pixel_size_nm",
                                          "pixel_size_source",
                                          "side",
                                          "tilt_deg",
                                          "field_fraction",
                                          "thickness_um",
                                          "thickness_lo_um",
                                          "thickness_hi_um",
                                          "specimen_lo_um",
                                          "specimen_hi_um",
                                          "fields_for_1pct",
                                          "thickness_median_um",
                                          "thickness_sd_um",
                                          "thickness_p05_um",
                                          "thickness_p95_um",
                                          "thickness_min_um",
                                          "thickness_max_um",
                                          "front_ra_um",
                                          "front_rq_um",
                                          "front_rz_um",
                                          "roughness_cutoff_um",
                                          "front_correlation_um",
                                          "front_excess_length",
                                          "filament_count",
                                          "filament_density_per_mm",
                                          "filament_depth_mean_um",
                                          "filament_depth_p95_um",
                                          "filament_depth_max_um",
                                          "filament_area_fraction",
                                          "morphology",
                                          "morphology_probability",
                                          "cnr",
                                          "blur_px",
                                          "local_thickness_mean_um",
                                          "local_thickness_sd_um"};
  EXPECT_EQ(interphase_columns(), promised);
}

// Invariant: one cell a column; what was not measured is an empty field.
TEST(InterphaseTable, LeavesUnmeasuredFieldsEmpty) {
  InterphaseFigures figures;
  figures.thickness_um = {12.5, 12, 13, "um"};
  figures.side = Side::left;
  figures.morphology = "planar";
  const auto cells = interphase_cells(figures, {48.8, "sheet", {}, {}});
  ASSERT_EQ(cells.size(), interphase_columns().size());
  std::vector<std::string> text;
  for (const Cell& cell : cells) text.push_back(to_text(cell));
  EXPECT_EQ(text[0], "48.8");
  EXPECT_EQ(text[1], "sheet");
  EXPECT_EQ(text[2], "left");
  EXPECT_EQ(text[3], "");
  EXPECT_EQ(text[5], "12.5");
  EXPECT_EQ(text[8], "");
  EXPECT_EQ(text.back(), "");
  EXPECT_EQ(to_text(interphase_cells(figures, {50, "sheet", {}, {}}, {200, 10}).back()), "0.5");
}

// Invariant: a place that is not valid has no thickness, and says so.
TEST(InterphaseTable, WritesTheProfile) {
  const std::vector<ProfileRow> profile{{0, {1, 2}, {3, 4}, 5.5, true},
                                        {0.1, {1, 2}, {3, 4}, kNotMeasured, false}};
  EXPECT_EQ(profile_csv(profile),
            "s_um,outer_x_px,outer_y_px,front_x_px,front_y_px,thickness_um,valid\n"
            "0,1,2,3,4,5.5,1\n"
            "0.1,1,2,3,4,,0\n");
}

}  // namespace
}  // namespace litho
