#include <gtest/gtest.h>

#include <cmath>

#include "modules/sem/trace/kernel.hpp"
#include "pipeline/core/rng.hpp"

namespace litho {
namespace {

/// 40 below row `front(u)`, 0 above it, with patches of `patch` px that differ by `spread` and noise of 3.
template <class F>
Ground made(F front, int patch, double spread) {
  Ground ground{Image<float>(600, 200), Image<std::uint8_t>(600, 200, 1), 1};
  RandomStream random(11, "trace");
  Image<float> patches(600 / patch + 1, 200 / patch + 1);
  for (float& p : patches.pixels()) p = static_cast<float>(spread * random.normal());
  for (int v = 0; v < 200; ++v)
    for (int u = 0; u < 600; ++u)
      ground.grey(u, v) = static_cast<float>(100 + (v >= front(u) ? 40 : 0) + patches(u / patch, v / patch) +
                                             3 * random.normal());
  return ground;
}

Trace traced(const Ground& ground, double start) {
  return trace_boundary(ground, std::vector<float>(600, static_cast<float>(start)),
                        std::vector<float>(600, 0), std::vector<float>(600, 200), {40, 20, 30, 0.2, 30});
}

TEST(Trace, FollowsAWaveInWhiteNoise) {
  // Analytic: a sine of 10 px amplitude is followed to a pixel, its mean to a tenth.
  const auto front = [](double u) { return 100 + 10 * std::sin(u * 2 * 3.14159265 / 150); };
  const Trace trace = traced(made(front, 1, 5), 104);
  double mean = 0;
  for (int u = 0; u < 600; ++u) {
    EXPECT_NEAR(trace.v[u], front(u), 1.8) << u;
    mean += (trace.v[u] - front(u)) / 600;
  }
  EXPECT_NEAR(mean, 0.5, 0.15);  // rows are whole: the first row below lies half a px lower
}

TEST(Trace, PatchesAreNotEvidenceForSpikes) {
  // Analytic: a straight boundary in patches of 10 px whose spread is half the step stays straight.
  const Trace trace = traced(made([](double) { return 100; }, 10, 20), 96);
  double squares = 0, mean = 0;
  for (int u = 0; u < 600; ++u)
    mean += (trace.v[u] - 100) / 600, squares += std::pow(trace.v[u] - 100, 2) / 600;
  EXPECT_LT(std::abs(mean), 2);
  EXPECT_LT(std::sqrt(squares), 4);
  EXPECT_GT(trace.patch(), 4);
}

TEST(Trace, GrainsOfOneSideDoNotDrawIt) {
  // Analytic: patches below the boundary only, as strong as half the step; on average over pictures the trace
  // stays.
  double mean = 0;
  for (int picture = 0; picture < 8; ++picture) {
    Ground ground{Image<float>(600, 200), Image<std::uint8_t>(600, 200, 1), 1};
    RandomStream random(static_cast<std::uint64_t>(picture), "grains");
    Image<float> patches(61, 21);
    for (float& p : patches.pixels()) p = static_cast<float>(20 * random.normal());
    for (int v = 0; v < 200; ++v)
      for (int u = 0; u < 600; ++u)
        ground.grey(u, v) =
            static_cast<float>(100 + (v >= 100 ? 40 + patches(u / 10, v / 10) : 0) + 3 * random.normal());
    for (const float v : traced(ground, 100).v) mean += (v - 100) / (8 * 600);
  }
  EXPECT_LT(std::abs(mean), 0.6);
}

TEST(Trace, PlacementIsAsUncertainAsItsTextureMakesIt) {
  // Invariant: patches as strong as half the step make a mean place far less certain than noise does.
  const auto straight = [](double) { return 100; };
  const TraceSetup setup{40, 20, 30, 0.2, 30};
  const Ground calm = made(straight, 1, 5), patchy = made(straight, 10, 20);
  const double u_calm = placement_u(calm, traced(calm, 100), setup),
               u_patchy = placement_u(patchy, traced(patchy, 100), setup);
  EXPECT_LT(u_calm, 0.2);
  EXPECT_GT(u_patchy, 2 * u_calm);
  EXPECT_LT(u_patchy, 3);
}

TEST(Trace, AStretchGoneAstrayComesBack) {
  // Invariant: a start that is 25 px off over a fifth of the columns ends where the picture's step is.
  const Ground ground = made([](double) { return 100; }, 1, 5);
  std::vector<float> start(600, 100);
  for (int u = 200; u < 320; ++u) start[u] = 125;
  const Trace trace = trace_boundary(ground, start, std::vector<float>(600, 0), std::vector<float>(600, 200),
                                     {40, 20, 30, 0.3, 20});
  for (int u = 0; u < 600; ++u) EXPECT_NEAR(trace.v[u], 100, 1.1) << u;
}

TEST(Trace, LevelsFollowACurtain) {
  // Analytic: grey that doubles along the picture leaves the boundary where it is.
  Ground ground = made([](double) { return 100; }, 1, 2);
  for (int v = 0; v < 200; ++v)
    for (int u = 0; u < 600; ++u) ground.grey(u, v) *= static_cast<float>(1 + 0.5 * std::sin(u / 60.0));
  const Trace trace = traced(ground, 103);
  for (int u = 0; u < 600; ++u) EXPECT_NEAR(trace.v[u], 100, 2) << u;
}

}  // namespace
}  // namespace litho
