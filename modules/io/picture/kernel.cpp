#include "modules/io/picture/kernel.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <optional>
#include <utility>

#include "pipeline/core/number.hpp"

namespace litho {
namespace {

constexpr float kGreyTolerance = 2.0F / 255.0F;  // of white
constexpr double kMaxColoured = 0.20;            // of all pixels

std::string percent(double fraction) {
  return format_double(100 * fraction, 3) + " %";
}

float luminance(float red, float green, float blue) {
  return 0.299F * red + 0.587F * green + 0.114F * blue;
}

bool is_grey(float red, float green, float blue, float tolerance) {
  return std::max({red, green, blue}) - std::min({red, green, blue}) <= tolerance;
}

Error error(std::string_view format, const char* code, const std::string& file_name, std::string message,
            std::string hint) {
  return {std::string(format) + "." + code, file_name, std::move(message), std::move(hint)};
}

void mark(GreyPicture& picture, std::size_t pixel) {
  if (picture.annotation.empty())
    picture.annotation = Image<std::uint8_t>(picture.grey.width(), picture.grey.height());
  picture.annotation.pixels()[pixel] = 1;
}

/// Luminance, coloured pixels marked; how many.
std::size_t split_rgb(PicturePlanes& planes, GreyPicture& out) {
  const auto green = planes.colour[1].pixels();
  const auto blue = planes.colour[2].pixels();
  out.grey = std::move(planes.colour[0]);
  out.white = planes.white;
  const auto grey = out.grey.pixels();
  const auto tolerance = static_cast<float>(planes.white) * kGreyTolerance;
  std::size_t coloured = 0;
  for (std::size_t i = 0; i < grey.size(); ++i) {
    const float red = grey[i];
    if (red == green[i] && red == blue[i]) continue;
    grey[i] = luminance(red, green[i], blue[i]);
    if (is_grey(red, green[i], blue[i], tolerance)) continue;
    mark(out, i);
    ++coloured;
  }
  return coloured;
}

/// As split_rgb, through the palette; white becomes the brightest grey the palette can give.
Result<std::size_t> split_palette(PicturePlanes& planes, GreyPicture& out, std::string_view format,
                                  const std::string& file_name) {
  const std::size_t entries = planes.palette.size();
  std::vector<float> value(entries);
  std::vector<std::uint8_t> is_mark(entries);
  std::optional<float> white;
  for (std::size_t i = 0; i < entries; ++i) {
    const auto [red, green, blue] = planes.palette[i];
    value[i] = red == green && red == blue ? red : luminance(red, green, blue);
    is_mark[i] = !is_grey(red, green, blue, 255 * kGreyTolerance);
    if (!is_mark[i]) white = std::max(white.value_or(value[i]), value[i]);
  }
  out.white = white.value_or(255);
  out.grey = std::move(planes.colour[0]);
  const auto grey = out.grey.pixels();
  std::vector<std::uint8_t> used(entries);
  std::size_t coloured = 0;
  for (std::size_t i = 0; i < grey.size(); ++i) {
    const auto index = static_cast<std::size_t>(grey[i]);
    if (index >= entries)
      return error(format, "palette", file_name,
                   "a pixel has palette index " + std::to_string(index) + ", the palette " +
                       std::to_string(entries) + " entries",
                   "save the picture again as 8-bit grey");
    used[index] = 1;
    grey[i] = value[index];
    if (is_mark[index]) {
      mark(out, i);
      ++coloured;
    }
  }
  std::vector<float> greys;
  for (std::size_t i = 0; i < entries; ++i)
    if (used[i] && !is_mark[i]) greys.push_back(value[i]);
  if (greys.size() > 1 && std::ranges::all_of(greys, [&](float one) { return one == greys[0]; }))
    return error(
        format, "palette", file_name,
        std::to_string(greys.size()) + " palette indices all mean one grey: the palette hides the picture",
        "save the picture again as 8-bit grey, from the microscope's software");
  return coloured;
}

/// Marks in a row become a straight line between their grey neighbours; rows mostly marked stay (a databar).
void bridge_marks(GreyPicture& picture) {
  for (int y = 0; y < picture.grey.height(); ++y) {
    const auto grey = picture.grey.row(y);
    const auto marked = std::as_const(picture.annotation).row(y);
    const std::size_t width = grey.size();
    if (2 * static_cast<std::size_t>(std::ranges::count(marked, 1)) > width) continue;
    for (std::size_t x = 0; x < width;) {
      if (!marked[x]) {
        ++x;
        continue;
      }
      std::size_t end = x;
      while (end < width && marked[end]) ++end;
      const float left = x > 0 ? grey[x - 1] : grey[end];
      const float right = end < width ? grey[end] : left;
      const auto steps = static_cast<float>(end - x + 1);
      for (std::size_t i = x; i < end; ++i)
        grey[i] = left + (right - left) * static_cast<float>(i - x + 1) / steps;
      x = end;
    }
  }
}

/// Low bits that are 0 in every pixel; at most 8, lest a flat picture say too much.
int empty_low_bits(const Image<float>& samples) {
  unsigned used = 0;
  for (const float value : samples.pixels()) used |= static_cast<unsigned>(value);
  return used == 0 ? 0 : std::min(std::countr_zero(used), 8);
}

}  // namespace

Result<GreyPicture> to_grey(PicturePlanes planes, std::string_view format, const std::string& file_name) {
  GreyPicture out;
  std::size_t coloured = 0;
  if (planes.colour.size() == 3) {
    coloured = split_rgb(planes, out);
  } else if (!planes.palette.empty()) {
    auto split = split_palette(planes, out, format, file_name);
    if (!split) return split.errors();
    coloured = *split;
  } else {
    out.grey = std::move(planes.colour[0]);
    out.white = planes.white;
    if (planes.whole_bits == 16) out.empty_low_bits = empty_low_bits(out.grey);
    if (planes.min_is_white)
      for (float& pixel : out.grey.pixels()) pixel = static_cast<float>(planes.white) - pixel;
    else
      out.white -= std::ldexp(1.0, out.empty_low_bits) - 1;
  }
  const auto pixels = static_cast<double>(out.grey.size());
  if (static_cast<double>(coloured) > kMaxColoured * pixels)
    return error(
        format, "coloured", file_name,
        percent(static_cast<double>(coloured) / pixels) +
            " of the pixels are coloured: a coloured picture has no grey level that means signal",
        "export the micrograph as grey, without false colour or colour map (coloured marks over up to " +
            percent(kMaxColoured) + " are tolerated)");
  if (!planes.alpha.empty()) {
    const auto half = static_cast<float>(planes.white / 2);
    const auto alpha = std::as_const(planes.alpha).pixels();
    for (std::size_t i = 0; i < alpha.size(); ++i)
      if (alpha[i] < half) mark(out, i);
  }
  if (!out.annotation.empty()) {
    out.annotation_fraction = static_cast<double>(std::ranges::count(out.annotation.pixels(), 1)) / pixels;
    bridge_marks(out);
  }
  return out;
}

Result<Image<int>> to_labels(const PicturePlanes& planes, std::string_view format,
                             const std::string& file_name) {
  constexpr float kLargest = 16777216.0F;  // whole floats end here
  const Image<float>& first = planes.colour[0];
  for (std::size_t i = 1; i < planes.colour.size(); ++i)
    if (planes.colour[i] != first)
      return error(format, "coloured", file_name,
                   "the channels differ: a picture of classes has one number a pixel",
                   "save the labels as 8-bit grey or with a palette");
  Image<int> labels(first.width(), first.height());
  const auto out = labels.pixels();
  const auto in = first.pixels();
  for (std::size_t i = 0; i < in.size(); ++i) {
    if (!(std::abs(in[i]) <= kLargest) || in[i] != std::floor(in[i]))
      return error(format, "not_labels", file_name,
                   "pixel (" + std::to_string(i % static_cast<std::size_t>(first.width())) + ", " +
                       std::to_string(i / static_cast<std::size_t>(first.width())) + ") is no whole number",
                   "save the labels as 8-bit or 16-bit whole numbers");
    out[i] = static_cast<int>(in[i]);
  }
  return labels;
}

}  // namespace litho
