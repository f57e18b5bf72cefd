#include <gtest/gtest.h>
#include <tiffio.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "modules/sem/field/kernel.hpp"
#include "pipeline/core/rng.hpp"
#include "tests/support/shared_data.hpp"

namespace litho {
namespace {

enum class Texture { kNoise, kGrains, kBlurred };

/// A random picture without clipping: noise, or grains with noise, or smooth noise.
Image<float> picture(int width, int height, std::uint64_t seed, Texture texture, double mean = 120,
                     double noise = 12) {
  RandomStream random(seed, "picture");
  Image<float> out(width, height);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      double grain = 0;
      if (texture != Texture::kNoise)
        grain = 25 * std::sin(0.07 * x + 0.3 * std::sin(0.11 * y)) * std::cos(0.05 * y);
      const double n = texture == Texture::kBlurred ? 2 * random.normal() : noise * random.normal();
      out(x, y) = static_cast<float>(std::clamp(std::round(mean + grain + n), 1.0, 254.0));
    }
  return out;
}

void fill(Image<float>& image, int x0, int y0, int x1, int y1, float value) {
  for (int y = std::max(0, y0); y < std::min(image.height(), y1); ++y)
    for (int x = std::max(0, x0); x < std::min(image.width(), x1); ++x) image(x, y) = value;
}

/// Seven-segment digits of 6 x 11 cells, `unit` px strokes.
void write_digits(Image<float>& image, int x, int y, int unit, const std::string& digits, float ink) {
  constexpr unsigned kSegments[] = {0x3f, 0x06, 0x5b, 0x4f, 0x66, 0x6d, 0x7d, 0x07, 0x7f, 0x6f};
  for (const char c : digits) {
    const unsigned on = kSegments[c - '0'];
    const auto bar = [&](int bit, int u0, int v0, int u1, int v1) {
      if ((on >> bit) & 1U) fill(image, x + u0 * unit, y + v0 * unit, x + u1 * unit, y + v1 * unit, ink);
    };
    bar(0, 0, 0, 5, 1);
    bar(1, 4, 0, 5, 6);
    bar(2, 4, 5, 5, 11);
    bar(3, 0, 10, 5, 11);
    bar(4, 0, 5, 1, 11);
    bar(5, 0, 0, 1, 6);
    bar(6, 0, 5, 5, 6);
    x += 7 * unit;
  }
}

Image<float> transposed(const Image<float>& in) {
  Image<float> out(in.height(), in.width());
  for (int y = 0; y < in.height(); ++y)
    for (int x = 0; x < in.width(); ++x) out(y, x) = in(x, y);
  return out;
}

Image<float> flipped(const Image<float>& in) {
  Image<float> out = in;
  for (int y = 0; y < in.height(); ++y) std::ranges::copy(in.row(in.height() - 1 - y), out.row(y).begin());
  return out;
}

enum class BarStyle { kWhiteFramed, kWhite, kBlack, kBlackRuled, kGrey, kRulerOnly };

void draw_bar(Image<float>& image, int rows, BarStyle style, float scale = 1) {
  const int w = image.width(), top = image.height() - rows;
  const bool white = style == BarStyle::kWhite || style == BarStyle::kWhiteFramed;
  const float ground = (white ? 255.0F : style == BarStyle::kGrey ? 96.0F : 0.0F) * scale;
  const float ink = (white ? 0.0F : 255.0F) * scale;
  fill(image, 0, top, w, image.height(), ground);
  if (style == BarStyle::kWhiteFramed) {
    fill(image, 0, top, w, top + 1, ink);
    fill(image, 0, top, 1, image.height(), ink);
    fill(image, w - 1, top, w, image.height(), ink);
  }
  if (style == BarStyle::kBlackRuled) {
    fill(image, 0, top, w, top + 1, ink);
    fill(image, w / 2, top, w / 2 + 1, image.height(), ink);
    fill(image, 0, image.height() - 1, w, image.height(), ink);
  }
  if (style == BarStyle::kRulerOnly) {
    for (int tick = 0; tick < 11; ++tick)
      fill(image, w / 2 + 12 * tick, top + 3, w / 2 + 12 * tick + 2, top + 11, ink);
    return;
  }
  write_digits(image, 8, top + 6, 1, "1234567890", ink);
  write_digits(image, w / 2 + 8, top + 6, 1, "20250815", ink);
  fill(image, w / 2 + 80, top + 8, w / 2 + 140, top + 11, ink);
}

Micrograph micrograph(Image<float> grey, int bits = 8) {
  MicrographData data;
  data.grey = std::move(grey);
  data.bits = bits;
  data.white = bits == 8 ? 255 : 65535;
  return Micrograph::make(std::move(data)).value();
}

Field field_of(Image<float> grey) {
  return find_field(micrograph(std::move(grey))).value();
}

void expect_whole(const Field& field, int width, int height) {
  EXPECT_EQ(field.databar_px, 0);
  EXPECT_EQ(field.databar_side, DatabarSide::kNone);
  EXPECT_EQ(std::tuple(field.x0, field.y0, field.x1, field.y1), std::tuple(0, 0, width, height));
}

class DrawnBar : public testing::TestWithParam<std::tuple<BarStyle, int, Texture>> {};

// analytic: the bar drawn is the bar found, on every kind of picture
TEST_P(DrawnBar, IsFoundToThePixel) {
  const auto [style, rows, texture] = GetParam();
  for (std::uint64_t seed = 0; seed < 2; ++seed) {
    Image<float> image = picture(400, 300, seed, texture);
    draw_bar(image, rows, style);
    const Field field = field_of(image);
    EXPECT_EQ(field.databar_px, rows);
    EXPECT_EQ(field.databar_side, DatabarSide::kBottom);
    EXPECT_EQ(field.y1, 300 - rows);
    EXPECT_EQ(field.usable(200, 299 - rows), 1);
    EXPECT_EQ(field.usable(200, 300 - rows), 0);
    EXPECT_EQ(field.annotation_fraction, 0);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Kinds, DrawnBar,
    testing::Combine(testing::Values(BarStyle::kWhiteFramed, BarStyle::kWhite, BarStyle::kBlack,
                                     BarStyle::kBlackRuled, BarStyle::kGrey, BarStyle::kRulerOnly),
                     testing::Values(29, 35, 68, 76),
                     testing::Values(Texture::kNoise, Texture::kGrains, Texture::kBlurred)));

// invariant: turning the image turns the answer
TEST(FindField, FindsTheBarAtAnySide) {
  Image<float> image = picture(420, 320, 5, Texture::kGrains);
  draw_bar(image, 40, BarStyle::kBlack);
  const Field top = field_of(flipped(image));
  EXPECT_EQ(top.databar_side, DatabarSide::kTop);
  EXPECT_EQ(std::tuple(top.databar_px, top.y0, top.y1), std::tuple(40, 40, 320));
  const Field right = field_of(transposed(image));
  EXPECT_EQ(right.databar_side, DatabarSide::kRight);
  EXPECT_EQ(std::tuple(right.databar_px, right.x0, right.x1), std::tuple(40, 0, 280));
  const Field left = field_of(transposed(flipped(image)));
  EXPECT_EQ(left.databar_side, DatabarSide::kLeft);
  EXPECT_EQ(std::tuple(left.databar_px, left.x0, left.x1), std::tuple(40, 40, 320));
}

// analytic: 8-bit data in the high byte of 16 bits, so that white is 65280
TEST(FindField, ReadsSixteenBitPictures) {
  Image<float> image = picture(400, 300, 6, Texture::kNoise);
  for (float& v : image.pixels()) v *= 256;
  draw_bar(image, 29, BarStyle::kBlackRuled, 256);
  const Field field = find_field(micrograph(image, 16)).value();
  EXPECT_EQ(field.databar_px, 29);
}

// analytic: some vendors leave one line of picture under the databar's box
TEST(FindField, LooksPastAStrayPictureLine) {
  Image<float> image = picture(400, 300, 7, Texture::kNoise);
  draw_bar(image, 34, BarStyle::kWhiteFramed);
  std::ranges::copy(image.row(100), image.row(299).begin());
  EXPECT_EQ(field_of(image).databar_px, 34);
}

// analytic: vacuum clipped to black over most of the width above a black bar
TEST(FindField, SeparatesABlackBarFromClippedVacuum) {
  Image<float> image = picture(400, 300, 8, Texture::kNoise);
  for (int y = 100; y < 300; ++y) fill(image, 0, y, 200 + y % 3, y + 1, 0);
  draw_bar(image, 40, BarStyle::kBlack);
  EXPECT_EQ(field_of(image).databar_px, 40);
}

// analytic: a picture clipped almost wholly to the colour of the bar's ground still has its edge told by its
// noise, or by the part that is not clipped
TEST(FindField, SeparatesAWhiteBarFromASaturatedPicture) {
  for (const bool partly : {false, true}) {
    RandomStream random(4, "saturated");
    Image<float> image(800, 300, 255);
    for (int y = 0; y < 300; ++y)
      for (int x = 0; x < 800; ++x) {
        const double mean = partly ? (x < 680 ? 400 : 90) : 285;
        image(x, y) = static_cast<float>(std::clamp(std::round(mean + 20 * random.normal()), 0.0, 255.0));
      }
    draw_bar(image, 40, BarStyle::kWhite);
    const Field field = field_of(image);
    EXPECT_EQ(field.databar_px, 40) << partly;
    EXPECT_GT(field.saturated_fraction, 0.8);
  }
}

// analytic: a caption at the top and a databar at the bottom
TEST(FindField, CutsBarsAtSeveralSides) {
  Image<float> image = picture(420, 320, 5, Texture::kGrains);
  draw_bar(image, 30, BarStyle::kWhite);
  image = flipped(image);
  draw_bar(image, 44, BarStyle::kBlackRuled);
  const Field field = field_of(image);
  EXPECT_EQ(std::tuple(field.y0, field.y1, field.databar_px), std::tuple(30, 276, 44));
  EXPECT_EQ(field.databar_side, DatabarSide::kBottom);
}

enum class Band { kDark, kBright, kClippedBlack, kClippedWhite, kGradient, kNoise, kFlatStep, kFlatBlack };

class NoBar : public testing::TestWithParam<std::tuple<Band, bool, bool>> {};

// analytic: a band of the scene along one side is picture, however dark, bright or clipped it is
TEST_P(NoBar, CutsNothing) {
  const auto [band, upside, sideways] = GetParam();
  for (std::uint64_t seed = 0; seed < 2; ++seed) {
    RandomStream random(seed, "band");
    Image<float> image = picture(400, 300, seed, Texture::kGrains);
    const double slope = random.uniform(-0.05, 0.05), wave = random.uniform(0, 4);
    for (int y = 0; y < 300; ++y)
      for (int x = 0; x < 400; ++x) {
        const double depth = y - 240 - slope * (x - 200) - wave * std::sin(0.05 * x);
        const double s = 0.5 + 0.5 * std::erf(depth / 1.5);
        double v = image(x, y);
        if (band == Band::kDark) v = (1 - s) * v + s * (12 + 3 * random.normal());
        if (band == Band::kBright) v = (1 - s) * v + s * (240 + 3 * random.normal());
        if (band == Band::kClippedBlack) v = (1 - s) * v + s * (-30 + 12 * random.normal());
        if (band == Band::kClippedWhite) v = (1 - s) * v + s * (300 + 12 * random.normal());
        if (band == Band::kGradient) v = v * (1 - y / 310.0);
        if (band == Band::kFlatStep) v = y < 240 ? 120 : 30;  // no noise at all
        if (band == Band::kFlatBlack) v = y < 260 ? 120 : 0;
        image(x, y) = static_cast<float>(std::clamp(std::round(v), 0.0, 255.0));
      }
    if (upside) image = flipped(image);
    if (sideways) image = transposed(image);
    const Field field = field_of(image);
    expect_whole(field, image.width(), image.height());
    EXPECT_EQ(field.annotation_fraction, 0);
    if (band == Band::kClippedWhite || band == Band::kClippedBlack) {
      EXPECT_NEAR(field.saturated_fraction, 0.2, 0.02);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Bands, NoBar,
                         testing::Combine(testing::Values(Band::kDark, Band::kBright, Band::kClippedBlack,
                                                          Band::kClippedWhite, Band::kGradient, Band::kNoise,
                                                          Band::kFlatStep, Band::kFlatBlack),
                                          testing::Bool(), testing::Bool()));

// analytic: bright dust on clipped vacuum behind a dead straight edge; the beam's blur tells it from a
// databar
TEST(FindField, TakesDustyVacuumForPicture) {
  Image<float> image = picture(400, 300, 15, Texture::kGrains);
  RandomStream random(15, "dust");
  for (int y = 0; y < 300; ++y)
    for (int x = 0; x < 400; ++x) {
      const double s = 0.5 + 0.5 * std::erf((y - 239.5) / 3.0);
      image(x, y) = static_cast<float>(std::clamp(std::round((1 - s) * image(x, y) - 8 * s), 0.0, 255.0));
    }
  for (int speck = 0; speck < 60; ++speck) {
    const int x = static_cast<int>(random.below(390)), y = 250 + static_cast<int>(random.below(40));
    fill(image, x, y, x + 4, y + 4, 180);
  }
  expect_whole(field_of(image), 400, 300);
}

// analytic: frames of known width, alone and around a databar
TEST(FindField, TrimsUniformFrames) {
  Image<float> image = picture(400, 300, 9, Texture::kGrains);
  Image<float> framed(410, 322, 255);
  for (int y = 0; y < 300; ++y) std::ranges::copy(image.row(y), framed.row(y + 12).begin() + 4);
  const Field frame = field_of(framed);
  EXPECT_EQ(std::tuple(frame.x0, frame.y0, frame.x1, frame.y1), std::tuple(4, 12, 404, 312));
  EXPECT_EQ(frame.databar_px, 0);
  draw_bar(image, 40, BarStyle::kBlack);
  for (int y = 0; y < 300; ++y) std::ranges::copy(image.row(y), framed.row(y + 12).begin() + 4);
  const Field both = field_of(framed);
  EXPECT_EQ(std::tuple(both.x0, both.y0, both.x1, both.y1), std::tuple(4, 12, 404, 272));
  EXPECT_EQ(both.databar_px, 50);
}

// analytic: a file's word is compared with the pixels, believed only where they cannot tell
TEST(FindField, ComparesWithWhatTheFileSays) {
  Image<float> image = picture(400, 300, 10, Texture::kGrains);
  draw_bar(image, 40, BarStyle::kBlack);
  const auto found = [](Image<float> grey, int said) {
    MicrographData data;
    data.grey = std::move(grey);
    data.acquisition.picture_rows = said;
    return find_field(Micrograph::make(std::move(data)).value()).value();
  };
  EXPECT_EQ(found(image, 260).notes.size(), 1U);
  const Field other = found(image, 300);
  EXPECT_EQ(other.databar_px, 40);
  EXPECT_EQ(other.notes.size(), 2U);
  const Field none = found(picture(400, 300, 10, Texture::kGrains), 260);
  EXPECT_EQ(none.databar_px, 0);
  EXPECT_EQ(none.notes.size(), 1U);

  Image<float> black(400, 300, 0);
  draw_bar(black, 40, BarStyle::kBlack);
  EXPECT_EQ(found(black, 260).databar_px, 40);
}

double masked_share(const Field& field, int x0, int y0, int x1, int y1) {
  int masked = 0;
  for (int y = y0; y < y1; ++y)
    for (int x = x0; x < x1; ++x) masked += field.usable(x, y) == 0;
  return static_cast<double>(masked) / ((x1 - x0) * (y1 - y0));
}

// analytic: every pixel drawn is masked, and little beside it
TEST(FindField, MasksBurnedInMarks) {
  const Image<float> plain = picture(600, 450, 11, Texture::kGrains);
  for (const float ink : {0.0F, 255.0F}) {
    Image<float> image = plain;
    write_digits(image, 40, 30, 2, "500", ink);
    write_digits(image, 40, 80, 1, "20250815", ink);
    fill(image, 40, 60, 140, 63, ink);                           // scale bar
    fill(image, 400, 300, 401, 450, ink);                        // vertical line to the edge
    fill(image, 0, 200, 600, 201, ink);                          // line from edge to edge
    fill(image, 450, 40, 530, 56, ink);                          // plate
    for (int i = 0; i < 180; ++i) image(60 + i, 240 + i) = ink;  // diagonal
    const Field field = field_of(image);
    expect_whole(field, 600, 450);
    int drawn = 0, missed = 0;
    for (std::size_t i = 0; i < image.size(); ++i)
      if (image.pixels()[i] != plain.pixels()[i]) {
        ++drawn;
        missed += field.usable.pixels()[i] == 1;
      }
    EXPECT_GT(drawn, 2000);
    EXPECT_EQ(missed, 0);
    EXPECT_LT(field.annotation_fraction, 4.0 * drawn / static_cast<double>(image.size()));
    EXPECT_EQ(masked_share(field, 250, 210, 380, 300), 0);
  }
}

// analytic: smoothed letters, of which only the cores are pure ink, with a short word beside them
TEST(FindField, MasksSmoothedText) {
  for (const float ink : {0.0F, 255.0F}) {
    const Image<float> plain = picture(500, 300, 14, Texture::kGrains);
    Image<float> fine(1500, 900, 0);
    write_digits(fine, 121, 152, 7, "2850", 1);
    write_digits(fine, 401, 152, 7, "37", 1);
    Image<float> image = plain, cover(500, 300, 0);
    for (int y = 0; y < 300; ++y)
      for (int x = 0; x < 500; ++x) {
        for (int v = 0; v < 3; ++v)
          for (int u = 0; u < 3; ++u) cover(x, y) += fine(3 * x + u, 3 * y + v) / 9;
        image(x, y) = std::round(plain(x, y) + (ink - plain(x, y)) * cover(x, y));
      }
    const Field field = field_of(image);
    int drawn = 0, missed = 0, far = 0;
    for (int y = 4; y < 296; ++y)
      for (int x = 4; x < 496; ++x) {
        const bool inked = cover(x, y) > 0;
        drawn += inked;
        missed += inked && field.usable(x, y) == 1;
        float near = 0;
        for (int v = -4; v <= 4; ++v)
          for (int u = -4; u <= 4; ++u) near = std::max(near, cover(x + u, y + v));
        far += near == 0 && field.usable(x, y) == 0;
      }
    EXPECT_GT(drawn, 600);
    EXPECT_EQ(missed, 0);
    EXPECT_EQ(far, 0);
  }
}

// analytic: a saturated rim of a front that runs straight along the rows is no drawn line: it frays, and what
// lies on its two sides differs
TEST(FindField, LeavesASaturatedStraightRimAlone) {
  for (const double noise : {0.0, 3.0, 15.0})
    for (const double tilt : {0.0, 0.004, 0.02}) {
      RandomStream random(5, "rim");
      Image<float> image(500, 300);
      for (int y = 0; y < 300; ++y)
        for (int x = 0; x < 500; ++x) {
          const double d = y - 150.3 - tilt * x;
          const double v = (d < 0 ? 60 : 150) + 260 * std::exp(-0.5 * d * d / 2.25) + noise * random.normal();
          image(x, y) = static_cast<float>(std::clamp(std::round(v), 0.0, 255.0));
        }
      EXPECT_EQ(field_of(image).annotation_fraction, 0) << noise << ' ' << tilt;
      EXPECT_EQ(field_of(transposed(image)).annotation_fraction, 0) << noise << ' ' << tilt;
    }
}

// analytic: charging saturates patches, rims and streaks with soft, ragged edges; none of it is a mark
TEST(FindField, LeavesSaturatedSceneAlone) {
  for (std::uint64_t seed = 0; seed < 4; ++seed) {
    RandomStream random(seed, "charging");
    Image<float> image = picture(600, 450, seed, Texture::kGrains);
    for (int spot = 0; spot < 60; ++spot) {
      const double cx = random.uniform(0, 600), cy = random.uniform(0, 450), size = random.uniform(3, 14);
      const int reach = static_cast<int>(3 * size) + 1;
      for (int y = std::max(0, static_cast<int>(cy) - reach); y < std::min(450.0, cy + reach); ++y)
        for (int x = std::max(0, static_cast<int>(cx) - reach); x < std::min(600.0, cx + reach); ++x) {
          const double r = std::hypot(x + 0.5 - cx, y + 0.5 - cy);
          if (r < 3 * size) image(x, y) += static_cast<float>(500 * std::exp(-0.5 * r * r / (size * size)));
        }
    }
    for (int y = 0; y < 450; ++y)
      for (int x = 0; x < 600; ++x) {
        const double d = y - 150 - 0.02 * x - 3 * std::sin(0.03 * x);  // bright rim of an edge
        const double v = image(x, y) + 250 * std::exp(-0.5 * d * d / 4);
        image(x, y) = static_cast<float>(std::clamp(std::round(v), 0.0, 255.0));
      }
    const Field field = field_of(image);
    expect_whole(field, 600, 450);
    EXPECT_EQ(field.annotation_fraction, 0);
    EXPECT_GT(field.saturated_fraction, 0.02);
  }
}

// analytic: noise that clips at both ends makes specks, not marks
TEST(FindField, LeavesClippedNoiseAlone) {
  for (const double mean : {20.0, 127.0, 235.0}) {
    RandomStream random(3, "clip");
    Image<float> image(600, 450);
    for (float& v : image.pixels())
      v = static_cast<float>(std::clamp(std::round(mean + 60 * random.normal()), 0.0, 255.0));
    const Field field = field_of(image);
    expect_whole(field, 600, 450);
    EXPECT_EQ(field.annotation_fraction, 0);
  }
}

// analytic: coloured marks come with the micrograph
TEST(FindField, MasksColouredAnnotation) {
  MicrographData data;
  data.grey = picture(100, 80, 12, Texture::kNoise);
  data.annotation = Image<std::uint8_t>(100, 80);
  for (int x = 10; x < 50; ++x) data.annotation(x, 20) = 1;
  const Field field = find_field(Micrograph::make(std::move(data)).value()).value();
  EXPECT_EQ(field.usable(10, 20), 0);
  EXPECT_NEAR(field.annotation_fraction, 40.0 / 8000, 1e-12);
}

// analytic: exactly these pixels are clipped
TEST(FindField, CountsSaturation) {
  Image<float> image = picture(200, 100, 13, Texture::kNoise);
  for (float& v : image.pixels()) v = std::clamp(v, 5.0F, 250.0F);
  // The topmost level but one counts, too: some vendors keep 255 for overlays.
  constexpr float kClipped[] = {0, 254, 255};
  for (int i = 0; i < 100; ++i) image(2 * i, 3 * i % 100) = kClipped[i % 3];
  EXPECT_NEAR(field_of(image).saturated_fraction, 100.0 / 20000, 1e-12);
}

TEST(FindField, RefusesThumbnails) {  // analytic
  const auto field = find_field(micrograph(Image<float>(15, 40, 3)));
  ASSERT_FALSE(field);
  EXPECT_EQ(field.errors()[0].code, "field.small");
}

/// Grey values as stored: every palette in the vendors' files used here is the identity.
std::optional<Micrograph> read_plain(const std::string& path) {
  TIFFSetWarningHandler(nullptr);
  TIFFSetErrorHandler(nullptr);
  const std::unique_ptr<TIFF, void (*)(TIFF*)> tiff(TIFFOpen(path.c_str(), "r"), TIFFClose);
  if (!tiff) return std::nullopt;
  std::uint32_t width = 0, height = 0;
  std::uint16_t bits = 0, samples = 1;
  TIFFGetField(tiff.get(), TIFFTAG_IMAGEWIDTH, &width);
  TIFFGetField(tiff.get(), TIFFTAG_IMAGELENGTH, &height);
  TIFFGetFieldDefaulted(tiff.get(), TIFFTAG_BITSPERSAMPLE, &bits);
  TIFFGetFieldDefaulted(tiff.get(), TIFFTAG_SAMPLESPERPIXEL, &samples);
  if (samples != 1 || (bits != 8 && bits != 16)) return std::nullopt;
  Image<float> grey(static_cast<int>(width), static_cast<int>(height));
  std::vector<std::uint16_t> line(width);
  for (std::uint32_t y = 0; y < height; ++y) {
    if (TIFFReadScanline(tiff.get(), line.data(), y) < 0) return std::nullopt;
    const auto row = grey.row(static_cast<int>(y));
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(line.data());
    for (std::size_t x = 0; x < width; ++x) row[x] = bits == 8 ? bytes[x] : line[x];
  }
  return micrograph(std::move(grey), bits);
}

struct Reviewed {
  const char* file;
  int databar_px;  ///< read off the picture by eye and by its row levels
};

class VendorFile : public testing::TestWithParam<Reviewed> {};

TEST_P(VendorFile, HasItsDatabarFound) {  // reviewed sample
  const std::string path = std::string(LITHOSCOPE_SHARED_DATA) + "/sem/vendor/" + GetParam().file;
  LITHO_NEEDS_SHARED_DATA(path);
  const auto m = read_plain(path);
  ASSERT_TRUE(m.has_value());
  const Field field = find_field(*m).value();
  EXPECT_NEAR(field.databar_px, GetParam().databar_px, 1);
  EXPECT_EQ(std::tuple(field.x0, field.y0, field.x1), std::tuple(0, 0, m->width()));
  EXPECT_EQ(field.y1, m->height() - field.databar_px);
}

INSTANTIATE_TEST_SUITE_P(
    Files, VendorFile,
    testing::Values(Reviewed{"zeiss_ultra55_512.tif", 34}, Reviewed{"zeiss_merlin_1k.tif", 77},
                    Reviewed{"zeiss_crossbeam550.tif", 60}, Reviewed{"fei_helios_8bit.tif", 29},
                    Reviewed{"fei_helios_16bit.tif", 29}, Reviewed{"jeol_7600f.tif", 64},
                    Reviewed{"hitachi_tm4000_x600.tif", 59}, Reviewed{"tescan_mira3_16bit.tif", 120},
                    Reviewed{"openfibsem_json.tif", 0}, Reviewed{"plain_16bit_be.tif", 0},
                    Reviewed{"cathode_section_charging.tif", 0}));

TEST(FindField,
     MasksTheCrosshairOfTheCrossbeamFile) {  // reviewed sample: lines that end at a circle in the middle
  const std::string path = std::string(LITHOSCOPE_SHARED_DATA) + "/sem/vendor/zeiss_crossbeam550.tif";
  LITHO_NEEDS_SHARED_DATA(path);
  const Field field = find_field(read_plain(path).value()).value();
  EXPECT_EQ(masked_share(field, 0, 384, 500, 385), 1);
  EXPECT_EQ(masked_share(field, 525, 384, 1024, 385), 1);
  EXPECT_EQ(masked_share(field, 512, 0, 513, 370), 1);
  EXPECT_GT(masked_share(field, 560, 150, 750, 340), 0);  // an oblique line
  EXPECT_LT(field.annotation_fraction, 0.02);
}

TEST(FindField,
     CutsNothingFromCroppedSections) {  // reviewed sample: no databar, frame or text in any of them
  const std::filesystem::path folder = std::string(LITHOSCOPE_SHARED_DATA) + "/sem/coating_layers/images";
  LITHO_NEEDS_SHARED_DATA(folder);
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const auto m = read_plain(entry.path().string());
    if (!m) continue;
    SCOPED_TRACE(entry.path().filename().string());
    const Field field = find_field(*m).value();
    expect_whole(field, m->width(), m->height());
    EXPECT_EQ(field.annotation_fraction, 0);
  }
}

}  // namespace
}  // namespace litho
