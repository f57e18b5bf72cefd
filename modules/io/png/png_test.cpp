#include <gtest/gtest.h>
#include <png.h>
#include <zlib.h>

#include <algorithm>
#include <cstring>

#include "modules/io/png/kernel.hpp"
#include "pipeline/core/rng.hpp"

namespace litho {
namespace {

using Bytes = std::vector<std::uint8_t>;

/// PNG files written chunk by chunk for tests; rows unfiltered.
struct PngBuilder {
  std::uint32_t width, height;
  std::uint8_t bits, colour_type;
  std::vector<std::pair<std::string, Bytes>> before, after;  // chunks around the pixels

  static void put(Bytes& out, std::uint32_t number) {
    for (const int shift : {24, 16, 8, 0}) out.push_back(static_cast<std::uint8_t>(number >> shift));
  }
  static void chunk(Bytes& out, const std::string& kind, const Bytes& data) {
    put(out, static_cast<std::uint32_t>(data.size()));
    Bytes body(kind.begin(), kind.end());
    body.insert(body.end(), data.begin(), data.end());
    out.insert(out.end(), body.begin(), body.end());
    put(out, static_cast<std::uint32_t>(crc32(0, body.data(), static_cast<uInt>(body.size()))));
  }
  Bytes build(const std::vector<Bytes>& rows) const {
    Bytes out{0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
    Bytes header;
    put(header, width);
    put(header, height);
    for (const std::uint8_t byte : {bits, colour_type, std::uint8_t{0}, std::uint8_t{0}, std::uint8_t{0}})
      header.push_back(byte);
    chunk(out, "IHDR", header);
    for (const auto& [kind, data] : before) chunk(out, kind, data);
    Bytes pixels;
    for (const auto& row : rows) {
      pixels.push_back(0);
      pixels.insert(pixels.end(), row.begin(), row.end());
    }
    uLongf size = compressBound(static_cast<uLong>(pixels.size()));
    Bytes packed(size);
    compress(packed.data(), &size, pixels.data(), static_cast<uLong>(pixels.size()));
    packed.resize(size);
    chunk(out, "IDAT", packed);
    for (const auto& [kind, data] : after) chunk(out, kind, data);
    chunk(out, "IEND", {});
    return out;
  }
};

Bytes text(std::string_view value) {
  return {value.begin(), value.end()};
}

std::vector<float> grey_of(const Bytes& file) {
  const auto picture = read_png(file, "a.png");
  if (!picture) {
    ADD_FAILURE() << to_string(picture.errors());
    return {};
  }
  return {picture->grey.pixels().begin(), picture->grey.pixels().end()};
}

std::string code_of(const Bytes& file) {
  const auto picture = read_png(file, "a.png");
  return picture ? "ok" : picture.errors()[0].code;
}

Image<Rgb8> coloured(int width, int height) {
  Image<Rgb8> image(width, height);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x)
      image(x, y) = {static_cast<std::uint8_t>(x * 3), static_cast<std::uint8_t>(y * 5),
                     static_cast<std::uint8_t>(x * y)};
  return image;
}

TEST(Png, ReadsGreyOfEveryDepth) {
  // analytic
  EXPECT_EQ(grey_of(PngBuilder{3, 2, 8, 0, {}, {}}.build({{0, 7, 255}, {1, 2, 3}})),
            (std::vector<float>{0, 7, 255, 1, 2, 3}));
  EXPECT_EQ(grey_of(PngBuilder{2, 1, 16, 0, {}, {}}.build({{1, 2, 255, 254}})),
            (std::vector<float>{258, 65534}));
  EXPECT_EQ(grey_of(PngBuilder{3, 1, 4, 0, {}, {}}.build({{0xA3, 0xF0}})), (std::vector<float>{10, 3, 15}));
  EXPECT_EQ(grey_of(PngBuilder{3, 1, 1, 0, {}, {}}.build({{0xA0}})), (std::vector<float>{1, 0, 1}));
  const auto four = read_png(PngBuilder{3, 1, 4, 0, {}, {}}.build({{0xA3, 0xF0}}), "a.png");
  EXPECT_EQ(four->bits, 4);
  EXPECT_EQ(four->white, 15);
}

TEST(Png, ReadsAlphaAsAnnotation) {
  // analytic: the transparent pixel is marked and bridged
  const auto picture = read_png(PngBuilder{3, 1, 8, 4, {}, {}}.build({{10, 255, 99, 0, 30, 255}}), "a.png");
  ASSERT_TRUE(picture) << to_string(picture.errors());
  EXPECT_EQ(picture->annotation(1, 0), 1);
  EXPECT_EQ(picture->grey(1, 0), 20);
  const PngBuilder keyed{3, 1, 8, 0, {{"tRNS", {0, 99}}}, {}};
  const auto second = read_png(keyed.build({{10, 99, 30}}), "a.png");
  ASSERT_TRUE(second) << to_string(second.errors());
  ASSERT_FALSE(second->annotation.empty());
  EXPECT_EQ(second->annotation(1, 0), 1);
}

TEST(Png, ReadsPalettesByTheSharedRule) {
  // analytic: entry 2 is red
  PngBuilder file{6, 1, 8, 3, {{"PLTE", {200, 200, 200, 100, 100, 100, 255, 0, 0}}}, {}};
  const auto bytes = file.build({{0, 1, 2, 0, 1, 1}});
  const auto picture = read_png(bytes, "a.png");
  ASSERT_TRUE(picture) << to_string(picture.errors());
  EXPECT_EQ(picture->annotation(2, 0), 1);
  EXPECT_EQ(picture->grey(0, 0), 200);
  EXPECT_EQ(picture->grey(2, 0), 150);
  EXPECT_EQ(picture->white, 200);
  const auto labels = read_png_labels(bytes, "a.png");
  ASSERT_TRUE(labels);
  EXPECT_EQ((*labels)(2, 0), 2);
  file.before.push_back({"tRNS", {255, 0}});
  EXPECT_EQ(read_png(file.build({{0, 1, 0, 0, 0, 0}}), "a.png")->annotation(1, 0), 1);
}

TEST(Png, RgbWithEqualChannelsIsGrey) {
  // analytic
  EXPECT_EQ(grey_of(PngBuilder{2, 1, 8, 2, {}, {}}.build({{9, 9, 9, 200, 200, 200}})),
            (std::vector<float>{9, 200}));
  EXPECT_EQ(grey_of(PngBuilder{1, 1, 8, 6, {}, {}}.build({{9, 9, 9, 255}})), (std::vector<float>{9}));
  EXPECT_EQ(code_of(PngBuilder{2, 1, 8, 2, {}, {}}.build({{9, 9, 9, 200, 0, 0}})), "png.coloured");
}

TEST(Png, GivesTextAndResolutionFromBothSidesOfThePixels) {
  // analytic: 3937 pixels a metre are 39.37 a centimetre; Latin-1 becomes UTF-8
  Bytes packed(100);
  uLongf size = packed.size();
  const Bytes long_text(50, 'z');
  compress(packed.data(), &size, long_text.data(), long_text.size());
  packed.resize(size);
  Bytes ztxt = text(std::string_view("Comment\0\0", 9));
  ztxt.insert(ztxt.end(), packed.begin(), packed.end());
  const PngBuilder file{
      1,
      1,
      8,
      0,
      {{"pHYs", {0, 0, 15, 97, 0, 0, 15, 97, 1}}, {"tEXt", text(std::string_view("Unit\0\xB5m", 7))}},
      {{"iTXt", text(std::string_view("Title\0\0\0de\0\0Li", 15))}, {"zTXt", ztxt}}};
  const auto tags = read_png_tags(file.build({{5}}), "a.png");
  ASSERT_TRUE(tags) << to_string(tags.errors());
  EXPECT_DOUBLE_EQ(tags->x_resolution.value(), 39.37);
  EXPECT_EQ(tags->resolution_unit, 3);
  const auto& lines = tags->tags.at(270);
  EXPECT_EQ(std::string(lines.begin(), lines.end()),
            "Unit=\xC2\xB5m\nTitle=Li\nComment=" + std::string(50, 'z') + "\n");
}

/// Decoded by libpng's simplified interface, which shares nothing with our reader.
Bytes independent(const Bytes& file, std::uint32_t format) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  EXPECT_TRUE(png_image_begin_read_from_memory(&image, file.data(), file.size()));
  image.format = format;
  Bytes pixels(PNG_IMAGE_SIZE(image));
  EXPECT_TRUE(png_image_finish_read(&image, nullptr, pixels.data(), 0, nullptr));
  return pixels;
}

TEST(Png, WritesWhatOthersRead) {
  // independent library: libpng reads
  const auto rgb = coloured(41, 29);
  const auto file = write_png(rgb);
  const Bytes back = independent(file, PNG_FORMAT_RGB);
  EXPECT_EQ(std::memcmp(back.data(), rgb.pixels().data(), back.size()), 0);
  EXPECT_EQ(back.size(), rgb.size() * 3);
  EXPECT_EQ(file, write_png(rgb));
  Image<std::uint8_t> grey(33, 17);
  for (std::size_t i = 0; i < grey.size(); ++i) grey.pixels()[i] = static_cast<std::uint8_t>(i * i);
  EXPECT_EQ(independent(write_png(grey), PNG_FORMAT_GRAY), Bytes(grey.pixels().begin(), grey.pixels().end()));
  EXPECT_EQ(grey_of(write_png(grey)), std::vector<float>(grey.pixels().begin(), grey.pixels().end()));
}

TEST(Png, ReadsInterlacedPictures) {
  // independent library: libpng writes the seven passes
  Image<std::uint8_t> grey(21, 13);
  for (std::size_t i = 0; i < grey.size(); ++i) grey.pixels()[i] = static_cast<std::uint8_t>(i * 5);
  Bytes file;
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, nullptr, nullptr);
  png_infop info = png_create_info_struct(png);
  png_set_write_fn(
      png, &file,
      [](png_structp self, png_bytep data, std::size_t size) {
        auto& out = *static_cast<Bytes*>(png_get_io_ptr(self));
        out.insert(out.end(), data, data + size);
      },
      nullptr);
  png_set_IHDR(png, info, 21, 13, 8, PNG_COLOR_TYPE_GRAY, PNG_INTERLACE_ADAM7, 0, 0);
  std::vector<png_bytep> rows;
  for (int y = 0; y < 13; ++y) rows.push_back(grey.row(y).data());
  png_set_rows(png, info, rows.data());
  png_write_png(png, info, PNG_TRANSFORM_IDENTITY, nullptr);
  png_destroy_write_struct(&png, &info);
  EXPECT_EQ(grey_of(file), std::vector<float>(grey.pixels().begin(), grey.pixels().end()));
}

