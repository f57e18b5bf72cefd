// TESCAN: tag 50431, blocks {uint32 length; uint16 type; data[length - 2]}, little-endian, types 2 (MAIN) and
// 3 (SEM) holding Latin-1 key=value lines; or the same lines under [MAIN] and [SEM] in a sidecar .hdr.
// Lengths in m.
#include <algorithm>
#include <cmath>
#include <span>
#include <utility>

#include "calibration/sem_scale/findings.hpp"
#include "calibration/sem_scale/ini.hpp"
#include "pipeline/core/number.hpp"
#include "pipeline/core/text.hpp"

namespace litho::sem_scale {
namespace {

constexpr std::uint16_t kTag = 50431;

/// The blocks as one INI text; nothing where their chain is broken.
std::optional<std::string> blocks_as_ini(std::span<const std::uint8_t> bytes) {
  static constexpr const char* kNames[] = {"", "", "MAIN", "SEM", "GAMA", "FIB"};
  std::string out;
  while (bytes.size() >= 6) {
    const std::uint64_t length =
        bytes[0] | bytes[1] << 8 | bytes[2] << 16 | static_cast<std::uint64_t>(bytes[3]) << 24;
    const unsigned type = bytes[4] | static_cast<unsigned>(bytes[5]) << 8;
    if (length < 2 || length > bytes.size() - 4) return std::nullopt;
    if (type == 0) return out;
    if (type >= 2 && type <= 5)
      out.append("[")
          .append(kNames[type])
          .append("]\n")
          .append(decode_text(bytes.subspan(6, length - 2)))
          .append("\n");
    bytes = bytes.subspan(4 + length);
  }
  return bytes.empty() ? std::optional(out) : std::nullopt;
}

/// A frame as the microscope scans it, per view field of a panorama: its sides stand in one of these ratios,
/// within a row.
bool is_frame(double width, double height) {
  static constexpr std::pair<int, int> kRatios[] = {{1, 1},   {5, 4},  {4, 3}, {3, 2},
                                                    {16, 10}, {16, 9}, {2, 1}};
  return std::ranges::any_of(
      kRatios, [&](const auto& r) { return std::abs(width * r.second / r.first - height) <= 1; });
}

void read_text(const ImageTags& tags, const Ini& ini, const std::string& where, Trust trust,
               Findings& found) {
  found.looked.push_back(where + " ([MAIN] PixelSizeX)");
  Acquisition& a = found.acquisition;
  if (a.instrument.empty())
    a.instrument = std::string(trim("TESCAN " + ini.find("MAIN", "Device").value_or("")));
  const std::string column = ini.has_section("FIB") && !ini.has_section("SEM") ? "FIB" : "SEM";
  if (const auto volt = read_number(ini.find(column, "HV")); volt.value > 0)
    a.accelerating_kv = volt.value / 1e3;
  if (const auto wd = read_number(ini.find(column, "WD")); wd.value > 0)
    a.working_distance_mm = wd.value * 1e3;
  if (const auto detector = ini.find(column, "Detector")) a.detector = *detector;
  const Reading tilt = read_number(ini.find(column, "TiltCorrection"));
  if (tilt.state == Reading::good && tilt.value != 0)
    found.notes.push_back(where + ": tilt correction was " + tilt.text +
                          " deg: the picture's rows are already stretched, no view tilt is assumed");

  const Reading x = read_number(ini.find("MAIN", "PixelSizeX")),
                y = read_number(ini.find("MAIN", "PixelSizeY"));
  for (const Reading& r : {x, y})
    if (r.state == Reading::bad) {
      found.refuse("scale.damaged", where + " PixelSize", "'" + r.text + "' is not a number");
      return;
    }
  if (x.state != Reading::good) {
    found.notes.push_back(where + ": [MAIN] PixelSizeX is missing");
    return;
  }
  // The width is not stated, but a strip of another height than stored betrays a crop or a resize.
  const Reading strip = read_number(ini.find("MAIN", "ImageStripSize"));
  const double fields_x = std::max(1.0, read_number(ini.find("MAIN", "ViewFieldsCountX")).value);
  const double fields_y = std::max(1.0, read_number(ini.find("MAIN", "ViewFieldsCountY")).value);
  if (strip.state == Reading::good) {
    const double rows = tags.height_px - strip.value;
    if (strip.value < 0 || rows < 1 || !is_frame(tags.width_px / fields_x, rows / fields_y)) {
      found.refuse("scale.resized", where + " ImageStripSize",
                   "a picture of " + std::to_string(tags.width_px) + " x " + std::to_string(tags.height_px) +
                       " px with a strip of " + strip.text +
                       " rows is no frame the microscope scans: cropped or " +
                       "resampled since, which cannot be told, so its pixel size is unknown");
      return;
    }
    if (strip.value >= 1) a.picture_rows = static_cast<int>(rows);
  }
  found.notes.push_back(where +
                        ": TESCAN states no picture size, so not every resize since would be noticed");
  add_square(
      found,
      {x.value * 1e9, "tescan:PixelSizeX" + std::string(trust == Trust::vendor_tag ? "" : " (.hdr)"), trust},
      y.state == Reading::good ? std::optional(y.value * 1e9) : std::nullopt);
}

}  // namespace

void read_tescan(const ImageTags& tags, Findings& found) {
  if (const auto it = tags.tags.find(kTag); it != tags.tags.end() && has_bytes(tags, kTag)) {
    if (const auto text = blocks_as_ini(it->second)) {
      read_text(tags, Ini(*text, true), "TESCAN tag 50431", Trust::vendor_tag, found);
    } else {
      found.looked.push_back("TESCAN tag 50431");
      found.refuse("scale.damaged", "TESCAN tag 50431", "its chain of blocks is broken or cut");
    }
  }
  for (const Sidecar& sidecar : tags.sidecars) {
    const Ini ini(decode_text(sidecar.bytes));
    if (ini.has_section("MAIN") && (ini.has_section("SEM") || ini.find("MAIN", "PixelSizeX")))
      read_text(tags, ini, sidecar.file_name, Trust::vendor_sidecar, found);
  }
}

}  // namespace litho::sem_scale
