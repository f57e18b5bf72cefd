#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "modules/io/picture/kernel.hpp"

namespace litho {
namespace {

Image<float> image(int width, int height, const std::vector<float>& values) {
  Image<float> out(width, height);
  std::copy(values.begin(), values.end(), out.pixels().begin());
  return out;
}

PicturePlanes rgb(int width, int height, const std::vector<Colour>& pixels) {
  PicturePlanes planes;
  planes.colour.assign(3, Image<float>(width, height));
  for (std::size_t i = 0; i < pixels.size(); ++i) {
    planes.colour[0].pixels()[i] = pixels[i].red;
    planes.colour[1].pixels()[i] = pixels[i].green;
    planes.colour[2].pixels()[i] = pixels[i].blue;
  }
  return planes;
}

constexpr Colour kRed{255, 0, 0};

Colour grey(float value) {
  return {value, value, value};
}

TEST(Picture, ChannelsWithinTwoLevelsAreGrey) {
  // analytic: luminance of (100, 102, 100) is 101.174
  const auto picture = to_grey(rgb(3, 1, {{100, 102, 100}, grey(7), grey(8)}), "tiff", "a");
  ASSERT_TRUE(picture);
  EXPECT_TRUE(picture->annotation.empty());
  EXPECT_NEAR(picture->grey(0, 0), 101.174, 1e-4);
  EXPECT_EQ(picture->grey(1, 0), 7);
}

TEST(Picture, MarksAreBridgedAlongTheRow) {
  // analytic: straight line inside, the neighbour's value at the edge
  const auto picture = to_grey(rgb(7, 2,
                                   {grey(10), kRed, kRed, grey(40), grey(50), grey(60), kRed, grey(1),
                                    grey(2), grey(3), grey(4), grey(5), grey(6), grey(7)}),
                               "tiff", "a");
  ASSERT_FALSE(picture);  // 3 of 14 pixels are 21.4 %
  EXPECT_EQ(picture.errors()[0].code, "tiff.coloured");
  const auto larger = to_grey(rgb(7, 3, {grey(10), kRed,    kRed,    grey(40), grey(50), grey(60), kRed,
                                         grey(1),  grey(2), grey(3), grey(4),  grey(5),  grey(6),  grey(7),
                                         grey(1),  grey(2), grey(3), grey(4),  grey(5),  grey(6),  grey(7)}),
                              "tiff", "a");
  ASSERT_TRUE(larger) << to_string(larger.errors());
  const auto row = larger->grey.row(0);
  EXPECT_EQ(std::vector<float>(row.begin(), row.end()), (std::vector<float>{10, 20, 30, 40, 50, 60, 60}));
  EXPECT_NEAR(larger->annotation_fraction, 3.0 / 21, 1e-12);
  EXPECT_EQ(larger->annotation(1, 0), 1);
  EXPECT_EQ(larger->annotation(3, 0), 0);
}

TEST(Picture, ColouredStripsKeepTheirLuminance) {
  // analytic: a row of three red pixels of four is a strip; red is 0.299 of white
  std::vector<Colour> pixels(40, grey(9));
  for (std::size_t i = 36; i < 39; ++i) pixels[i] = kRed;
  const auto picture = to_grey(rgb(4, 10, pixels), "tiff", "a");
  ASSERT_TRUE(picture);
  EXPECT_NEAR(picture->grey(1, 9), 0.299 * 255, 1e-4);
  EXPECT_EQ(picture->annotation(1, 9), 1);
}

TEST(Picture, WhiteFollowsThePaletteAndTheInversion) {
  // analytic
  PicturePlanes planes;
  planes.colour = {image(2, 1, {0, 1})};
  planes.palette = {grey(20), grey(240), kRed};
  const auto mapped = to_grey(planes, "tiff", "a");
  ASSERT_TRUE(mapped);
  EXPECT_EQ(mapped->white, 240);
  EXPECT_EQ(mapped->grey(1, 0), 240);
  planes.palette.clear();
  planes.white = 4095;
  planes.min_is_white = true;
  const auto inverted = to_grey(planes, "tiff", "a");
  EXPECT_EQ(inverted->grey(1, 0), 4094);
  EXPECT_EQ(inverted->white, 4095);
}

TEST(Picture, TellsEightBitDataInSixteenBitSamples) {
  // analytic: where samples saturate depends on the end at which white lies
  PicturePlanes planes;
  planes.colour = {image(2, 1, {0, 768})};
  planes.white = 65535;
  EXPECT_EQ(to_grey(planes, "tiff", "a")->empty_low_bits, 0);  // float, for all we know
  planes.whole_bits = 16;
  EXPECT_EQ(to_grey(planes, "tiff", "a")->empty_low_bits, 8);
  EXPECT_EQ(to_grey(planes, "tiff", "a")->white, 65280);
  planes.min_is_white = true;
  EXPECT_EQ(to_grey(planes, "tiff", "a")->white, 65535);
}

TEST(Picture, RefusesIndicesBeyondThePalette) {
  // analytic
  PicturePlanes planes;
  planes.colour = {image(2, 1, {0, 2})};
  planes.palette = {grey(20), grey(240)};
  const auto picture = to_grey(planes, "png", "a");
  ASSERT_FALSE(picture);
  EXPECT_EQ(picture.errors()[0].code, "png.palette");
}

TEST(Picture, LabelsAreTheStoredNumbers) {
  // analytic
  PicturePlanes planes;
  planes.colour = {image(3, 1, {0, 6, -1})};
  planes.palette = {kRed};
  const auto labels = to_labels(planes, "tiff", "a");
  ASSERT_TRUE(labels);
  EXPECT_EQ((*labels)(1, 0), 6);
  EXPECT_EQ((*labels)(2, 0), -1);
  planes.colour[0](0, 0) = 0.5F;
  EXPECT_EQ(to_labels(planes, "tiff", "a").errors()[0].code, "tiff.not_labels");
  EXPECT_EQ(to_labels(rgb(1, 1, {kRed}), "tiff", "a").errors()[0].code, "tiff.coloured");
}

}  // namespace
}  // namespace litho
