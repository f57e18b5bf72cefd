#include "modules/sem/boundaries/kernel.hpp"

#include <gtest/gtest.h>

#include "modules/sem/_test/step_picture.hpp"

namespace litho {
namespace {

Result<BoundaryPair> pair_of(const StepPicture& picture) {
  const Image<float> grey = picture.draw();
  const Image<std::uint8_t> usable(grey.width(), grey.height(), 1);
  const auto restored = restore(grey, usable, 255, 8);
  if (!restored) return restored.errors();
  const auto layers = find_layers(*restored, usable, {});
  if (!layers) return layers.errors();
  return refine_boundaries(*restored, usable, *layers, find_filaments(*restored, *layers));
}

double mean_offset(const BoundaryPair& pair, const Boundary& boundary,
                   const std::function<double(double)>& truth) {
  double sum = 0;
  int n = 0;
  for (std::size_t u = 20; u + 20 < boundary.points.size(); ++u) {
    if (boundary.found[u] != 1) continue;
    const PointPx p = pair.frame.to_upright(boundary.points[u]);
    sum += p.y - truth(p.x), ++n;
  }
  return n > 400 ? sum / n : 1e9;
}

TEST(Boundaries, LieInTheMiddleOfBlurredSteps) {
  // Analytic: erf edges at known sub-pixel places, several blurs; the mean is met to 0.05 px, the blur to a
  // tenth.
  for (const double blur : {0.8, 1.5, 3.0}) {
    StepPicture picture;
    picture.blur = blur;
    picture.outer = [](double u) { return 120.37 + 0.05 * u; };
    picture.front = [](double u) { return 205.81 + 0.05 * u; };
    const auto pair = pair_of(picture);
    ASSERT_TRUE(pair) << to_string(pair.errors());
    EXPECT_NEAR(mean_offset(*pair, pair->outer, picture.outer), 0, 0.05) << blur;
    EXPECT_NEAR(mean_offset(*pair, pair->front, picture.front), 0, 0.05) << blur;
    EXPECT_NEAR(pair->front.blur_px, blur, 0.1 * blur + 0.1);
  }
}

TEST(Boundaries, FollowAWavyFront) {
  // Analytic: a sine of 12 px amplitude and 120 px period.
  StepPicture picture;
  picture.front = [](double u) { return 210 + 12 * std::sin(u * 2 * 3.14159265 / 120); };
  const auto pair = pair_of(picture);
  ASSERT_TRUE(pair) << to_string(pair.errors());
  double worst = 0;
  for (std::size_t u = 20; u + 20 < pair->front.points.size(); ++u) {
    const PointPx p = pair->frame.to_upright(pair->front.points[u]);
    worst = std::max(worst, std::abs(p.y - picture.front(p.x)));
  }
  EXPECT_LT(worst, 1.5);
  EXPECT_NEAR(mean_offset(*pair, pair->front, picture.front), 0, 0.05);
}

}  // namespace
}  // namespace litho
