#include "pipeline/core/micrograph.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace litho {
namespace {

MicrographData small() {
  MicrographData data;
  data.grey = Image<float>(3, 2, 10.0f);
  return data;
}

std::string code(MicrographData data) {
  const auto micrograph = Micrograph::make(std::move(data));
  return micrograph ? "" : micrograph.errors().front().code;
}

TEST(Image, IsRowMajorFromTheTopLeft) {
  // analytic
  Image<int> image(3, 2);
  image(2, 1) = 5;
  EXPECT_EQ(image.pixels()[5], 5);
  EXPECT_EQ(image.row(1)[2], 5);
  EXPECT_EQ(image.row(1).size(), 3u);
  EXPECT_EQ(image.size(), 6u);
  EXPECT_TRUE(image.contains(2, 1));
  for (const auto& [x, y] : {std::pair{3, 0}, {0, 2}, {-1, 0}, {0, -1}}) EXPECT_FALSE(image.contains(x, y));
  EXPECT_TRUE(Image<int>().empty());
  EXPECT_NE(Image<int>(2, 3), Image<int>(3, 2)) << "equal pixels in another shape";
}

TEST(Micrograph, KeepsWhatItWasMadeOf) {
  // analytic
  MicrographData data = small();
  data.grey(1, 1) = 42;
  data.pixel_size = PixelSize{48.8, "sheet", {}, 1.5};
  data.annotation = Image<std::uint8_t>(3, 2);
  const auto micrograph = Micrograph::make(data);
  ASSERT_TRUE(micrograph);
  EXPECT_EQ(micrograph->grey(), data.grey);
  EXPECT_EQ(micrograph->width(), 3);
  EXPECT_EQ(micrograph->height(), 2);
  EXPECT_EQ(micrograph->pixel_size()->nm, 48.8);
}

TEST(Micrograph, RefusesWhatCannotBeMeasured) {
  // analytic: the errors of the header
  EXPECT_EQ(code({}), "micrograph.empty");
  MicrographData data = small();
  for (const auto& [width, height] : {std::pair{2, 2}, {3, 3}, {2, 3}}) {
    data.annotation = Image<std::uint8_t>(width, height);
    EXPECT_EQ(code(data), "micrograph.size");
  }
  for (const float value :
       {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
    data = small();
    data.grey(2, 1) = value;
    EXPECT_EQ(code(data), "micrograph.not_finite");
  }
  for (const double nm :
       {0.0, -1.0, std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
    data = small();
    data.pixel_size = PixelSize{nm, "sheet", {}, {}};
    EXPECT_EQ(code(data), "micrograph.pixel_size") << nm;
  }
}

}  // namespace
}  // namespace litho
