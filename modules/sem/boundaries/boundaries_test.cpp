#include "modules/sem/boundaries/kernel.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "modules/sem/_test/step_picture.hpp"
#include "modules/sem/boundaries/edge.hpp"

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

TEST(Boundaries, ABrightRimDoesNotMoveThem) {
  // Analytic: a blurred exponential rim of known height stands on the layer's side of the outer edge, of zero
  // net effect on its place.
  boundaries::MeanProfile mean;
  const double blur = 1.1, decay = 1.7, place = 0.42;
  for (double x = -10; x <= 10; x += 0.5) {
    const double t = x - place;
    const double rim = 0.5 * std::exp(0.5 * blur * blur / (decay * decay) - t / decay) *
                       std::erfc((blur / decay - t / blur) / std::sqrt(2.0));
    mean.place.push_back(x);
    mean.grey.push_back(80 + 50 * boundaries::erf_step(t, blur) + 15 * rim);
  }
  const auto edge = boundaries::measure_rimmed_edge(mean, blur);
  EXPECT_NEAR(edge.offset, place, 0.06);
  EXPECT_NEAR(edge.blur, blur, 0.15);
}

/// A step of 50 to 80 with a rim that decays over 2 px on its right, blurred.
boundaries::MeanProfile rimmed_step(double blur, double place, double height) {
  boundaries::MeanProfile mean;
  const double decay = 2;
  for (double x = -12; x <= 12; x += 0.5) {
    const double t = x - place;
    const double rim = 0.5 * std::exp(0.5 * blur * blur / (decay * decay) - t / decay) *
                       std::erfc((blur / decay - t / blur) / std::sqrt(2.0));
    mean.place.push_back(x);
    mean.grey.push_back(80 - 50 * boundaries::erf_step(t, blur) + height * rim);
  }
  return mean;
}

TEST(Boundaries, ARimThatBlurHidesWidensTheUncertainty) {
  // Analytic: under a bright outside a rim looks like a wider step farther in. Sharp, it is told apart;
  // blurred, the true place is at least within three standard uncertainties of the one given.
  const auto sharp = boundaries::measure_rimmed_edge(rimmed_step(0.8, -1.2, 30), 0.8);
  EXPECT_NEAR(sharp.offset, -1.2, 0.3);
  const auto blurred = boundaries::measure_rimmed_edge(rimmed_step(3.5, -1.2, 30), 3.5);
  EXPECT_GT(blurred.offset_u, 2 * sharp.offset_u);
  EXPECT_NEAR(blurred.offset, -1.2, 3 * blurred.offset_u);
  const auto none = boundaries::measure_rimmed_edge(rimmed_step(0.8, 0, 0), 0.8);
  EXPECT_NEAR(none.offset, 0, 0.05);
  EXPECT_LT(none.offset_u, 0.2);
}

TEST(Boundaries, RefuseADefocusedPicture) {
  // Invariant: where both edges are blurred over more than the window no place is given.
  StepPicture picture;
  picture.blur = 40;
  picture.front = [](double) { return 280.0; };
  EXPECT_FALSE(pair_of(picture));
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
