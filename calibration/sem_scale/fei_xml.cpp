// Thermo Fisher's newer metadata: <Metadata><BinaryResult><PixelSize><X unit="m">...
#include <pugixml.hpp>
#include <string_view>

#include "calibration/sem_scale/findings.hpp"
#include "pipeline/core/text.hpp"
#include "pipeline/core/units.hpp"

namespace litho::sem_scale {
namespace {

/// A length element in nm. Its unit is SI metre unless an attribute says otherwise.
Reading element_nm(const pugi::xml_node& node) {
  Reading out = read_number(node.child_value());
  if (out.state != Reading::good) return out;
  const std::string power = node.attribute("unitPrefixPower").value();
  const std::string symbol = node.attribute("unit") ? node.attribute("unit").value() : "m";
  const Unit* unit = find_unit(symbol);
  if (unit == nullptr || unit->dimension != Dimension::length ||
      !(power.empty() || power == "0" || power == "1")) {
    out.state = Reading::bad;
    out.text += " (unit '" + symbol + "', prefix '" + power + "')";
    return out;
  }
  out.value *= unit->scale * 1e9;
  return out;
}

/// Phenom desktop microscopes: <FeiImage> with <pixelWidth unit="um">, <pixelHeight>, <databarHeight>.
void read_phenom(const ImageTags& tags, const pugi::xml_node& root, const std::string& where,
                 Findings& found) {
  const auto length = [&](const char* name) {
    const pugi::xml_node node = root.child(name);
    if (!node) return Reading{};
    return read_length_nm(std::string(node.child_value()) + " " + node.attribute("unit").value());
  };
  Acquisition& a = found.acquisition;
  a.instrument = std::string(
      trim("Phenom " + std::string(root.first_element_by_path("instrument/edition").child_value())));
  const Reading x = length("pixelWidth"), y = length("pixelHeight");
  for (const Reading& r : {x, y})
    if (r.state == Reading::bad) {
      found.refuse("scale.damaged", where + " pixelWidth", "'" + r.text + "' is no length with a unit");
      return;
    }
  if (x.state != Reading::good) {
    found.notes.push_back(where + ": the XML has no pixelWidth");
    return;
  }
  found.notes.push_back(where + ": Phenom states no picture size, so a resize since would not be noticed");
  const Reading bar = read_number(root.child("databarHeight").child_value());
  if (bar.state == Reading::good && bar.value >= 1 && bar.value < tags.height_px / 2)
    a.picture_rows = tags.height_px - static_cast<int>(bar.value);
  add_square(found, {x.value, "phenom:pixelWidth", Trust::vendor_tag},
             y.state == Reading::good ? std::optional(y.value) : std::nullopt);
}

}  // namespace

void read_fei_xml(const ImageTags& tags, const std::string& xml, const std::string& where, Findings& found) {
  found.looked.push_back(where + " (XML PixelSize)");
  pugi::xml_document document;
  if (!document.load_string(xml.c_str())) {
    found.refuse("scale.damaged", where, "its XML cannot be parsed");
    return;
  }
  const pugi::xml_node root = document.document_element();
  if (std::string_view(root.name()) == "FeiImage") {
    read_phenom(tags, root, where, found);
    return;
  }
  if (xml.find("<MementoItem") != std::string::npos) {
    read_fei_memento(tags, root, where, found);
    return;
  }
  const auto at = [&](const char* path) { return root.first_element_by_path(path); };

  Acquisition& a = found.acquisition;
  if (a.instrument.empty()) {
    a.instrument = std::string(trim(std::string(at("Instrument/Manufacturer").child_value()) + " " +
                                    at("Instrument/InstrumentClass").child_value()));
    if (const auto volt = read_number(at("Optics/AccelerationVoltage").child_value()); volt.value > 0)
      a.accelerating_kv = volt.value / 1e3;
    if (const auto wd = read_number(at("Optics/WorkingDistance").child_value()); wd.value > 0)
      a.working_distance_mm = wd.value * 1e3;
    a.detector = at("BinaryResult/Detector").child_value();
  }

  const Reading columns = read_number(at("BinaryResult/ImageSize/X").child_value());
  const Reading rows = read_number(at("BinaryResult/ImageSize/Y").child_value());
  const Reading x = element_nm(at("BinaryResult/PixelSize/X")),
                y = element_nm(at("BinaryResult/PixelSize/Y"));
  for (const Reading& r : {x, y})
    if (r.state == Reading::bad) {
      found.refuse("scale.damaged", where + " BinaryResult/PixelSize", "'" + r.text + "' is not a length");
      return;
    }
  if (x.state != Reading::good) {
    found.notes.push_back(where + ": the XML has no BinaryResult/PixelSize");
    return;
  }
  if (columns.state == Reading::good && rows.state == Reading::good) {
    if (!size_unchanged(tags, columns.value, rows.value, where + " BinaryResult/ImageSize", found)) return;
    if (rows.value >= 1 && rows.value < tags.height_px && !a.picture_rows)
      a.picture_rows = static_cast<int>(rows.value);
  } else {
    found.notes.push_back(where + ": BinaryResult/ImageSize is missing, so a resize would not be noticed");
  }
  if (!at("BinaryResult/PixelSize/X").attribute("unit"))
    found.notes.push_back(where + ": PixelSize has no unit, read as the metre that this format uses");
  add_square(found, {x.value, "fei:BinaryResult/PixelSize", Trust::vendor_tag},
             y.state == Reading::good ? std::optional(y.value) : std::nullopt);
}

}  // namespace litho::sem_scale
