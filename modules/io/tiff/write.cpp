#include <algorithm>
#include <array>
#include <cassert>

#include "modules/io/tiff/kernel.hpp"
#include "modules/io/tiff/stream.hpp"

namespace litho {
namespace {

constexpr std::uint64_t kStripBytes = 1U << 18;
constexpr int kCompressionLevel = 3;  // more costs time and gains little on labels and noise
constexpr std::uint64_t kClassicLimit = 4'000'000'000;  // bytes of picture that surely fit below 2^32

template <class T>
std::vector<std::uint8_t> write(const Image<T>& picture, const TiffWriteOptions& options) {
  assert(!picture.empty() && options.palette.size() <= 256 && (options.palette.empty() || sizeof(T) == 1));
  const std::uint64_t row_bytes = picture.row(0).size_bytes();
  const bool big = row_bytes * static_cast<std::uint64_t>(picture.height()) > kClassicLimit;
  const auto stream = tiff::Stream::writing(big ? "w8l" : "wl");
  TIFF* const out = stream->tiff();
  const bool is_float = std::is_floating_point_v<T>;
  const auto rows = static_cast<std::uint32_t>(
      std::clamp<std::uint64_t>(kStripBytes / row_bytes, 1, static_cast<std::uint64_t>(picture.height())));
  TIFFSetField(out, TIFFTAG_IMAGEWIDTH, static_cast<std::uint32_t>(picture.width()));
  TIFFSetField(out, TIFFTAG_IMAGELENGTH, static_cast<std::uint32_t>(picture.height()));
  TIFFSetField(out, TIFFTAG_BITSPERSAMPLE, static_cast<int>(8 * sizeof(T)));
  TIFFSetField(out, TIFFTAG_SAMPLESPERPIXEL, 1);
  TIFFSetField(out, TIFFTAG_SAMPLEFORMAT, is_float ? SAMPLEFORMAT_IEEEFP : SAMPLEFORMAT_UINT);
  TIFFSetField(out, TIFFTAG_COMPRESSION, COMPRESSION_ADOBE_DEFLATE);
  TIFFSetField(out, TIFFTAG_ZIPQUALITY, kCompressionLevel);
  TIFFSetField(out, TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG);
  TIFFSetField(out, TIFFTAG_ROWSPERSTRIP, rows);
  if (options.palette.empty()) {
    TIFFSetField(out, TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_MINISBLACK);
    TIFFSetField(out, TIFFTAG_PREDICTOR, is_float ? PREDICTOR_FLOATINGPOINT : PREDICTOR_HORIZONTAL);
  } else {
    std::array<std::array<std::uint16_t, 256>, 3> map{};
    for (std::size_t i = 0; i < options.palette.size(); ++i) {
      map[0][i] = static_cast<std::uint16_t>(options.palette[i].r * 257);
      map[1][i] = static_cast<std::uint16_t>(options.palette[i].g * 257);
      map[2][i] = static_cast<std::uint16_t>(options.palette[i].b * 257);
    }
    TIFFSetField(out, TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_PALETTE);
    TIFFSetField(out, TIFFTAG_COLORMAP, map[0].data(), map[1].data(), map[2].data());
  }
  if (!options.description.empty()) TIFFSetField(out, TIFFTAG_IMAGEDESCRIPTION, options.description.c_str());
  if (options.pixel_size_nm) {
    const double per_cm = 1e7 / *options.pixel_size_nm;
    TIFFSetField(out, TIFFTAG_RESOLUTIONUNIT, RESUNIT_CENTIMETER);
    TIFFSetField(out, TIFFTAG_XRESOLUTION, per_cm);
    TIFFSetField(out, TIFFTAG_YRESOLUTION, per_cm);
  }
  std::vector<T> strip;  // libtiff's predictor works in place
  for (std::uint32_t y = 0; y < static_cast<std::uint32_t>(picture.height()); y += rows) {
    const std::size_t begin = static_cast<std::size_t>(y) * static_cast<std::size_t>(picture.width());
    const std::size_t count = static_cast<std::size_t>(rows) * static_cast<std::size_t>(picture.width());
    const auto pixels = picture.pixels().subspan(begin, std::min(count, picture.size() - begin));
    strip.assign(pixels.begin(), pixels.end());
    TIFFWriteEncodedStrip(out, y / rows, strip.data(), static_cast<tmsize_t>(pixels.size_bytes()));
  }
  return stream->finish();
}

}  // namespace

std::vector<std::uint8_t> write_tiff(const Image<std::uint8_t>& picture, const TiffWriteOptions& options) {
  return write(picture, options);
}

std::vector<std::uint8_t> write_tiff(const Image<std::uint16_t>& picture, const TiffWriteOptions& options) {
  return write(picture, options);
}

std::vector<std::uint8_t> write_tiff(const Image<float>& picture, const TiffWriteOptions& options) {
  return write(picture, options);
}

}  // namespace litho
