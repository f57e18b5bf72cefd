#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <numbers>

#include "modules/sem/local_thickness/kernel.hpp"
#include "pipeline/core/rng.hpp"

namespace litho {
namespace {

constexpr auto kLayer = static_cast<std::uint8_t>(Label::interphase);
constexpr auto kElectrolyte = static_cast<std::uint8_t>(Label::electrolyte);

Image<std::uint8_t> labels(int width, int height, const std::function<bool(double, double)>& in_layer) {
  Image<std::uint8_t> out(width, height, kElectrolyte);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x)
      if (in_layer(x + 0.5, y + 0.5)) out(x, y) = kLayer;
  return out;
}

LocalThicknessMap measure(const Image<std::uint8_t>& image, Side side = Side::top) {
  return local_thickness_map(image, {side, image.width(), image.height()});
}

/// The map's value at a place of the upright frame.
double at(const LocalThicknessMap& map, double u, double v) {
  return map.diameter_px(static_cast<int>(u / map.step_px),
                         static_cast<int>(v / map.step_px) - map.first_row);
}

TEST(LocalThickness, OfAFlatBandIsItsThickness) {
  // Analytic: no parity error, on any side, thin or thick.
  for (const int thickness : {3, 4, 41, 96, 97, 300})
    for (const Side side : {Side::top, Side::bottom, Side::left, Side::right}) {
      const bool sideways = side == Side::left || side == Side::right;
      const auto map = measure(labels(800, 800,
                                      [&](double x, double y) {
                                        const double across = sideways ? x : y;
                                        return across > 200 && across < 200 + thickness;
                                      }),
                               side);
      EXPECT_NEAR(map.figures.mean_px, thickness, 1e-3 * thickness) << to_string(side);
      EXPECT_NEAR(map.figures.sd_px, 0, 1e-3 * thickness);
    }
}

TEST(LocalThickness, OfATiltedBandIsItsThickness) {
  // Analytic: the normal distance, within the staircase of the pixels.
  for (const double degrees : {4.0, 10.0, 15.0})
    for (const double thickness : {25.0, 180.0}) {
      const double c = std::cos(degrees * std::numbers::pi / 180),
                   s = std::sin(degrees * std::numbers::pi / 180);
      const auto map = measure(labels(1200, 900, [&](double x, double y) {
        const double n = c * y - s * x;
        return n > 150 && n < 150 + thickness;
      }));
      EXPECT_NEAR(map.figures.mean_px, thickness, 1.0) << degrees;
    }
}

TEST(LocalThickness, InAWedge) {
  // Analytic: the greatest disc through (rho, phi) between two lines at +-a has its centre at
  // c = rho (cos phi + sqrt(cos^2 phi - cos^2 a)) / cos^2 a from the apex, and the diameter 2 c sin a.
  const double a = 12 * std::numbers::pi / 180, apex_y = 400;
  const auto map =
      measure(labels(2000, 800, [&](double x, double y) { return std::abs(y - apex_y) < x * std::tan(a); }));
  ASSERT_GT(map.step_px, 1);
  for (const double x : {500.0, 900.0, 1200.0})
    for (const double y : {0.0, 0.4, 0.8}) {
      const double u = (std::floor(x / map.step_px) + 0.5) * map.step_px;
      const double v = (std::floor((apex_y + y * x * std::tan(a)) / map.step_px) + 0.5) * map.step_px;
      const double rho = std::hypot(u, v - apex_y), phi = std::atan2(v - apex_y, u);
      const double ca = std::cos(a), cp = std::cos(phi);
      const double expected = 2 * rho * (cp + std::sqrt(cp * cp - ca * ca)) / (ca * ca) * std::sin(a);
      EXPECT_NEAR(at(map, u, v), expected, 0.01 * expected) << x << " " << y;
    }
}

TEST(LocalThickness, OfADiscIsItsDiameterEverywhere) {
  // Analytic: the whole disc lies in itself.
  const auto map =
      measure(labels(700, 700, [](double x, double y) { return std::hypot(x - 350.3, y - 349.8) < 240; }));
  EXPECT_NEAR(map.figures.mean_px, 480, 5);
  EXPECT_LT(map.figures.sd_px, 6);
}

TEST(LocalThickness, ThePicturesEdgeAndUnusablePixelsDoNotBoundTheLayer) {
  // Invariant: a band cut by the databar or by the picture's ends keeps its thickness; an enclosed pore or a
  // crack along the layer belongs to it, a gap does not.
  auto image = labels(900, 600, [](double, double y) { return y > 100 && y < 300; });
  for (int y = 150; y < 160; ++y)
    for (int x = 0; x < 900; ++x) image(x, y) = static_cast<std::uint8_t>(Label::crack);
  for (int y = 200; y < 240; ++y)
    for (int x = 400; x < 440; ++x) image(x, y) = static_cast<std::uint8_t>(Label::pore);
  EXPECT_NEAR(measure(image).figures.mean_px, 200, 0.5);
  for (int y = 0; y < 600; ++y)
    for (int x = 0; x < 200; ++x) image(x, y) = static_cast<std::uint8_t>(Label::none);
  EXPECT_NEAR(measure(image).figures.mean_px, 200, 0.5);
  for (int y = 198; y < 202; ++y)
    for (int x = 0; x < 900; ++x) image(x, y) = static_cast<std::uint8_t>(Label::gap);
  EXPECT_NEAR(measure(image).figures.mean_px, 98, 2);
}

TEST(LocalThickness, OfNoLayerIsNotMeasured) {
  // Invariant: nothing measured is no number.
  EXPECT_TRUE(std::isnan(measure(Image<std::uint8_t>(300, 200, kElectrolyte)).figures.mean_px));
}

TEST(LocalThickness, DistancesAreExact) {
  // Analytic: the minimum written out.
  RandomStream random(5, "columns");
  Image<float> columns(60, 8);
  for (float& v : columns.pixels())
    v = random.uniform() < 0.2 ? std::numeric_limits<float>::infinity()
                               : static_cast<float>(30 * random.uniform());
  Image<float> expected(60, 8);
  for (int j = 0; j < 8; ++j)
    for (int i = 0; i < 60; ++i) {
      double best = std::numeric_limits<double>::infinity();
      for (int k = 0; k < 60; ++k) best = std::min(best, std::hypot(i - k, columns(k, j)));
      expected(i, j) = static_cast<float>(best);
    }
  distance_across_columns(columns);
  for (std::size_t k = 0; k < columns.size(); ++k)
    EXPECT_NEAR(columns.pixels()[k], expected.pixels()[k], 1e-4) << k;
}

}  // namespace
}  // namespace litho
