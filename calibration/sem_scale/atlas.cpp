// ZEISS Atlas (Fibics): tag 51023, XML with the field of view and the picture's size.
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

}  // namespace litho::sem_scale
