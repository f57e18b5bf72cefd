#include "tools/evaluate/front_roughness.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <numbers>

#include "pipeline/core/file.hpp"

namespace litho::evaluate {
namespace {

// A cosine of this wave along a line turned by `degrees`.
std::vector<PointPx> wave(double amplitude, double length_px, double degrees) {
  const double c = std::cos(degrees * std::numbers::pi / 180), s = std::sin(degrees * std::numbers::pi / 180);
  std::vector<PointPx> points;
  for (int i = 0; i < 4000; ++i) {
    const double n = amplitude * std::cos(2 * std::numbers::pi * i / length_px);
    points.push_back({100 + i * c - n * s, 200 + i * s + n * c});
  }
  return points;
}

// published value: ISO 16610-21 transmits exp(-ln 2 (cut-off / wave)^2) of a wave, half of it at the cut-off;
// the roughness is what is left.
TEST(FrontRoughness, TransmissionOfTheGaussianFilter) {
  const double rq = 5 / std::numbers::sqrt2;
  for (const double degrees : {0.0, 12.0, 90.0, -77.0}) {
    EXPECT_NEAR(filtered_rq(wave(5, 200, degrees), 200) / rq, 0.5, 0.01) << degrees;
    const auto left = [](double ratio) {
      return 1 - std::exp(-std::numbers::ln2 * ratio * ratio);
    };  // cut-off / wave
    EXPECT_NEAR(filtered_rq(wave(5, 100, degrees), 200) / rq, left(2), 0.01) << degrees;
    EXPECT_NEAR(filtered_rq(wave(5, 400, degrees), 200) / rq, left(0.5), 0.02) << degrees;
  }
  EXPECT_TRUE(std::isnan(filtered_rq({{0, 0}, {1, 1}}, 10)));
}

// invariant: the points of one curve are read, in order; a table without them is refused.
TEST(FrontRoughness, ReadsOneCurve) {
  const auto path = std::filesystem::temp_directory_path() / "litho_boundaries.csv";
  ASSERT_TRUE(write_file(
      path, "curve,x_px,y_px,radius_px\nouter,1,2,\nbase_front,3,4,\nbase_front,5,6,\nfilament-1,7,8,9\n"));
  const auto front = read_boundary(path, "base_front");
  ASSERT_TRUE(front);
  ASSERT_EQ(front->size(), 2u);
  EXPECT_EQ((*front)[1], (PointPx{5, 6}));
  ASSERT_TRUE(write_file(path, "a,b\n1,2\n"));
  EXPECT_EQ(read_boundary(path, "base_front").errors().front().code, "evaluate.column");
  std::filesystem::remove(path);
}

}  // namespace
}  // namespace litho::evaluate
