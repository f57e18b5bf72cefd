// OME-XML in ImageDescription: Image/Pixels PhysicalSizeX and PhysicalSizeXUnit (default um) [OME schema
// 2016-06].
#include <pugixml.hpp>
#include <string_view>

#include "calibration/sem_scale/findings.hpp"
#include "pipeline/core/text.hpp"
#include "pipeline/core/units.hpp"

namespace litho::sem_scale {
namespace {

/// The schema's names where they differ from the project's.
std::optional<double> metres(std::string_view unit) {
  if (unit == "\u00c5" || unit == "\u212b") return 1e-10;
  if (unit == "inch" || unit == "in") return 0.0254;
  const Unit* known = find_unit(unit);
  return known != nullptr && known->dimension == Dimension::length ? std::optional(known->scale)
                                                                   : std::nullopt;
}

std::string_view local_name(const pugi::xml_node& node) {
  const std::string_view name = node.name();
  const auto colon = name.find(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

pugi::xml_node first_child(const pugi::xml_node& parent, std::string_view name) {
  for (const pugi::xml_node node : parent.children())
    if (local_name(node) == name) return node;
  return {};
}

}  // namespace

void read_ome(const ImageTags& tags, Findings& found) {
  const std::string description = tag_text(tags, 270);
  const std::string_view body = trim(description);
  if (!body.starts_with('<') || body.substr(0, 4096).find("OME") == std::string_view::npos) return;
  const std::string where = "OME-XML";
  pugi::xml_document document;
  if (!document.load_string(description.c_str())) {
    found.looked.push_back(where);
    found.refuse("scale.damaged", where, "it cannot be parsed");
    return;
  }
  const pugi::xml_node root = document.document_element();
  if (local_name(root) != "OME") return;
  found.looked.push_back(where + " (PhysicalSizeX)");
  const pugi::xml_node pixels = first_child(first_child(root, "Image"), "Pixels");
  const auto attribute = [&](const char* name) -> std::optional<std::string> {
    const auto a = pixels.attribute(name);
    return a ? std::optional<std::string>(a.value()) : std::nullopt;
  };
  const Reading x = read_number(attribute("PhysicalSizeX")), y = read_number(attribute("PhysicalSizeY"));
  if (x.state == Reading::absent) {
    found.notes.push_back(where + ": the first image has no PhysicalSizeX");
    return;
  }
  if (x.state == Reading::bad || y.state == Reading::bad) {
    found.refuse("scale.damaged", where + " PhysicalSizeX",
                 "'" + x.text + "', '" + y.text + "' are not numbers");
    return;
  }
  const std::string unit_x = attribute("PhysicalSizeXUnit").value_or("um"),
                    unit_y = attribute("PhysicalSizeYUnit").value_or("um");
  const auto scale_x = metres(unit_x), scale_y = metres(unit_y);
  if (!scale_x || !scale_y) {
    found.notes.push_back(where + ": unit '" + (scale_x ? unit_y : unit_x) + "' is no length");
    return;
  }
  const double x_nm = x.value * *scale_x * 1e9, y_nm = y.value * *scale_y * 1e9;
  if (x.value == 1 && (y.state == Reading::absent || y.value == 1)) {
    found.notes.push_back(where + ": exactly 1 " + unit_x +
                          " per pixel is what writers put where they know none");
    return;
  }
  const Reading columns = read_number(attribute("SizeX")), rows = read_number(attribute("SizeY"));
  if (columns.state == Reading::good && rows.state == Reading::good) {
    if (!size_unchanged(tags, columns.value, rows.value, where + " SizeX", found)) return;
  } else {
    found.notes.push_back(where + ": SizeX is missing, so a resize would not be noticed");
  }
  add_square(found, {x_nm, "ome:PhysicalSizeX", Trust::ome},
             y.state == Reading::good ? std::optional(y_nm) : std::nullopt);
}

}  // namespace litho::sem_scale