TEST(Png, RefusesWhatCannotBe) {
  // analytic
  EXPECT_EQ(code_of({}), "png.not_png");
  EXPECT_EQ(code_of(PngBuilder{0, 1, 8, 0, {}, {}}.build({{1}})), "png.corrupt");
  EXPECT_EQ(code_of(PngBuilder{1U << 30, 1U << 30, 8, 0, {}, {}}.build({{1}})), "png.too_large");
  EXPECT_EQ(code_of(PngBuilder{30000, 30000, 8, 0, {}, {}}.build({{1}})), "png.too_large");
  EXPECT_EQ(code_of(PngBuilder{1, 1, 8, 5, {}, {}}.build({{1}})), "png.corrupt");
  EXPECT_EQ(code_of(PngBuilder{2, 5, 8, 0, {}, {}}.build({{1, 2}})), "png.corrupt");
  EXPECT_EQ(code_of(PngBuilder{2, 1, 8, 3, {}, {}}.build({{1, 2}})), "png.corrupt");
  EXPECT_EQ(code_of(PngBuilder{2, 1, 8, 3, {{"PLTE", {1, 1, 1}}}, {}}.build({{1, 0}})), "png.palette");
}

TEST(Png, TruncatedFilesAreErrors) {
  // invariant
  const auto file = write_png(coloured(40, 30));
  for (std::size_t size = 0; size < file.size(); ++size) {
    const std::string code = code_of(Bytes(file.begin(), file.begin() + static_cast<std::ptrdiff_t>(size)));
    EXPECT_TRUE(code == "png.truncated" || code == "png.not_png") << size << code;
  }
}

