// ZEISS Atlas (Fibics): tag 51023, XML with the field of view and the picture's size.
#include <algorithm>
#include <array>
#include <pugixml.hpp>

#include "calibration/sem_scale/findings.hpp"
#include "pipeline/core/text.hpp"
#include "pipeline/core/units.hpp"

namespace litho::sem_scale {

void read_atlas(const ImageTags& tags, Findings& found) {
  constexpr std::uint16_t kTag = 51023;
  if (!has_bytes(tags, kTag)) return;
  const std::string where = "Atlas tag 51023";
  found.looked.push_back(where + " (Scan/FOV_X)");
  pugi::xml_document document;
  if (!document.load_string(tag_text(tags, kTag).c_str())) {
    found.refuse("scale.damaged", where, "its XML cannot be parsed");
    return;
  }
  const pugi::xml_node root = document.document_element();
  const auto at = [&](const char* path) { return root.first_element_by_path(path); };
  const auto length = [&](const char* path) {
    const pugi::xml_node node = at(path);
    const std::string unit = node.attribute("units").value();
    return read_length_nm(unit.empty() ? std::string(node.child_value())
                                       : std::string(node.child_value()) + " " + unit);
  };
  const Reading columns = read_number(at("Image/Width").child_value()),
                rows = read_number(at("Image/Height").child_value());
  const Reading fov_x = length("Scan/FOV_X"), fov_y = length("Scan/FOV_Y");
  if (fov_x.state == Reading::bad || fov_y.state == Reading::bad) {
    found.refuse("scale.damaged", where + " Scan/FOV_X",
                 "'" + fov_x.text + "', '" + fov_y.text + "' are no lengths with a unit");
    return;
  }
  if (fov_x.state != Reading::good || columns.state != Reading::good || rows.state != Reading::good ||
      columns.value < 1 || rows.value < 1) {
    found.notes.push_back(where + ": Scan/FOV_X or Image/Width is missing");
    return;
  }
  if (!size_unchanged(tags, columns.value, rows.value, where + " Image/Width", found)) return;
  std::optional<double> y_nm;
  if (fov_y.state == Reading::good) y_nm = fov_y.value / rows.value;
  add_square(found, {fov_x.value / columns.value, "atlas:FOV_X/Width", Trust::vendor_tag}, y_nm);
}

/// Formats known to carry a scale that this program does not read with certainty.
void name_unread(const ImageTags& tags, Findings& found) {
  const std::pair<std::uint16_t, const char*> kUnread[] = {
      {33471, "Olympus SIS tag 33471"}, {33560, "Olympus SIS tag 33560"},  {37706, "TVIPS tag 37706"},
      {65000, "Zeiss Orion tag 65000"}, {65003, "Gatan tags 65003-65010"}, {65009, "Gatan tags 65003-65010"},
      {33628, "MetaMorph tag 33628"},   {34412, "Zeiss LSM tag 34412"},
  };
  for (const auto& [tag, name] : kUnread)
    if (has_bytes(tags, tag)) found.nothing_in(name, "present, but its scale is not read by this program");
  static constexpr std::array<std::uint16_t, 18> kKnown{33432, 33471, 33560, 33628, 34118, 34119,
                                                        34377, 34412, 34680, 34682, 34683, 34665,
                                                        34675, 37706, 40092, 40093, 50431, 51023};
  for (const auto& [tag, bytes] : tags.tags)
    if (tag > 1000 && tag < 65000 && std::ranges::find(kKnown, tag) == kKnown.end() &&
        !(tag >= 50838 && tag <= 50839) && has_bytes(tags, tag))
      found.notes.push_back("TIFF tag " + std::to_string(tag) + " (" + std::to_string(bytes.size()) +
                            " bytes) is not known to this program");
  const std::string make = tag_text(tags, 271);
  if (make.starts_with("JEOL") && tag_text(tags, 270).find("TemReporter") != std::string::npos)
    found.nothing_in("JEOL SightX XML", "it gives a magnification only, which is not a scale");
}

}  // namespace litho::sem_scale
