#include "samples/sem/tiff_out.hpp"

#include <tiffio.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <span>
#include <vector>

#include "pipeline/core/file.hpp"

namespace litho::sem_sample {
namespace {

// A file in memory for libtiff, so that the real one appears whole.
struct Memory {
  std::vector<std::uint8_t> bytes;
  std::size_t at = 0;
};
tmsize_t memory_read(thandle_t handle, void* to, tmsize_t size) {
  auto& m = *static_cast<Memory*>(handle);
  if (m.at >= m.bytes.size()) return 0;
  const auto n = std::min(static_cast<std::size_t>(size), m.bytes.size() - m.at);
  std::memcpy(to, m.bytes.data() + m.at, n);
  m.at += n;
  return static_cast<tmsize_t>(n);
}
tmsize_t memory_write(thandle_t handle, void* from, tmsize_t size) {
  auto& m = *static_cast<Memory*>(handle);
  const auto n = static_cast<std::size_t>(size);
  if (m.at + n > m.bytes.size()) m.bytes.resize(m.at + n);
  std::memcpy(m.bytes.data() + m.at, from, n);
  m.at += n;
  return size;
}
toff_t memory_seek(thandle_t handle, toff_t offset, int whence) {
  auto& m = *static_cast<Memory*>(handle);
  m.at = static_cast<std::size_t>(whence == SEEK_SET   ? offset
                                  : whence == SEEK_CUR ? m.at + offset
                                                       : m.bytes.size() + offset);
  return m.at;
}
int memory_close(thandle_t) {
  return 0;
}
toff_t memory_size(thandle_t handle) {
  return static_cast<Memory*>(handle)->bytes.size();
}

void set_palette(TIFF* tiff, Palette palette) {
  // Labels: none, outside, interphase, electrolyte, crack, pore, gap.
  static constexpr std::uint8_t kColours[7][3] = {{0, 0, 0},    {70, 70, 90},  {230, 159, 0},  {86, 180, 233},
                                                  {213, 94, 0}, {0, 158, 115}, {204, 121, 167}};
  std::uint16_t channels[3][256] = {};
  for (std::size_t c = 0; c < 3; ++c)
    for (std::size_t i = 0; i < 256; ++i) {
      const std::size_t value = palette == Palette::grey ? i : i < 7 ? kColours[i][c] : 0;
      channels[c][i] = static_cast<std::uint16_t>(value * 257);
    }
  TIFFSetField(tiff, TIFFTAG_COLORMAP, channels[0], channels[1], channels[2]);
}

}  // namespace

Status write_tiff(const Image<std::uint8_t>& pixels, Palette palette, bool compress,
                  const std::vector<PrivateTag>& tags, const std::filesystem::path& path) {
  Memory memory;
  const Error failed{"tiff.write", path.string(), "the TIFF library refused to write the picture", ""};
  TIFF* tiff = TIFFClientOpen(path.string().c_str(), "wm", &memory, memory_read, memory_write, memory_seek,
                              memory_close, memory_size, nullptr, nullptr);
  if (tiff == nullptr) return failed;
  char name[] = "vendor header";
  std::vector<TIFFFieldInfo> fields;
  for (const PrivateTag& tag : tags) {
    const short any = tag.text ? TIFF_VARIABLE : TIFF_VARIABLE2;
    fields.push_back({tag.tag, any, any, tag.text ? TIFF_ASCII : TIFF_BYTE, FIELD_CUSTOM, 1,
                      static_cast<unsigned char>(tag.text ? 0 : 1), name});
  }
  if (!fields.empty()) TIFFMergeFieldInfo(tiff, fields.data(), static_cast<std::uint32_t>(fields.size()));
  const auto width = static_cast<std::uint32_t>(pixels.width()),
             height = static_cast<std::uint32_t>(pixels.height());
  TIFFSetField(tiff, TIFFTAG_IMAGEWIDTH, width);
  TIFFSetField(tiff, TIFFTAG_IMAGELENGTH, height);
  TIFFSetField(tiff, TIFFTAG_BITSPERSAMPLE, 8);
  TIFFSetField(tiff, TIFFTAG_SAMPLESPERPIXEL, 1);
  TIFFSetField(tiff, TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG);
  TIFFSetField(tiff, TIFFTAG_ROWSPERSTRIP, height);
  TIFFSetField(tiff, TIFFTAG_PHOTOMETRIC,
               palette == Palette::none ? PHOTOMETRIC_MINISBLACK : PHOTOMETRIC_PALETTE);
  if (palette != Palette::none) set_palette(tiff, palette);
  TIFFSetField(tiff, TIFFTAG_COMPRESSION, compress ? COMPRESSION_ADOBE_DEFLATE : COMPRESSION_NONE);
  if (compress && palette != Palette::labels) TIFFSetField(tiff, TIFFTAG_PREDICTOR, PREDICTOR_HORIZONTAL);
  for (const PrivateTag& tag : tags) {
    if (tag.text)
      TIFFSetField(tiff, tag.tag, tag.bytes.c_str());
    else
      TIFFSetField(tiff, tag.tag, static_cast<std::uint32_t>(tag.bytes.size()), tag.bytes.data());
  }
  std::vector<std::uint8_t> copy(pixels.pixels().begin(),
                                 pixels.pixels().end());  // the predictor works in place
  const bool written = TIFFWriteEncodedStrip(tiff, 0, copy.data(), static_cast<tmsize_t>(copy.size())) >= 0;
  const bool flushed = TIFFFlush(tiff) == 1;
  TIFFClose(tiff);
  if (!written || !flushed) return failed;
  return write_file(path, std::span<const std::uint8_t>(memory.bytes));
}

}  // namespace litho::sem_sample
