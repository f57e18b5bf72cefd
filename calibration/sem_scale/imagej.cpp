// ImageJ: "ImageJ=1.53t\nunit=micron\n..." in ImageDescription, XResolution in pixels per unit with
// ResolutionUnit 1. With ResolutionUnit 2 or 3 the numbers are dots per inch or cm, ImageJ's "inch" and "cm"
// included, and no scale.
#include "calibration/sem_scale/findings.hpp"
#include "calibration/sem_scale/ini.hpp"
#include "pipeline/core/number.hpp"
#include "pipeline/core/text.hpp"
#include "pipeline/core/units.hpp"

namespace litho::sem_scale {
namespace {

/// Metres in ImageJ's unit names; nothing where it is no length.
std::optional<double> metres(std::string unit) {
  for (const char* micro : {"\\u00B5", "\\u00b5"})
    if (const auto escape = unit.find(micro); escape != std::string::npos)
      unit = unit.substr(0, escape).append("u").append(unit.substr(escape + 6));
  const std::string name = lower(unit);
  if (name == "micron" || name == "microns" || name == "micrometer" || name == "micrometre") return 1e-6;
  if (name == "nanometer" || name == "nanometre" || name == "nanometers") return 1e-9;
  if (name == "angstrom" || unit == "\u00c5" || unit == "\\u00C5") return 1e-10;
  if (name == "inch" || name == "inches") return 0.0254;
  const Unit* known = find_unit(unit);
  return known != nullptr && known->dimension == Dimension::length ? std::optional(known->scale)
                                                                   : std::nullopt;
}

}  // namespace

void read_imagej(const ImageTags& tags, Findings& found) {
  const std::string description = tag_text(tags, 270);
  if (!trim(description).starts_with("ImageJ=")) return;
  const Ini ini(description, true);
  const std::string unit = ini.find("", "unit").value_or("");
  const std::string what = "ImageJ description";
  if (unit.empty() || lower(unit) == "pixel" || lower(unit) == "pixels") {
    found.nothing_in(what, "it has no unit of length");
    return;
  }
  const auto scale = metres(unit);
  const std::string unit_y = ini.find("", "yunit").value_or(unit);
  if (!scale || metres(unit_y) != scale) {
    found.nothing_in(what, "'" + unit + "' and '" + unit_y + "' are no common unit of length");
    return;
  }
  if (tags.resolution_unit != 1) {
    found.nothing_in(what, "its unit is '" + unit + "', but ResolutionUnit " +
                               std::to_string(tags.resolution_unit) + " makes XResolution a printer's");
    return;
  }
  if (!tags.x_resolution || !tags.y_resolution || !(*tags.x_resolution > 0) || !(*tags.y_resolution > 0)) {
    found.nothing_in(what, "XResolution or YResolution is missing or not above 0");
    return;
  }
  if (*tags.x_resolution == 1 && *tags.y_resolution == 1) {
    found.nothing_in(what, "exactly 1 " + unit + " per pixel is what writers put where they know none");
    return;
  }
  found.looked.push_back(what + " (unit, XResolution)");
  add_square(found, {*scale * 1e9 / *tags.x_resolution, "imagej:unit/XResolution", Trust::imagej},
             *scale * 1e9 / *tags.y_resolution);
}

}  // namespace litho::sem_scale
