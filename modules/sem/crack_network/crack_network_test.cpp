#include "modules/sem/crack_network/kernel.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "modules/sem/_test/slot_picture.hpp"
#include "modules/sem/ridges/kernel.hpp"

namespace litho {
namespace {

Pellet bare(int width, int height) {
  Pellet pellet;
  pellet.frame = {Side::top, width, height};
  pellet.labels = Image<std::uint8_t>(width, height, static_cast<std::uint8_t>(Label::electrolyte));
  pellet.area_px = static_cast<double>(width) * height;
  return pellet;
}

CrackNetwork network_of(const Image<float>& grey) {
  const Image<std::uint8_t> region(grey.width(), grey.height(), 1);
  const CrackPaths paths = find_crack_paths(grey, find_ridges(grey, region), {}, {});
  return build_network(grey, paths.cracks, {20, 1.25}, bare(grey.width(), grey.height()));
}

CrackPath drawn_path(PointPx a, PointPx b) {
  CrackPath path;
  const int n = static_cast<int>(std::hypot(b.x - a.x, b.y - a.y));
  for (int k = 0; k <= n; ++k) {
    path.line.push_back({a.x + (b.x - a.x) * k / n, a.y + (b.y - a.y) * k / n});
    path.valley.push_back({0, 4, 4, 20, 150, 150, 1.6, 520, true});
  }
  return path;
}

// analytic: a network drawn with known nodes: a tee, a crossing, and the tips that are left; two cracks.
TEST(CrackNetwork, NodesOfADrawnNetwork) {
  const std::vector<CrackPath> paths{drawn_path({50, 100}, {250, 100}), drawn_path({150, 60}, {150, 90}),
                                     drawn_path({200, 60}, {200, 160}), drawn_path({300, 200}, {380, 260})};
  const CrackNetwork network = build_network(Image<float>(400, 300), paths, {20, 1.2}, bare(400, 300));
  int tips = 0, tees = 0, crossings = 0;
  for (const CrackNode& node : network.nodes) {
    tips += node.kind == NodeKind::tip;
    tees += node.kind == NodeKind::tee;
    crossings += node.kind == NodeKind::crossing;
  }
  EXPECT_EQ(tees, 1);
  EXPECT_EQ(crossings, 1);
  EXPECT_EQ(tips, 7);
  ASSERT_EQ(network.cracks.size(), 2U);
  EXPECT_NEAR(network.cracks[0].length_px, 200 + 40 + 100, 1);  // the branch reaches the line it ends on
  EXPECT_EQ(network.cracks[0].junctions, 2);
  EXPECT_NEAR(network.cracks[1].orientation_deg, -std::atan2(60, 80) * 180 / std::numbers::pi, 0.1);
  EXPECT_FALSE(network.spans_field);
}

// analytic: openings of drawn slots, from 2 to 30 px, at three directions; the border censors and is spanned.
TEST(CrackNetwork, OpeningsOfDrawnSlots) {
  for (const double width : {2.0, 3.0, 5.0, 8.0, 14.0, 20.0, 30.0})
    for (const double angle : {0.0, 40.0, 75.0}) {
      const double a = angle * std::numbers::pi / 180, c = std::cos(a), s = std::sin(a);
      SlotPicture picture;
      picture.slots = {{{200 - 110 * c, 150 - 110 * s}, {200 + 110 * c, 150 + 110 * s}, width}};
      const CrackNetwork network = network_of(picture.draw());
      ASSERT_EQ(network.cracks.size(), 1U) << width << " " << angle;
      const CrackLine& line = network.lines[0];
      double sum = 0, n = 0;
      for (std::size_t i = 30; i + 30 < line.opening_px.size(); ++i) sum += line.opening_px[i], n += 1;
      EXPECT_NEAR(sum / n, width, 0.3) << width << " " << angle;
      EXPECT_FALSE(network.cracks[0].censored);
    }
}

// analytic: a slot from border to border spans the field and is censored.
TEST(CrackNetwork, ThroughCrackSpansTheField) {
  SlotPicture picture;
  picture.slots = {{{-20, 120}, {430, 170}, 4}};
  const CrackNetwork network = network_of(picture.draw());
  ASSERT_EQ(network.cracks.size(), 1U);
  EXPECT_TRUE(network.spans_field);
  EXPECT_TRUE(network.cracks[0].censored);
}

}  // namespace
}  // namespace litho
