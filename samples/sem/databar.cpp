#include "samples/sem/databar.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "pipeline/core/number.hpp"
#include "pipeline/core/rng.hpp"

namespace litho::sem_sample {
namespace {

using Glyph = std::array<std::uint8_t, 7>;  // 5 x 7, a row a byte, the leftmost dot is bit 4

const std::map<char, Glyph>& glyphs() {
  static const std::map<char, Glyph> font{
      {'0', {0x0E, 0x11, 0x13, 0x15, 0x19, 0x11, 0x0E}},
      {'1', {0x04, 0x0C, 0x04, 0x04, 0x04, 0x04, 0x0E}},
      {'2', {0x0E, 0x11, 0x01, 0x02, 0x04, 0x08, 0x1F}},
      {'3', {0x1F, 0x02, 0x04, 0x02, 0x01, 0x11, 0x0E}},
      {'4', {0x02, 0x06, 0x0A, 0x12, 0x1F, 0x02, 0x02}},
      {'5', {0x1F, 0x10, 0x1E, 0x01, 0x01, 0x11, 0x0E}},
      {'6', {0x06, 0x08, 0x10, 0x1E, 0x11, 0x11, 0x0E}},
      {'7', {0x1F, 0x01, 0x02, 0x04, 0x08, 0x08, 0x08}},
      {'8', {0x0E, 0x11, 0x11, 0x0E, 0x11, 0x11, 0x0E}},
      {'9', {0x0E, 0x11, 0x11, 0x0F, 0x01, 0x02, 0x0C}},
      {'A', {0x0E, 0x11, 0x11, 0x1F, 0x11, 0x11, 0x11}},
      {'B', {0x1E, 0x11, 0x11, 0x1E, 0x11, 0x11, 0x1E}},
      {'D', {0x1C, 0x12, 0x11, 0x11, 0x11, 0x12, 0x1C}},
      {'E', {0x1F, 0x10, 0x10, 0x1E, 0x10, 0x10, 0x1F}},
      {'H', {0x11, 0x11, 0x11, 0x1F, 0x11, 0x11, 0x11}},
      {'I', {0x0E, 0x04, 0x04, 0x04, 0x04, 0x04, 0x0E}},
      {'K', {0x11, 0x12, 0x14, 0x18, 0x14, 0x12, 0x11}},
      {'L', {0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x1F}},
      {'M', {0x11, 0x1B, 0x15, 0x15, 0x11, 0x11, 0x11}},
      {'S', {0x0F, 0x10, 0x10, 0x0E, 0x01, 0x01, 0x1E}},
      {'T', {0x1F, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04}},
      {'V', {0x11, 0x11, 0x11, 0x11, 0x11, 0x0A, 0x04}},
      {'W', {0x11, 0x11, 0x11, 0x15, 0x15, 0x15, 0x0A}},
      {'X', {0x11, 0x11, 0x0A, 0x04, 0x0A, 0x11, 0x11}},
      {'a', {0x00, 0x00, 0x0E, 0x01, 0x0F, 0x11, 0x0F}},
      {'e', {0x00, 0x00, 0x0E, 0x11, 0x1F, 0x10, 0x0E}},
      {'g', {0x00, 0x0F, 0x11, 0x11, 0x0F, 0x01, 0x0E}},
      {'i', {0x04, 0x00, 0x0C, 0x04, 0x04, 0x04, 0x0E}},
      {'k', {0x10, 0x10, 0x12, 0x14, 0x18, 0x14, 0x12}},
      {'l', {0x0C, 0x04, 0x04, 0x04, 0x04, 0x04, 0x0E}},
      {'m', {0x00, 0x00, 0x1A, 0x15, 0x15, 0x11, 0x11}},
      {'n', {0x00, 0x00, 0x16, 0x19, 0x11, 0x11, 0x11}},
      {'s', {0x00, 0x00, 0x0E, 0x10, 0x0E, 0x01, 0x1E}},
      {'u', {0x00, 0x00, 0x11, 0x11, 0x13, 0x1D, 0x10}},  // drawn as a micro sign
      {'=', {0x00, 0x00, 0x1F, 0x00, 0x1F, 0x00, 0x00}},
      {'.', {0x00, 0x00, 0x00, 0x00, 0x00, 0x0C, 0x0C}},
  };
  return font;
}

void draw_text(Image<std::uint8_t>& pixels, int x, int y, int size, std::uint8_t ink,
               const std::string& text) {
  for (const char c : text) {
    const auto glyph = glyphs().find(c);
    if (glyph != glyphs().end())
      for (int j = 0; j < 7 * size; ++j)
        for (int i = 0; i < 5 * size; ++i)
          if (glyph->second[static_cast<std::size_t>(j / size)] >> (4 - i / size) & 1 &&
              pixels.contains(x + i, y + j))
            pixels(x + i, y + j) = ink;
    x += 6 * size;
  }
}

void fill(Image<std::uint8_t>& pixels, int x0, int y0, int w, int h, std::uint8_t value) {
  for (int y = y0; y < y0 + h; ++y)
    for (int x = x0; x < x0 + w; ++x)
      if (pixels.contains(x, y)) pixels(x, y) = value;
}

}  // namespace

double scale_bar_nm(const Scene& scene) {
  const double most = 0.25 * scene.width * scene.pixel_size_nm;
  const double decade = std::pow(10, std::floor(std::log10(most)));
  return most >= 5 * decade ? 5 * decade : most >= 2 * decade ? 2 * decade : decade;
}

Exposure make_exposure(const Scene& scene) {
  RandomStream random(scene.seed, scene.stream + "exposure");
  static constexpr double kTensions[] = {3, 5, 10, 15};
  static const std::string kDetectors[] = {"SE2", "InLens", "AsB"};
  const double field_at_1x_mm = 286;  // display width the magnification refers to
  const double magnification = field_at_1x_mm * 1e6 / (scene.width * scene.pixel_size_nm);
  return {kTensions[random.below(4)], std::round(random.uniform(30, 90)) / 10, std::round(magnification),
          kDetectors[random.below(3)]};
}

void draw_databar(const Scene& scene, const Exposure& exposure, Image<std::uint8_t>& pixels) {
  const int top = scene.picture_rows, rows = scene.height - top;
  if (rows < 12) return;
  const std::uint8_t paper = scene.bar == Bar::white  ? 255
                             : scene.bar == Bar::grey ? 96
                                                      : 0,
                     ink = scene.bar == Bar::white ? 0 : 255;
  fill(pixels, 0, top, scene.width, rows, paper);
  const int size = std::max(1, rows / 30), margin = scene.width / 80, thin = std::max(1, size);
  const int line_1 = top + rows / 2 - 9 * size, line_2 = top + rows / 2 + 2 * size;

  const double bar_nm = scale_bar_nm(scene);
  const int bar_px = static_cast<int>(std::lround(bar_nm / scene.pixel_size_nm));
  const bool right = scene.vendor == Vendor::jeol || scene.vendor == Vendor::hitachi;
  const int bar_x = right ? scene.width - margin - bar_px : margin, bar_y = line_2 + 3 * size;
  draw_text(pixels, bar_x, line_1, size, ink,
            bar_nm >= 1000 ? format_double(bar_nm / 1000) + " um" : format_double(bar_nm) + " nm");
  switch (scene.vendor) {
    case Vendor::zeiss:
    case Vendor::fei:  // a line between two posts
      fill(pixels, bar_x, bar_y, bar_px, thin, ink);
      for (const int x : {bar_x, bar_x + bar_px - thin})
        fill(pixels, x, bar_y - 2 * size, thin, 5 * size, ink);
      break;
    case Vendor::jeol:  // a solid bar
      fill(pixels, bar_x, bar_y - size, bar_px, 3 * size, ink);
      break;
    case Vendor::tescan:
    case Vendor::hitachi:  // a ruler of eleven ticks
      for (int k = 0; k <= 10; ++k)
        fill(pixels, bar_x + static_cast<int>(std::lround(k * (bar_px - thin) / 10.0)), bar_y - 2 * size,
             thin, (k % 5 == 0 ? 5 : 3) * size, ink);
      if (scene.vendor == Vendor::tescan) fill(pixels, bar_x, bar_y + 3 * size, bar_px, thin, ink);
      break;
  }

  const int column = right ? margin : margin + scene.width / 3;
  draw_text(pixels, column, line_1, size, ink, "EHT = " + format_double(exposure.kv) + ".00 kV");
  draw_text(pixels, column, line_2, size, ink, "WD = " + format_double(exposure.working_distance_mm) + " mm");
  draw_text(pixels, column + 22 * 6 * size, line_1, size, ink, "Signal A = " + exposure.detector);
  draw_text(pixels, column + 22 * 6 * size, line_2, size, ink,
            "Mag = " + format_double(exposure.magnification) + " X");
}

}  // namespace litho::sem_sample
