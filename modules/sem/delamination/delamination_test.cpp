#include "modules/sem/delamination/kernel.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace litho {
namespace {

Pellet layered() {
  Pellet pellet;
  pellet.frame = {Side::top, 400, 300};
  pellet.has_outside = pellet.has_interphase = true;
  pellet.outer_v.assign(400, 80);
  pellet.front_v.assign(400, 160);
  pellet.labels = Image<std::uint8_t>(400, 300, static_cast<std::uint8_t>(Label::electrolyte));
  for (int y = 0; y < 160; ++y)
    for (int x = 0; x < 400; ++x)
      pellet.labels(x, y) = static_cast<std::uint8_t>(y < 80 ? Label::outside : Label::interphase);
  return pellet;
}

CrackPath path(PointPx a, PointPx b, double width) {
  CrackPath out;
  const int n = static_cast<int>(std::hypot(b.x - a.x, b.y - a.y));
  for (int k = 0; k <= n; ++k) {
    out.line.push_back({a.x + (b.x - a.x) * k / n, a.y + (b.y - a.y) * k / n});
    Valley v;
    v.width_px = width, v.found = true;
    out.valley.push_back(v);
  }
  return out;
}

// analytic: bands along either boundary are gaps with their place; a crack that crosses, or runs parallel far
// away, is none.
TEST(Delamination, TellsGapsFromCracks) {
  const Delamination d =
      split_delamination({path({50, 74}, {250, 70}, 12), path({100, 168}, {200, 168}, 10),
                          path({300, 100}, {300, 220}, 4), path({100, 230}, {300, 230}, 4)},
                         layered(), 30);
  ASSERT_EQ(d.gaps.size(), 2U);
  EXPECT_EQ(d.gaps[0].place, GapPlace::outer);
  EXPECT_NEAR(line_length(d.gaps[0].path.line), 200, 2);
  EXPECT_EQ(d.gaps[1].place, GapPlace::front);
  ASSERT_EQ(d.cracks.size(), 2U);
  EXPECT_NEAR(d.boundary_px, 800, 17);
}

// analytic: a path that leaves the boundary is parted: gap along it, crack from there on.
TEST(Delamination, PartsAPathThatTurnsOff) {
  CrackPath p = path({50, 164}, {150, 164}, 6);
  const CrackPath off = path({150, 164}, {190, 250}, 6);
  p.line.insert(p.line.end(), off.line.begin() + 1, off.line.end());
  p.valley.insert(p.valley.end(), off.valley.begin() + 1, off.valley.end());
  const Delamination d = split_delamination({p}, layered(), 30);
  ASSERT_EQ(d.gaps.size(), 1U);
  EXPECT_NEAR(line_length(d.gaps[0].path.line), 100, 10);
  ASSERT_EQ(d.cracks.size(), 1U);
  EXPECT_NEAR(line_length(d.cracks[0].line), 95, 10);
}

// analytic: what lies outside of the pellet is neither.
TEST(Delamination, DropsWhatLiesOutside) {
  const Delamination d = split_delamination({path({50, 20}, {250, 30}, 4)}, layered(), 30);
  EXPECT_TRUE(d.gaps.empty());
  EXPECT_TRUE(d.cracks.empty());
}

// invariant: without boundaries every path stays a crack and no boundary has a length.
TEST(Delamination, NothingWithoutBoundaries) {
  Pellet pellet = layered();
  pellet.outer_v.clear(), pellet.front_v.clear();
  const Delamination d = split_delamination({path({50, 164}, {150, 164}, 6)}, pellet, 30);
  EXPECT_EQ(d.cracks.size(), 1U);
  EXPECT_EQ(d.boundary_px, 0);
}

}  // namespace
}  // namespace litho
