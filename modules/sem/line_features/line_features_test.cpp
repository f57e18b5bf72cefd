#include "modules/sem/line_features/kernel.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "pipeline/core/rng.hpp"

namespace litho {
namespace {

constexpr int kWidth = 300, kHeight = 240;

/// Grey noise with one dark line across the layer (x = 100) and one along it (y = 120).
Image<float> picture() {
  Image<float> grey(kWidth, kHeight);
  RandomStream random(5, "lines");
  for (int y = 0; y < kHeight; ++y)
    for (int x = 0; x < kWidth; ++x) {
      const bool across = std::abs(x - 100) <= 1 && y > 60 && y < 180;
      const bool along = std::abs(y - 120) <= 1 && x > 160 && x < 280;
      grey(x, y) = static_cast<float>((across || along ? 95 : 120) + 6 * random.normal());
    }
  return grey;
}

LinePixels lines_of(const Image<float>& grey, Side side) {
  const Image<std::uint8_t> usable(grey.width(), grey.height(), 1);
  LineArea area{{side, grey.width(), grey.height()}, {}, {}, false};
  const auto n = static_cast<std::size_t>(area.frame.width());
  area.outer_v.assign(n, 40), area.front_v.assign(n, 200);
  return line_pixels(grey, usable, find_ridges(grey, usable), area);
}

std::uint8_t value(const LinePixels& lines, const std::string& name, std::size_t i) {
  const auto& names = line_feature_names();
  const auto f = static_cast<std::size_t>(std::find(names.begin(), names.end(), name) - names.begin());
  return lines.values[f * lines.size() + i];
}

/// Mean of a feature over the pixels within 6 px of the line across (or along) the layer.
double mean(const LinePixels& lines, const std::string& name, bool across) {
  double sum = 0, n = 0;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const auto [u, v] = lines.at[i];
    const bool on =
        across ? std::abs(u - 100) <= 6 && v > 80 && v < 160 : std::abs(v - 120) <= 6 && u > 180 && u < 260;
    if (on) sum += value(lines, name, i), n += 1;
  }
  EXPECT_GT(n, 20) << name;
  return sum / n;
}

TEST(LineFeatures, TellLinesAcrossTheLayerFromLinesAlongIt) {
  // analytic: two drawn lines, one at 90 degrees to the layer, one at 0
  const LinePixels lines = lines_of(picture(), Side::top);
  ASSERT_EQ(lines.values.size(), lines.size() * line_feature_names().size());
  EXPECT_GT(mean(lines, "across", true), 240);
  EXPECT_LT(mean(lines, "across", false), 60);
  EXPECT_GT(mean(lines, "chain_across", true), 2 * mean(lines, "chain_across", false) + 20);
  EXPECT_GT(mean(lines, "lines_across_61", true), mean(lines, "lines_along_61", true) + 20);
  EXPECT_LT(mean(lines, "width", true), 255.0 * 4 / 32);
}

TEST(LineFeatures, DoNotKnowHowThePictureIsTurned) {
  // invariant: the same picture with the outside to the left gives the same lines
  const Image<float> grey = picture();
  Image<float> turned(kHeight, kWidth);
  const Frame frame{Side::left, kHeight, kWidth};
  const auto to = upright(turned, frame);
  for (int v = 0; v < kHeight; ++v)
    for (int u = 0; u < kWidth; ++u) to(u, v) = grey(u, v);
  const LinePixels a = lines_of(grey, Side::top), b = lines_of(turned, Side::left);
  // Coarse levels lie otherwise on a turned picture: a line moves by some px, but stays what it is.
  for (const char* name : {"across", "lines_across_31", "strength"})
    for (const bool across : {true, false})
      EXPECT_NEAR(mean(a, name, across), mean(b, name, across), 25) << name << across;
}

TEST(LineFeatures, ScaleAsThePixelDoes) {
  // analytic: half the pixel size is twice the px
  EXPECT_DOUBLE_EQ(line_zoom(0.1, 50), 2);
  EXPECT_DOUBLE_EQ(line_zoom(0.1, 110), 1);
  const Image<float> half = at_line_scale(picture(), 2);
  EXPECT_EQ(half.width(), kWidth / 2);
  const auto rows = at_line_scale(std::vector<float>(kWidth, 40), {Side::top, kWidth, kHeight}, 2);
  ASSERT_EQ(rows.size(), static_cast<std::size_t>(kWidth / 2));
  EXPECT_FLOAT_EQ(rows[10], 20);
}

}  // namespace
}  // namespace litho
