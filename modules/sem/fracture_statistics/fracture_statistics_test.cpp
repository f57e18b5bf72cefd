#include "modules/sem/fracture_statistics/kernel.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "modules/sem/_test/slot_picture.hpp"
#include "modules/sem/delamination/kernel.hpp"
#include "modules/sem/ridges/kernel.hpp"

namespace litho {
namespace {

Pellet square() {
  Pellet pellet;
  pellet.frame = {Side::top, 1000, 1000};
  pellet.labels = Image<std::uint8_t>(1000, 1000, static_cast<std::uint8_t>(Label::electrolyte));
  pellet.area_px = 1e6;
  return pellet;
}

CrackPath path(PointPx a, PointPx b, double width) {
  CrackPath out;
  const int n = static_cast<int>(std::lround(std::hypot(b.x - a.x, b.y - a.y)));
  for (int k = 0; k <= n; ++k) {
    out.line.push_back({a.x + (b.x - a.x) * k / n, a.y + (b.y - a.y) * k / n});
    Valley v;
    v.width_px = v.rim_width_px = width, v.found = true, v.left = v.right = 150, v.floor = 20;
    out.valley.push_back(v);
  }
  out.evidence.score = 5;
  return out;
}

FractureFigures figures_of(const std::vector<CrackPath>& paths, const Pellet& pellet,
                           const FractureScale& scale, const VerdictLimits& limits = {}) {
  const CrackNetwork network = build_network(Image<float>(1000, 1000), paths, {20, 1}, pellet);
  Delamination delamination;
  return measure_fracture(network, {}, delamination, pellet, scale, limits).figures;
}

// analytic: two cracks of 300 and 400 px at right angles, 10 px wide, 100 nm a px: figures by hand.
TEST(FractureStatistics, ByHand) {
  const FractureFigures f =
      figures_of({path({100, 100}, {400, 100}, 10), path({600, 300}, {600, 700}, 10)}, square(), {100, {}});
  EXPECT_NEAR(f.pellet_area_um2, 1e4, 1e-9);
  EXPECT_EQ(f.crack_count, 2);
  EXPECT_NEAR(f.crack_length_um, 70, 1e-6);
  EXPECT_NEAR(f.crack_density_per_um.value, 0.007, 1e-9);
  EXPECT_NEAR(f.crack_area_fraction, 700.0 * 10 / 1e6, 1e-5);
  EXPECT_NEAR(f.opening_mean_um.value, 1, 1e-3);
  EXPECT_NEAR(std::abs(f.orientation_deg), 90, 1e-6);
  EXPECT_NEAR(f.orientation_order, 100.0 / 700, 1e-6);  // (400 - 300) / 700
  EXPECT_NEAR(f.spacing_along_um, 1e6 / 400 * 0.1, 1e-6);
  EXPECT_NEAR(f.spacing_across_um, 1e6 / 300 * 0.1, 1e-6);
  EXPECT_NEAR(f.crack_density_per_um.hi - f.crack_density_per_um.value, 1.96 * std::hypot(30, 40) / 1e4,
              1e-9);
  EXPECT_NEAR(f.largest_cluster_um, 40, 1e-6);
  EXPECT_EQ(f.verdict, "cracked");
  EXPECT_EQ(f.tip_nodes, 4);
  EXPECT_NEAR(f.connections_per_branch, 0, 0);
}

// analytic: a stated scale uncertainty widens the interval; none widens it where none is stated.
TEST(FractureStatistics, ScaleUncertainty) {
  const std::vector<CrackPath> paths{path({100, 100}, {400, 100}, 4)};
  const auto without = figures_of(paths, square(), {100, {}}),
             with = figures_of(paths, square(), {100, 20.0});
  const double counting = 1.96 * 30 / 1e4, scale = 1.96 * 0.003 * 0.2;
  EXPECT_NEAR(without.crack_density_per_um.hi, 0.003 + counting, 1e-9);
  EXPECT_NEAR(with.crack_density_per_um.hi, 0.003 + std::hypot(counting, scale), 1e-9);
}

// analytic: no crack is density 0 with an upper limit above it, and no opening or direction at all.
TEST(FractureStatistics, NoCrack) {
  const FractureFigures f = figures_of({}, square(), {100, {}});
  EXPECT_EQ(f.crack_length_um, 0);
  EXPECT_EQ(f.crack_density_per_um.lo, 0);
  EXPECT_GT(f.crack_density_per_um.hi, 0);
  EXPECT_TRUE(std::isnan(f.opening_mean_um.value));
  EXPECT_TRUE(std::isnan(f.orientation_deg));
  EXPECT_TRUE(std::isnan(f.delamination_um));  // no boundary in the field: not zero
  EXPECT_EQ(f.verdict, "intact");
}

// analytic: verdicts by the limits; a crack through the field is fractured, and counts half as it leaves it.
TEST(FractureStatistics, Verdicts) {
  const std::vector<CrackPath> through{path({2, 500}, {997, 500}, 4)};
  EXPECT_EQ(figures_of(through, square(), {100, {}}).verdict, "fractured");
  EXPECT_NEAR(figures_of(through, square(), {100, {}}).crack_count_corrected, 0.5, 0);
  VerdictLimits limits;
  limits.spanning_is_fractured = false;
  EXPECT_EQ(figures_of(through, square(), {100, {}}, limits).verdict, "cracked");
  limits.fractured_density_per_um = 0.005;
  EXPECT_EQ(figures_of(through, square(), {100, {}}, limits).verdict, "fractured");
  limits = {0.02, {}, {}, false};
  EXPECT_EQ(figures_of(through, square(), {100, {}}, limits).verdict, "intact");
}

// analytic: directions count from the front: a crack along a tilted front is at 0.
TEST(FractureStatistics, DirectionsFromTheFront) {
  Pellet pellet = square();
  pellet.front_v.resize(1000);
  for (std::size_t u = 0; u < 1000; ++u) pellet.front_v[u] = 300 + 0.2F * (static_cast<float>(u) + 0.5F);
  const auto f = figures_of({path({200, 500}, {600, 580}, 4)}, pellet, {100, {}});
  EXPECT_EQ(f.orientation_reference, "front");
  EXPECT_NEAR(f.orientation_deg, 0, 0.01);
}

/// A pellet below its outer boundary at v = 60, measured as a run does, whichever way it is turned.
FractureFigures measured(const Image<float>& grey, Side side) {
  Pellet pellet;
  pellet.frame = {side, grey.width(), grey.height()};
  pellet.has_outside = true;
  pellet.outer_v.assign(static_cast<std::size_t>(pellet.frame.width()), 60);
  pellet.labels =
      Image<std::uint8_t>(grey.width(), grey.height(), static_cast<std::uint8_t>(Label::electrolyte));
  const auto label = upright(pellet.labels, pellet.frame);
  for (int v = 0; v < 60; ++v)
    for (int u = 0; u < label.width(); ++u) label(u, v) = static_cast<std::uint8_t>(Label::outside);
  pellet.area_px = static_cast<double>(grey.size()) - 60.0 * label.width();
  const Image<std::uint8_t> region(grey.width(), grey.height(), 1);
  const CrackPaths paths = find_crack_paths(grey, find_ridges(grey, region), {}, {});
  const Delamination delamination =
      find_delamination(grey, paths.cracks, pellet, {paths.void_grey, paths.blur_px}, 30);
  const CrackNetwork network =
      build_network(grey, delamination.cracks, {paths.void_grey, paths.blur_px}, pellet);
  return measure_fracture(network, paths, delamination, pellet, {100, {}}, {}).figures;
}

// invariant: turning the picture by 90 degrees changes no figure beyond its interval, nor any count.
TEST(FractureStatistics, TurnWithThePicture) {
  SlotPicture picture;
  picture.width = 600, picture.height = 450;
  picture.slots = {{{80, 120}, {400, 250}, 4},
                   {{200, 300}, {520, 330}, 7},
                   {{460, 120}, {430, 400}, 3},
                   {{150, 56}, {380, 56}, 8}};
  const Image<float> grey = picture.draw();
  const FractureFigures a = measured(grey, Side::top), b = measured(turned(grey), Side::right);
  EXPECT_EQ(a.crack_count, b.crack_count);
  EXPECT_EQ(a.junction_count, b.junction_count);
  EXPECT_EQ(a.spans_field, b.spans_field);
  EXPECT_EQ(a.verdict, b.verdict);
  const auto within = [](const Measured& x, const Measured& y) {
    EXPECT_TRUE(y.value >= x.lo && y.value <= x.hi) << x.value << " and " << y.value;
    EXPECT_TRUE(x.value >= y.lo && x.value <= y.hi) << x.value << " and " << y.value;
  };
  within(a.crack_density_per_um, b.crack_density_per_um);
  within(a.opening_mean_um, b.opening_mean_um);
  EXPECT_NEAR(a.crack_length_um, b.crack_length_um, 0.01 * a.crack_length_um);
  EXPECT_NEAR(a.orientation_deg, b.orientation_deg, 1);
  EXPECT_GT(a.delamination_um, 20);
  EXPECT_NEAR(a.delamination_um, b.delamination_um, 0.5);
  EXPECT_NEAR(a.delamination_opening_um, b.delamination_opening_um, 0.02);
}

}  // namespace
}  // namespace litho
