#include "modules/sem/fracture_overlay/kernel.hpp"

#include <gtest/gtest.h>

#include <numeric>

#include "pipeline/core/number.hpp"
#include "pipeline/core/table.hpp"

namespace litho {
namespace {

CrackLine line(PointPx a, PointPx b, float opening) {
  CrackLine out;
  for (int k = 0; k <= 100; ++k) {
    out.line.push_back({a.x + (b.x - a.x) * k / 100, a.y + (b.y - a.y) * k / 100});
    out.opening_px.push_back(opening);
  }
  return out;
}

// analytic: lengths fall into the bin of their direction, counted from the reference; nothing is lost.
TEST(FractureOverlay, RoseBins) {
  CrackNetwork network;
  network.lines = {line({0, 0}, {100, 0}, 2), line({0, 0}, {0, -200}, 2)};
  const auto bins = rose_bins(network, -5);
  EXPECT_NEAR(bins[9], 100, 1e-9);  // 5 degrees from the reference
  EXPECT_NEAR(bins[0], 200, 1e-9);  // 95 degrees is -85
  EXPECT_NEAR(std::accumulate(bins.begin(), bins.end(), 0.0), 300, 1e-9);
}

// analytic: a crack is drawn in its opening's colour, from end to end.
TEST(FractureOverlay, ColourGoesWithTheOpening) {
  CrackNetwork network;
  network.lines = {line({20, 20}, {120, 20}, 3), line({20, 60}, {120, 60}, 30)};
  const Image<float> grey(160, 100, 100);
  const Image<std::uint8_t> usable(160, 100, 1);
  const Pellet pellet;
  const Delamination delamination;
  const Fracture fracture;
  const auto scene = fracture_scene({grey, usable, 50, "x", pellet, delamination, network, fracture});
  double narrow = 0, wide = 0;
  for (const OverlayLine& drawn : scene.lines) {
    const double length = drawn.points.back().x - drawn.points.front().x;
    if (drawn.legend == "2-4 px") narrow += length;
    if (drawn.legend == "> 16 px") wide += length;
  }
  EXPECT_NEAR(narrow, 100, 1e-9);
  EXPECT_NEAR(wide, 100, 1e-9);
  EXPECT_TRUE(draw_overlay(scene));
}

// analytic: both charts' data hold the whole length, in um.
TEST(FractureOverlay, ChartsDataHoldTheLength) {
  CrackNetwork network;
  network.lines = {line({0, 0}, {100, 0}, 2), line({0, 0}, {0, -200}, 4)};
  Crack crack;
  crack.opening_max_px = 4;
  network.cracks = {crack};
  const auto csv = read_csv(fracture_charts_csv(network, 0, 50));
  ASSERT_TRUE(csv);
  double rose = 0, opening = 0;
  for (const CsvRow& row : csv->rows)
    (row.fields[0] == "rose" ? rose : opening) += *parse_double(row.fields[3]);
  EXPECT_NEAR(rose, 15, 1e-9);
  EXPECT_NEAR(opening, 15, 1e-9);
  EXPECT_EQ(csv->rows.back().fields[2], "0.2");
}

// invariant: the charts are whole SVG with and without cracks.
TEST(FractureOverlay, ChartsAreWhole) {
  CrackNetwork network;
  for (int round = 0; round < 2; ++round) {
    const std::string svg = fracture_charts_svg(network, 0, 50);
    EXPECT_TRUE(svg.starts_with("<svg"));
    EXPECT_TRUE(svg.ends_with("</svg>\n"));
    EXPECT_EQ(svg.find("nan"), std::string::npos);
    network.lines = {line({0, 0}, {100, 30}, 2)};
    Crack crack;
    crack.opening_max_px = 2;
    network.cracks = {crack};
  }
}

}  // namespace
}  // namespace litho
