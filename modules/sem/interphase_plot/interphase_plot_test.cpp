#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <pugixml.hpp>

#include "modules/sem/interphase_plot/kernel.hpp"

namespace litho {
namespace {

/// A layer 40 px thick whose reference line runs at an angle through the picture; 100 nm a pixel.
Interphase tilted(double degrees, bool upside_down) {
  const double c = std::cos(degrees * std::numbers::pi / 180), s = std::sin(degrees * std::numbers::pi / 180);
  const double down = upside_down ? -1 : 1;
  const auto place = [&](double along, double depth) {
    return PointPx{100 + c * along - s * down * depth, 200 + s * along + c * down * depth};
  };
  Interphase out;
  out.reference_start = place(0, 0);
  out.reference_end = place(299, 0);
  for (int i = 0; i < 300; ++i) {
    const bool found = i != 150;
    out.profile.push_back({i * 0.1, place(i, 0), found ? place(i, 40) : PointPx{kNotMeasured, kNotMeasured},
                           found ? 4.0 : kNotMeasured, found});
  }
  out.figures.thickness_um = {4, 3.9, 4.1, "um"};
  out.figures.specimen_lo_um = 3.5;
  out.figures.specimen_hi_um = 4.5;
  out.figures.morphology = "planar";
  return out;
}

// Analytic: depth is the distance from the reference line, towards the front, however the layer lies.
TEST(InterphasePlot, DepthIsMeasuredFromTheReferenceLine) {
  for (const double degrees : {0.0, 14.0, 90.0, -90.0})
    for (const bool upside_down : {false, true}) {
      const auto heights = front_heights_um(tilted(degrees, upside_down), 100);
      ASSERT_EQ(heights.size(), 300U);
      EXPECT_NEAR(heights[10], 4, 1e-9);
      EXPECT_NEAR(heights[290], 4, 1e-9);
      EXPECT_TRUE(std::isnan(heights[150]));
    }
}

// Invariant: what the plot draws are the profile's own numbers; gaps stay open; both intervals are there.
TEST(InterphasePlot, DrawsTheProfilesNumbers) {
  const Interphase interphase = tilted(14, false);
  FilamentMap filaments;
  Filament filament;
  filament.root_left = filament.root_right = interphase.profile[50].front_px;
  filament.tip = interphase.profile[60].outer_px;
  filaments.filaments.push_back(filament);
  const std::optional<FrontSpectrum> none;
  const plot::Figure figure =
      profile_figure({"a <b>.tif", "program 1", 100, "sheet", interphase, filaments, none});
  ASSERT_EQ(figure.panels.size(), 2U);
  const auto line = [](const plot::Panel& panel, const std::string& legend) -> const plot::Line& {
    for (const plot::Line& l : panel.lines)
      if (l.legend == legend) return l;
    throw std::runtime_error(legend);
  };
  const plot::Line& front = line(figure.panels[0], "reaction front");
  EXPECT_NEAR(front.x[20], 2.0, 1e-12);
  EXPECT_NEAR(front.y[20], 4.0, 1e-9);
  const plot::Line& root = line(figure.panels[0], "filament, root to tip");
  EXPECT_NEAR(root.x[0], 5.0, 1e-9);
  EXPECT_NEAR(root.x[1], 6.0, 1e-9);
  EXPECT_NEAR(root.y[1], 0.0, 1e-9);
  const plot::Line& local = line(figure.panels[1], "local normal thickness");
  EXPECT_EQ(local.y[20], 4.0);
  EXPECT_TRUE(std::isnan(local.y[150]));
  EXPECT_EQ(figure.panels[1].bands[0].low[0], 3.5);
  EXPECT_EQ(figure.panels[1].bands[1].high[1], 4.1);
  const auto svg = plot::write_svg(figure);
  ASSERT_TRUE(svg);
  pugi::xml_document document;
  ASSERT_TRUE(document.load_string(svg->c_str()));
  EXPECT_EQ(document.select_nodes("//text[.='a <b>.tif']").size(), 1U);
}

// Analytic: with 30 um along and 12 um of depth the plane keeps the shape; a flat layer's axis says what it
// is stretched by.
TEST(InterphasePlot, KeepsTheScaleWhereItCan) {
  const std::optional<FrontSpectrum> none;
  Interphase deep = tilted(0, false);
  for (ProfileRow& row : deep.profile)
    if (row.valid) row.front_px.y += 80;
  const plot::Figure figure = profile_figure({"a", "", 100, "", deep, {}, none});
  const plot::Panel& panel = figure.panels[0];
  EXPECT_EQ(panel.y.label, "depth (µm)");
  EXPECT_NEAR(panel.height_px / (*panel.y.high - *panel.y.low),
              plot::plane_width_px(figure.width_px) / (*panel.x.high - *panel.x.low), 0.01);
  Interphase flat = tilted(0, false);
  for (ProfileRow& row : flat.profile)
    if (row.valid) row.front_px.y -= 30;
  const plot::Panel stretched = profile_figure({"a", "", 100, "", flat, {}, none}).panels[0];
  EXPECT_NE(stretched.y.label.find("drawn ×"), std::string::npos);
}

}  // namespace
}  // namespace litho
