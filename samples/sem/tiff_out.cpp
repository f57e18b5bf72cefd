#include "samples/sem/tiff_out.hpp"

#include <tiffio.h>

#include <cstdio>
#include <cstring>
#include <span>
#include <utility>
#include <vector>

#include "pipeline/core/file.hpp"
#include "pipeline/core/number.hpp"

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

constexpr std::uint32_t kZeissTag = 34118;

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

class Lines {
 public:
  void number(const std::string& text) { text_ += text + "\r\n"; }
  void pair(const std::string& key, const std::string& line) { text_ += key + "\r\n" + line + "\r\n"; }
  std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

std::string scientific(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.6e", value);
  std::string s(text);  // exponent as this maker writes it: three digits
  const auto e = s.find('e');
  if (s.size() - e == 4) s.insert(e + 2, "0");
  return s;
}

// A length in the unit the microscope would pick: nm up to 1000, then um.
std::string length_text(double nm) {
  return nm < 1000 ? format_double(nm, 4) + " nm" : format_double(nm / 1000, 4) + " \xB5m";
}

}  // namespace

Status write_tiff(const Image<std::uint8_t>& pixels, Palette palette, bool compress,
                  const std::string& header, const std::filesystem::path& path) {
  Memory memory;
  const Error failed{"tiff.write", path.string(), "the TIFF library refused to write the picture", ""};
  TIFF* tiff = TIFFClientOpen(path.string().c_str(), "wm", &memory, memory_read, memory_write, memory_seek,
                              memory_close, memory_size, nullptr, nullptr);
  if (tiff == nullptr) return failed;
  char name[] = "SmartSEM";
  const TIFFFieldInfo field{kZeissTag, -1, -1, TIFF_ASCII, FIELD_CUSTOM, 1, 0, name};
  TIFFMergeFieldInfo(tiff, &field, 1);
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
  if (!header.empty()) TIFFSetField(tiff, kZeissTag, header.c_str());
  std::vector<std::uint8_t> copy(pixels.pixels().begin(),
                                 pixels.pixels().end());  // the predictor works in place
  const bool written = TIFFWriteEncodedStrip(tiff, 0, copy.data(), static_cast<tmsize_t>(copy.size())) >= 0;
  const bool flushed = TIFFFlush(tiff) == 1;
  TIFFClose(tiff);
  if (!written || !flushed) return failed;
  return write_file(path, std::span<const std::uint8_t>(memory.bytes));
}

std::string zeiss_header(const Scene& scene, const Exposure& exposure, const std::string& file_name) {
  const double screen_px_m = scene.pixel_size_nm * 1e-9 * scene.width / 1024;  // of a screen 1024 wide
  Lines lines;
  for (int i = 0; i < 3; ++i) lines.number("0");
  const std::string zone[8] = {scientific(screen_px_m),
                               scientific(exposure.magnification),
                               "6",
                               scientific(exposure.kv * 1000),
                               scientific(2.4),
                               scientific(1e-10),
                               scientific(exposure.working_distance_mm * 1e-3),
                               "0"};
  for (const std::string& value : zone) lines.number(value);
  for (int i = 11; i < 34; ++i) lines.number(i == 17 ? "2" : i == 25 ? "3" : "0");
  const std::pair<std::string, std::string> pairs[] = {
      {"DP_DETECTOR_CHANNEL", "Signal A = " + exposure.detector},
      {"DP_TILT_CORRECTION", "Tilt Corrn. = Off"},
      {"DP_SCAN_ROT", "Scan Rotation = Off"},
      {"DP_IMAGE_STORE",
       "Store resolution = " + std::to_string(scene.width) + " * " + std::to_string(scene.height)},
      {"AP_WD", "WD = " + format_double(exposure.working_distance_mm) + " mm"},
      {"AP_MAG", "Mag = " + format_double(exposure.magnification) + " X"},
      {"AP_ACTUALKV", "EHT = " + format_double(exposure.kv) + ".00 kV"},
      {"AP_PIXEL_SIZE", "Pixel Size = " + length_text(screen_px_m * 1e9)},
      {"AP_IMAGE_PIXEL_SIZE", "Image Pixel Size = " + length_text(scene.pixel_size_nm)},
      {"AP_WIDTH", "Width = " + length_text(scene.pixel_size_nm * scene.width)},
      {"AP_HEIGHT", "Height = " + length_text(scene.pixel_size_nm * scene.height)},
      {"AP_TILT_ANGLE", "Tilt Angle = 0.0 \xB0"},
      {"AP_STAGE_AT_T", "Stage at T = 0.0 \xB0"},
      {"SV_VERSION", "Version = synthetic"},
      {"SV_FILE_NAME", "File Name = " + file_name},
      {"AP_DATE", "Date :1 Jan 2020"},
      {"AP_TIME", "Time :0:00:00"},
  };
  lines.number(std::to_string(std::size(pairs)));
  for (const auto& [key, line] : pairs) lines.pair(key, line);
  return lines.take();
}

}  // namespace litho::sem_sample
