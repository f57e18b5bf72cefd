#include "modules/sem/delamination/kernel.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "modules/sem/_test/slot_picture.hpp"

namespace litho {
namespace {

constexpr double kOuter = 100, kFront = 200;
const GapScene kScene{20, std::sqrt(1.2 * 1.2 + 1.0 / 6)};  // blur as read linearly between pixels

Pellet layered(int width = 600, int height = 300) {
  Pellet pellet;
  pellet.frame = {Side::top, width, height};
  pellet.has_outside = pellet.has_interphase = true;
  pellet.outer_v.assign(static_cast<std::size_t>(width), kOuter);
  pellet.front_v.assign(static_cast<std::size_t>(width), kFront);
  pellet.labels = Image<std::uint8_t>(width, height, static_cast<std::uint8_t>(Label::electrolyte));
  for (int y = 0; y < kFront; ++y)
    for (int x = 0; x < width; ++x)
      pellet.labels(x, y) = static_cast<std::uint8_t>(y < kOuter ? Label::outside : Label::interphase);
  return pellet;
}

SlotPicture even() {
  SlotPicture picture;
  picture.width = 600;
  return picture;
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

double opening(const Gap& gap) {
  double sum = 0;
  for (const Valley& v : gap.path.valley) sum += v.width_px;
  return sum / static_cast<double>(gap.path.valley.size());
}

// analytic: a slot on either side of a boundary is a gap of its length, opening and place, whichever wall the
// boundary was traced along.
TEST(Delamination, MeasuresGaps) {
  for (const double width : {2.0, 3.0, 6.0, 14.0, 28.0})
    for (const double side : {-1.0, 1.0}) {
      SlotPicture picture = even();
      const double middle = kOuter + side * width / 2;
      picture.slots = {{{150, middle}, {450, middle}, width}};
      const Delamination d = find_delamination(picture.draw(), {}, layered(), kScene, 30);
      ASSERT_EQ(d.gaps.size(), 1U) << width;
      EXPECT_EQ(d.gaps[0].place, GapPlace::outer);
      EXPECT_NEAR(line_length(d.gaps[0].path.line), 300, 8);
      EXPECT_NEAR(opening(d.gaps[0]), width, 0.3) << width;
      EXPECT_NEAR(d.gaps[0].path.line[60].y, middle, 0.5);
      EXPECT_NEAR(d.boundary_px, 1200, 17);
    }
}

// analytic: a gap belongs to the boundary it touches.
TEST(Delamination, KnowsTheBoundary) {
  SlotPicture picture = even();
  picture.slots = {{{100, kFront + 6}, {400, kFront + 6}, 12}};
  const Delamination d = find_delamination(picture.draw(), {}, layered(), kScene, 30);
  ASSERT_EQ(d.gaps.size(), 1U);
  EXPECT_EQ(d.gaps[0].place, GapPlace::front);
}

// analytic: a gap goes on where the boundary is not known over some columns; elsewhere there is none.
TEST(Delamination, BoundaryWithHoles) {
  SlotPicture picture = even();
  picture.slots = {{{150, kOuter - 4}, {450, kOuter - 4}, 8}};
  Pellet pellet = layered();
  for (std::size_t u = 280; u < 310; ++u) pellet.outer_v[u] = std::numeric_limits<float>::quiet_NaN();
  for (std::size_t u = 500; u < 560; ++u) pellet.outer_v[u] = std::numeric_limits<float>::quiet_NaN();
  const Delamination d = find_delamination(picture.draw(), {}, pellet, kScene, 30);
  ASSERT_EQ(d.gaps.size(), 1U);
  for (const PointPx& p : d.gaps[0].path.line) EXPECT_NEAR(p.y, kOuter - 4, 1);
  EXPECT_NEAR(line_length(d.gaps[0].path.line), 300, 8);
}

// analytic: what crosses a boundary, runs along far from it, is short, or is half as deep as a void is no
// gap.
TEST(Delamination, TellsCracksFromGaps) {
  SlotPicture picture = even();
  picture.slots = {{{300, 40}, {340, 280}, 8},
                   {{50, 150}, {250, 150}, 6},
                   {{400, 250}, {580, 250}, 5},
                   {{450, kOuter}, {470, kOuter}, 9},
                   {{30, kFront}, {250, kFront}, 10, 0.3}};
  EXPECT_TRUE(find_delamination(picture.draw(), {}, layered(), kScene, 30).gaps.empty());
}

// analytic: a step to a vacuum, and an outside with dark grains that touch the boundary, hold no gap.
TEST(Delamination, NothingBesideADarkOutside) {
  Image<float> grey = even().draw();
  for (int y = 0; y < kOuter; ++y)
    for (int x = 0; x < grey.width(); ++x) grey(x, y) -= 120;
  EXPECT_TRUE(find_delamination(grey, {}, layered(), kScene, 30).gaps.empty());

  grey = even().draw();
  for (int y = 0; y < kOuter; ++y)
    for (int x = 0; x < grey.width(); ++x)
      if (std::hypot(x % 90 - 45.0, y % 30 - 12.0) > 14) grey(x, y) -= 90;
  EXPECT_TRUE(find_delamination(grey, {}, layered(), kScene, 30).gaps.empty());
}

// analytic: of a path that runs in a gap and turns off, what lies beyond the gap's walls stays a crack.
TEST(Delamination, PartsAPathThatTurnsOff) {
  SlotPicture picture = even();
  picture.slots = {{{50, kFront + 4}, {250, kFront + 4}, 8}};
  CrackPath p = path({50, kFront + 4}, {250, kFront + 4}, 8);
  const CrackPath off = path({250, kFront + 4}, {290, 290}, 8);
  p.line.insert(p.line.end(), off.line.begin() + 1, off.line.end());
  p.valley.insert(p.valley.end(), off.valley.begin() + 1, off.valley.end());
  const Delamination d = find_delamination(picture.draw(), {p}, layered(), kScene, 30);
  ASSERT_EQ(d.gaps.size(), 1U);
  ASSERT_EQ(d.cracks.size(), 1U);
  EXPECT_NEAR(line_length(d.cracks[0].line), 94, 10);
}

// analytic: what lies outside of the pellet is neither.
TEST(Delamination, DropsWhatLiesOutside) {
  const Delamination d =
      find_delamination(even().draw(), {path({50, 20}, {250, 30}, 4)}, layered(), kScene, 30);
  EXPECT_TRUE(d.gaps.empty());
  EXPECT_TRUE(d.cracks.empty());
}

// invariant: without boundaries every path stays a crack and no boundary has a length.
TEST(Delamination, NothingWithoutBoundaries) {
  Pellet pellet = layered();
  pellet.outer_v.clear(), pellet.front_v.clear();
  const Delamination d =
      find_delamination(even().draw(), {path({50, 164}, {150, 164}, 6)}, pellet, kScene, 30);
  EXPECT_EQ(d.cracks.size(), 1U);
  EXPECT_EQ(d.boundary_px, 0);
}

}  // namespace
}  // namespace litho
