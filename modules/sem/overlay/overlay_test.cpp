#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <numeric>
#include <string>
#include <tuple>
#include <vector>

#include "modules/sem/overlay/kernel.hpp"
#include "modules/sem/overlay/strokes.hpp"
#include "pipeline/core/rng.hpp"

namespace litho {
namespace {

Image<float> noise(int width, int height, std::uint64_t seed) {
  RandomStream random(seed, "overlay");
  Image<float> out(width, height);
  for (float& v : out.pixels()) v = static_cast<float>(100 + 20 * random.normal());
  return out;
}

Image<Rgb8> drawn(const OverlayScene& scene, int max_width_px = 1024) {
  return draw_overlay(scene, max_width_px).value();
}

int level(const Image<Rgb8>& image, int x, int y, int channel) {
  const Rgb8& pixel = image(x, y);
  return channel == 0 ? pixel.r : channel == 1 ? pixel.g : pixel.b;
}

OverlayLine plain_line(std::vector<PointPx> points) {
  OverlayLine line;
  line.points = std::move(points);
  line.width_px = 1;
  line.casing = false;
  return line;
}

/// Centre of what `line` adds to a picture, along x and y, output px.
PointPx ink_centre(const OverlayScene& without, const OverlayLine& line, int max_width_px) {
  OverlayScene with = without;
  with.lines = {line};
  const Image<Rgb8> a = drawn(without, max_width_px), b = drawn(with, max_width_px);
  double sum = 0, sx = 0, sy = 0;
  for (int y = 0; y < a.height(); ++y)
    for (int x = 0; x < a.width(); ++x) {
      const double ink = level(b, x, y, 0) - level(a, x, y, 0);
      sum += ink;
      sx += ink * (x + 0.5);
      sy += ink * (y + 0.5);
    }
  return {sx / sum, sy / sum};
}

// analytic: a line at x or y of the picture lies at x or y times the scale of the output, to the grid of 1/15
// px on which cairo fills
TEST(DrawOverlay, PutsALineAtItsPlaceAtEveryScale) {
  for (const auto& [width, height, max_width] :
       {std::tuple{300, 200, 1024}, std::tuple{1024, 300, 1024}, std::tuple{2048, 701, 1024},
        std::tuple{1500, 400, 640}, std::tuple{1999, 333, 100}}) {
    SCOPED_TRACE(width);
    const Image<float> grey(width, height, 7);
    OverlayScene scene;
    scene.grey = &grey;
    const double sx = overlay_scale(width, max_width), sy = std::round(height * sx) / height;
    const double x = 0.37 * width, y = 0.61 * height;
    const PointPx across =
        ink_centre(scene, plain_line({{0, y}, {0.5 * width, y}, {static_cast<double>(width), y}}), max_width);
    EXPECT_NEAR(across.y, y * sy, 0.05);
    EXPECT_NEAR(across.x, 0.5 * width * sx, 0.05);
    const PointPx down = ink_centre(scene, plain_line({{x, 0}, {x, static_cast<double>(height)}}), max_width);
    EXPECT_NEAR(down.x, x * sx, 0.05);
  }
}

// analytic: the centre of pixel 10 is at 10.5, so a line 1 px wide there covers that row alone
TEST(DrawOverlay, KeepsThePixelCentreConvention) {
  const Image<float> grey(80, 30, 7);
  OverlayScene scene;
  scene.grey = &grey;
  const int ground = level(drawn(scene), 40, 10, 1);
  scene.lines = {plain_line({{0, 10.5}, {80, 10.5}})};
  const Image<Rgb8> image = drawn(scene);
  EXPECT_EQ(level(image, 40, 9, 1), ground);
  EXPECT_EQ(level(image, 40, 10, 1), 255);
  EXPECT_EQ(level(image, 40, 11, 1), ground);
}

// analytic: nothing is drawn between points of which one is invalid
TEST(DrawOverlay, LeavesInvalidStretchesOpen) {
  const Image<float> grey(200, 40, 7);
  OverlayScene scene;
  scene.grey = &grey;
  const int ground = level(drawn(scene), 0, 20, 0);
  OverlayLine line = plain_line({});
  for (int x = 0; x <= 200; ++x) {
    line.points.push_back({static_cast<double>(x), 20.5});
    line.valid.push_back(x < 60 || x > 90);
  }
  scene.lines = {line};
  const Image<Rgb8> image = drawn(scene);
  EXPECT_EQ(level(image, 58, 20, 0), 255);
  EXPECT_EQ(level(image, 91, 20, 0), 255);
  for (int x = 59; x < 91; ++x) EXPECT_EQ(level(image, x, 20, 0), ground) << x;
}

TEST(DrawOverlay, KeepsLinesOutOfTheStrip) {  // invariant
  const Image<float> grey = noise(200, 100, 1);
  OverlayScene scene;
  scene.grey = &grey;
  scene.title = "title";
  const Image<Rgb8> before = drawn(scene);
  ASSERT_GT(before.height(), 100);
  scene.lines = {plain_line({{50, -50}, {50, 500}})};
  const Image<Rgb8> after = drawn(scene);
  EXPECT_NE(before, after);
  const auto strip = [](const Image<Rgb8>& image) { return image.pixels().subspan(200 * 100); };
  EXPECT_TRUE(std::ranges::equal(strip(before), strip(after)));
}

/// Length of the longest bright run below the picture, its half-covered ends counted in part.
double bar_length(const Image<Rgb8>& image, int top) {
  double longest = 0;
  for (int y = top; y < image.height(); ++y) {
    const double dark = level(image, 1, image.height() - 1, 0), bright = 230;
    double run = 0;
    for (int x = 0; x < image.width(); ++x) {
      const double cover = std::clamp((level(image, x, y, 0) - dark) / (bright - dark), 0.0, 1.0);
      run = cover < 0.02 ? 0 : run + cover;
      longest = std::max(longest, run);
    }
  }
  return longest;
}

// analytic: the bar is as long as its text says
TEST(DrawOverlay, DrawsAScaleBarOfTheStatedLength) {
  for (const auto& [width, height, max_width] : {std::tuple{2048, 1536, 1024}, std::tuple{1000, 700, 1024},
                                                 std::tuple{3000, 600, 700}, std::tuple{400, 300, 256}})
    for (const double pixel_nm : {0.8, 12.3, 48.8, 330.0, 2614.5}) {
      SCOPED_TRACE(pixel_nm);
      const Image<float> grey(width, height, 7);
      OverlayScene scene;
      scene.grey = &grey;
      scene.pixel_size_nm = pixel_nm;
      const Image<Rgb8> image = drawn(scene, max_width);
      const double scale = overlay_scale(width, max_width), nm_per_px = pixel_nm / scale;
      const double measured = bar_length(image, static_cast<int>(std::round(height * scale)));
      const double longest = (std::min(width, max_width) >= 480 ? 0.25 : 0.4) * std::min(width, max_width);
      const ScaleBar bar = round_scale_bar(nm_per_px, longest);
      EXPECT_NEAR(measured, bar.length_um * 1000 / nm_per_px, 0.5);
      EXPECT_GT(measured, 0.35 * longest);
    }
}

TEST(RoundScaleBar, TakesTheLongestOneTwoFive) {  // analytic
  struct Case {
    double nm_per_px, max_px, length_um;
    const char* text;
  };
  for (const Case& c :
       {Case{10, 100, 1, "1 µm"}, Case{10, 99, 0.5, "500 nm"}, Case{10, 49, 0.2, "200 nm"},
        Case{48.8, 250, 10, "10 µm"}, Case{2614.5, 250, 500, "500 µm"}, Case{2614.5, 400, 1000, "1 mm"},
        Case{0.5, 2.5, 0.001, "1 nm"}, Case{0.001, 600, 0.0005, "0.5 nm"}}) {
    const ScaleBar bar = round_scale_bar(c.nm_per_px, c.max_px);
    EXPECT_NEAR(bar.length_um, c.length_um, 1e-9 * c.length_um);
    EXPECT_NEAR(bar.length_px, 1000 * c.length_um / c.nm_per_px, 1e-6);
    EXPECT_EQ(bar.text, c.text);
  }
}

TEST(Shrink, KeepsTheMean) {  // analytic
  for (const auto& [width, height] :
       {std::tuple{101, 75}, std::tuple{202, 150}, std::tuple{173, 149}, std::tuple{1, 1}}) {
    const Image<float> in = noise(202, 150, 3);
    const Image<float> out = shrink(in, width, height);
    ASSERT_EQ(std::tuple(out.width(), out.height()), std::tuple(width, height));
    const auto mean = [](const Image<float>& image) {
      return std::accumulate(image.pixels().begin(), image.pixels().end(), 0.0) /
             static_cast<double>(image.size());
    };
    EXPECT_NEAR(mean(out), mean(in), 1e-4);
  }
}

TEST(Shrink, AveragesWholeBlocks) {  // analytic
  Image<float> in(6, 4);
  for (int y = 0; y < 4; ++y)
    for (int x = 0; x < 6; ++x) in(x, y) = static_cast<float>(x + 10 * y);
  const Image<float> out = shrink(in, 2, 2);
  EXPECT_FLOAT_EQ(out(0, 0), 6);
  EXPECT_FLOAT_EQ(out(1, 0), 9);
  EXPECT_FLOAT_EQ(out(1, 1), 29);
}

TEST(DisplayRange, IsSetByTheUsablePixelsAlone) {  // analytic
  Image<float> grey(100, 100, 255);
  Image<std::uint8_t> usable(100, 100, 0);
  for (int y = 0; y < 80; ++y)
    for (int x = 0; x < 100; ++x) {
      grey(x, y) = static_cast<float>(50 + x);
      usable(x, y) = 1;
    }
  const DisplayRange range = display_range(grey, &usable);
  EXPECT_NEAR(range.low, 50, 1);
  EXPECT_NEAR(range.high, 149, 1);
  EXPECT_EQ(display_range(grey, nullptr).high, 255);
  const Image<float> flat(20, 20, 9);
  EXPECT_GT(display_range(flat, nullptr).high, display_range(flat, nullptr).low);
}

// analytic: the tint of full opacity has the proportions of its colour; untinted pixels stay grey
TEST(DrawOverlay, TintsLabelledPixels) {
  const Image<float> grey = noise(120, 60, 4);
  Image<std::uint8_t> labels(120, 60, 3);
  for (int y = 0; y < 60; ++y)
    for (int x = 0; x < 40; ++x) labels(x, y) = 2;
  OverlayScene scene;
  scene.grey = &grey;
  scene.labels = &labels;
  scene.tints = {{2, {1, 0.5, 0}, 1, ""}};
  const Image<Rgb8> image = drawn(scene);
  for (int x = 0; x < 40; ++x) {
    EXPECT_NEAR(level(image, x, 30, 1), 0.5 * level(image, x, 30, 0), 1);
    EXPECT_EQ(level(image, x, 30, 2), 0);
    EXPECT_GE(level(image, x, 30, 0), static_cast<int>(0.65 * 255));
  }
  for (int x = 40; x < 120; ++x) EXPECT_EQ(level(image, x, 30, 0), level(image, x, 30, 2));
}

OverlayScene full_scene(const Image<float>& grey, const Image<std::uint8_t>& labels) {
  OverlayScene scene;
  scene.grey = &grey;
  scene.labels = &labels;
  scene.tints = {{2, okabe_ito::kGreen, 0.3, "interphase"}};
  OverlayLine line;
  for (int x = 0; x < 700; ++x) line.points.push_back({x + 0.5, 200 + 20 * std::sin(0.05 * x)});
  line.colour = okabe_ito::kSkyBlue;
  line.legend = "outer boundary";
  scene.lines = {line, line};
  scene.lines[1].dashed = true;
  scene.pixel_size_nm = 48.8;
  scene.title = "a.tif";
  scene.figures = {"thickness 7.53 µm (95 %: 7.48 - 7.59 µm)"};
  scene.flags = {"field.saturated"};
  return scene;
}

TEST(DrawOverlay, GivesTheSameBytesTwice) {  // invariant
  const Image<float> grey = noise(700, 500, 5);
  const Image<std::uint8_t> labels(700, 500, 2);
  const OverlayScene scene = full_scene(grey, labels);
  const Image<Rgb8> a = drawn(scene, 512), b = drawn(scene, 512);
  EXPECT_EQ(a.width(), 512);
  EXPECT_EQ(a.width(), 512);
  EXPECT_EQ(a, b);
}

TEST(DrawOverlay, FitsTheWidthAskedFor) {  // analytic
  const Image<float> grey = noise(2100, 90, 6);
  const Image<std::uint8_t> labels(2100, 90, 2);
  OverlayScene scene = full_scene(grey, labels);
  for (const int width : {64, 200, 479, 1024, 4000})
    EXPECT_EQ(drawn(scene, width).width(), std::min(width, 2100));
  OverlayScene bare;
  bare.grey = &grey;
  EXPECT_EQ(drawn(bare).height(), static_cast<int>(std::lround(90 * 1024.0 / 2100)));
}

TEST(DrawOverlay, RefusesWhatDoesNotFit) {  // analytic
  const Image<float> grey(100, 80, 1);
  const Image<std::uint8_t> wrong(80, 100, 1);
  OverlayScene scene;
  EXPECT_EQ(draw_overlay(scene).errors()[0].code, "overlay.size");
  scene.grey = &grey;
  EXPECT_FALSE(draw_overlay(scene, 63));
  scene.labels = &wrong;
  EXPECT_FALSE(draw_overlay(scene));
  scene.labels = nullptr;
  scene.lines = {plain_line({{0, 0}, {1, 1}})};
  scene.lines[0].valid = {1};
  EXPECT_FALSE(draw_overlay(scene));
}

// analytic: every sign that figures and codes are written with has a shape of its own
TEST(Text, HasAShapeForEverySign) {
  const Image<float> grey(64, 10, 7);
  const auto written = [&](const std::string& text) {
    OverlayScene scene;
    scene.grey = &grey;
    scene.title = text;
    return drawn(scene);
  };
  const auto unknown = written("\x01");
  std::vector<std::string> signs{"µ", "±", "°", "²", "×"};
  for (char c = '!'; c <= 'z'; ++c)
    if (std::string("$&@^\\`").find(c) == std::string::npos) signs.emplace_back(1, c);
  std::vector<Image<Rgb8>> shapes{unknown};
  for (const std::string& sign : signs) {
    auto shape = written(sign);
    EXPECT_EQ(std::ranges::count(shapes, shape), sign == "O" ? 1 : 0) << sign;  // O and 0 are one shape
    shapes.push_back(std::move(shape));
  }
  EXPECT_EQ(written("μ"), written("µ"));
  EXPECT_EQ(written("−"), written("-"));
}

TEST(Text, WrapsWithoutLosingWords) {  // invariant
  const std::string text = "filamentary (p = 0.98): 5 filaments, 42 per mm, depth p95 5.9 µm";
  for (const double width : {10.0, 60.0, 120.0, 1000.0}) {
    std::string joined;
    for (const std::string& line : overlay::wrap_text(text, width)) {
      if (line.find(' ') != std::string::npos) {
        EXPECT_LE(overlay::text_width(line), width);
      }
      joined += (joined.empty() ? "" : " ") + line;
    }
    EXPECT_EQ(joined, text);
  }
}

TEST(Text, SurvivesMalformedUtf8) {  // invariant
  for (const char* text : {"\xff", "\xc3", "a\xe2\x80", "\xf0\x9f\x98\x80 b"})
    EXPECT_GT(overlay::text_width(text), 0);
}

}  // namespace
}  // namespace litho
