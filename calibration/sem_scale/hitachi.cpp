// Hitachi: sidecar <stem>.txt with [SemImageFile] (ASCII, or UTF-16 on the TM series), and tag 40092 with
// some of the same lines. PixelSize and MicronMarker are in nm.
#include "calibration/sem_scale/findings.hpp"
#include "calibration/sem_scale/ini.hpp"
#include "pipeline/core/number.hpp"
#include "pipeline/core/text.hpp"
#include "pipeline/core/units.hpp"

namespace litho::sem_scale {
namespace {

constexpr std::uint16_t kTag = 40092, kModelTag = 40093;
constexpr const char* kSection = "SemImageFile";

void read_text(const ImageTags& tags, const Ini& ini, const char* section, const std::string& where,
               Trust trust, Findings& found) {
  found.looked.push_back(where + " (PixelSize)");
  const auto value = [&](const char* key) { return ini.find(section, key); };
  const auto quantity = [&](const char* key, const char* unit) -> std::optional<double> {
    const auto text = value(key);
    if (!text || text->empty()) return std::nullopt;
    std::string with_unit = *text;
    if (with_unit.ends_with(" Volt")) with_unit.replace(with_unit.size() - 4, 4, "V");
    const auto read = parse_in_unit(with_unit, unit);
    return read && *read > 0 ? std::optional(*read) : std::nullopt;
  };
  Acquisition& a = found.acquisition;
  if (a.instrument.empty()) a.instrument = std::string(trim("Hitachi " + value("InstructName").value_or("")));
  if (const auto kv = quantity("AcceleratingVoltage", "kV")) a.accelerating_kv = kv;
  if (const auto wd = quantity("WorkingDistance", "mm")) a.working_distance_mm = wd;
  if (a.detector.empty()) a.detector = value("SignalName").value_or("");

  if (const auto name = value("ImageName"); name && !name->empty() && lower(*name) != lower(tags.file_name))
    found.notes.push_back(where + ": it was written for '" + *name +
                          "' (renamed since, or of another picture)");
  const std::string size = value("DataSize").value_or("");
  const auto cross = size.find_first_of("xX");
  const Reading columns = read_number(size.substr(0, cross));
  const Reading rows = read_number(cross == std::string::npos ? "" : size.substr(cross + 1));
  if (columns.state == Reading::good && rows.state == Reading::good && columns.value >= 1 &&
      rows.value >= 1) {
    if (!size_unchanged(tags, columns.value, rows.value, where + " DataSize", found)) return;
    if (rows.value < tags.height_px) a.picture_rows = static_cast<int>(rows.value);
  } else {
    found.notes.push_back(where + ": no readable DataSize, so a resize would not be noticed here");
  }

  const Reading pixel = read_number(value("PixelSize"));
  if (pixel.state == Reading::absent) {
    found.notes.push_back(where + ": PixelSize is missing; Magnification is not a scale");
    return;
  }
  if (pixel.state == Reading::bad || pixel.value <= 0) {
    found.refuse("scale.damaged", where + " PixelSize", "'" + pixel.text + "' is no number above 0");
    return;
  }
  // The ruler burned into the picture must fit it, which would show a PixelSize in another unit.
  if (const Reading marker = read_number(value("MicronMarker"));
      marker.state == Reading::good && marker.value > 0) {
    const double marker_px = marker.value / pixel.value;
    if (marker_px < 2 || marker_px > tags.width_px) {
      found.refuse("scale.disagree", where + " MicronMarker",
                   "a ruler of " + marker.text + " nm would be " + format_double(marker_px, 3) +
                       " px long at PixelSize " + pixel.text);
      return;
    }
  }
  found.statements.push_back(
      {pixel.value, trust == Trust::vendor_tag ? "hitachi:PixelSize (tag 40092)" : "hitachi:PixelSize",
       trust});
}

}  // namespace

void read_hitachi(const ImageTags& tags, Findings& found) {
  const std::string model = std::string(trim(tag_text(tags, kModelTag)));
  if (has_bytes(tags, kTag)) {
    const std::string text = tag_text(tags, kTag);
    const Ini ini(text);
    const bool headed = ini.has_section(kSection);
    if (headed || ini.find("", "PixelSize")) {
      if (!model.empty()) found.acquisition.instrument = "Hitachi " + model;
      read_text(tags, ini, headed ? kSection : "", "Hitachi tag 40092", Trust::vendor_tag, found);
    } else if (!model.empty()) {
      // 40092 alone is also Windows' picture comment.
      found.nothing_in("Hitachi tag 40092", "no readable PixelSize line");
    }
  }
  for (const Sidecar& sidecar : tags.sidecars) {
    const Ini ini(decode_text(sidecar.bytes));
    if (ini.has_section(kSection))
      read_text(tags, ini, kSection, sidecar.file_name, Trust::vendor_sidecar, found);
  }
}

}  // namespace litho::sem_scale