TEST(Png, MutatedFilesNeverCrash) {
  // invariant: any bytes give a picture of the claimed size or an error; half of the files have their
  // checksums mended
  std::vector<Bytes> files{
      write_png(coloured(20, 30)), write_png(Image<std::uint8_t>(31, 7, 9)),
      PngBuilder{6, 1, 8, 3, {{"PLTE", {2, 2, 2, 1, 1, 1, 255, 0, 0}}, {"tRNS", {255, 0}}}, {}}.build(
          {{0, 1, 2, 0, 1, 1}}),
      PngBuilder{3, 1, 16, 6, {{"tEXt", text("a")}}, {{"zTXt", text("b")}}}.build({Bytes(24, 7)})};
  RandomStream random(1, "png mutations");
  for (const auto& original : files) {
    for (int round = 0; round < 2000; ++round) {
      Bytes bytes = original;
      for (std::uint32_t i = 0; i <= random.below(3); ++i)
        bytes[random.below(static_cast<std::uint32_t>(bytes.size()))] =
            static_cast<std::uint8_t>(random.below(256));
      if (round % 2 == 0) {
        for (std::size_t at = 8; at + 12 <= bytes.size();) {
          const std::size_t length = std::size_t{bytes[at]} << 24 | std::size_t{bytes[at + 1]} << 16 |
                                     std::size_t{bytes[at + 2]} << 8 | bytes[at + 3];
          if (length > bytes.size() - at - 12) break;
          Bytes sum;
          PngBuilder::put(
              sum, static_cast<std::uint32_t>(crc32(0, &bytes[at + 4], static_cast<uInt>(length + 4))));
          std::ranges::copy(sum, bytes.begin() + static_cast<std::ptrdiff_t>(at + 8 + length));
          at += 12 + length;
        }
      }
      const auto picture = read_png(bytes, "a.png");
      const auto tags = read_png_tags(bytes, "a.png");
      if (picture) {
        ASSERT_TRUE(tags);
        EXPECT_EQ(picture->grey.width(), tags->width_px);
        EXPECT_EQ(picture->grey.height(), tags->height_px);
      } else {
        EXPECT_TRUE(picture.errors()[0].code.starts_with("png."));
      }
    }
  }
}

}  // namespace
}  // namespace litho
