#include "modules/sem/crack_paths/kernel.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <opencv2/imgproc.hpp>

#include "modules/sem/_test/slot_picture.hpp"
#include "modules/sem/crack_paths/join.hpp"
#include "modules/sem/crack_paths/skeleton.hpp"
#include "modules/sem/mat_view/kernel.hpp"

namespace litho {
namespace {

CrackPaths paths_of(const Image<float>& grey) {
  const Image<std::uint8_t> region(grey.width(), grey.height(), 1);
  return find_crack_paths(grey, find_ridges(grey, region), {}, {});
}

double total(const CrackPaths& paths) {
  double sum = 0;
  for (const CrackPath& p : paths.cracks) sum += line_length(p.line);
  return sum;
}

// analytic: one straight slot is one path of its length, within 0.4 px and 3 % of its width of its middle, at
// any angle.
TEST(CrackPaths, FollowAStraightCrack) {
  for (const double width : {1.5, 3.0, 8.0, 20.0})
    for (const double angle : {0.0, 33.0, 90.0, 118.0}) {
      const double a = angle * std::numbers::pi / 180, c = std::cos(a), s = std::sin(a);
      SlotPicture picture;
      picture.slots = {{{200 - 110 * c, 150 - 110 * s}, {200 + 110 * c, 150 + 110 * s}, width}};
      const CrackPaths paths = paths_of(picture.draw());
      ASSERT_EQ(paths.cracks.size(), 1U) << "width " << width << ", angle " << angle;
      EXPECT_NEAR(total(paths), 220, 6 + 0.5 * width);
      double sum = 0;
      for (const PointPx& p : paths.cracks[0].line) sum += std::abs((p.x - 200) * s - (p.y - 150) * c);
      EXPECT_LT(sum / static_cast<double>(paths.cracks[0].line.size()), 0.4 + 0.03 * width);
    }
}

// analytic: noise alone, pores, a step and a wide grey band that is no void hold no crack.
TEST(CrackPaths, NothingWhereThereIsNoCrack) {
  SlotPicture noise;
  noise.noise = 12;
  EXPECT_EQ(paths_of(noise.draw()).cracks.size(), 0U);

  SlotPicture pores;
  for (int k = 0; k < 8; ++k) pores.slots.push_back({{40.0 + 40 * k, 100}, {40.0 + 40 * k + 9, 100.5}, 9});
  EXPECT_EQ(paths_of(pores.draw()).cracks.size(), 0U);

  SlotPicture filled;
  filled.slots = {{{60, 60}, {340, 90}, 14, 0.3}, {{80, 250}, {110, 250}, 16}};
  EXPECT_EQ(paths_of(filled.draw()).cracks.size(), 0U);
}

// analytic: a hole of 15 px in a crack is bridged.
TEST(CrackPaths, BridgeAGap) {
  SlotPicture picture;
  picture.slots = {{{60, 150}, {190, 150}, 3}, {{205, 151}, {340, 151}, 3}};
  const CrackPaths paths = paths_of(picture.draw());
  ASSERT_EQ(paths.cracks.size(), 1U);
  EXPECT_NEAR(total(paths), 280, 8);
}

// invariant: the turned picture gives the same length.
TEST(CrackPaths, TurnWithThePicture) {
  SlotPicture picture;
  picture.slots = {{{60, 60}, {330, 170}, 3}, {{120, 260}, {300, 190}, 6}};
  const Image<float> grey = picture.draw();
  EXPECT_NEAR(total(paths_of(grey)), total(paths_of(turned(grey))), 5);
}

// invariant: thinning leaves as many connected parts as there were [cv::connectedComponents].
TEST(Skeleton, KeepsConnections) {
  RandomStream random(5, "skeleton");
  Image<std::uint8_t> mask(200, 150);
  for (int k = 0; k < 60; ++k) {
    const int x0 = 3 + static_cast<int>(random.below(180)), y0 = 3 + static_cast<int>(random.below(130));
    const int w = 1 + static_cast<int>(random.below(30)), h = 1 + static_cast<int>(random.below(6));
    for (int y = y0; y < std::min(147, y0 + h); ++y)
      for (int x = x0; x < std::min(197, x0 + w); ++x) mask(x, y) = 1;
  }
  cv::Mat labels;
  const int before = cv::connectedComponents(mat_view(mask), labels, 8);
  Image<std::uint8_t> thinned = mask;
  crack_paths::thin(thinned);
  EXPECT_EQ(cv::connectedComponents(mat_view(thinned), labels, 8), before);
  int left = 0;
  for (const std::uint8_t m : thinned.pixels()) left += m;
  EXPECT_GT(left, before);
}

// analytic: a cross thins to four arms.
TEST(Skeleton, CrossHasFourArms) {
  Image<std::uint8_t> mask(101, 101);
  for (int t = 10; t <= 90; ++t)
    for (int d = -2; d <= 2; ++d) mask(t, 50 + d) = mask(50 + d, t) = 1;
  crack_paths::thin(mask);
  const auto chains = crack_paths::cut_into_chains(mask);
  int arms = 0;
  for (const auto& chain : chains) arms += chain.size() > 25;
  EXPECT_EQ(arms, 4);
}

// analytic: of three ends that meet, the two that go straight on are joined.
TEST(Join, StraightOnesGoOn) {
  const auto line = [](PointPx a, PointPx b) {
    Polyline out;
    for (int k = 0; k <= 40; ++k) out.push_back({a.x + (b.x - a.x) * k / 40, a.y + (b.y - a.y) * k / 40});
    return out;
  };
  const auto joined = crack_paths::join_ends(
      {{line({0, 0}, {50, 0}), 10}, {line({52, 0}, {100, 5}), 10}, {line({51, 2}, {60, 50}), 10}},
      {7, 0.7, 4});
  ASSERT_EQ(joined.size(), 2U);
  EXPECT_EQ(joined[0].line.size(), 82U);
}

}  // namespace
}  // namespace litho
