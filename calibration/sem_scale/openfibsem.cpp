// OpenFIBSEM: JSON in ImageDescription, pixel_size {x, y} in m.
#include <cmath>
#include <nlohmann/json.hpp>

#include "calibration/sem_scale/findings.hpp"
#include "pipeline/core/text.hpp"

namespace litho::sem_scale {
namespace {

using nlohmann::json;

const json* child(const json* node, const char* key) {
  if (node == nullptr || !node->is_object()) return nullptr;
  const auto it = node->find(key);
  return it == node->end() ? nullptr : &*it;
}

std::optional<double> number(const json* node) {
  if (node == nullptr || !node->is_number()) return std::nullopt;
  const double value = node->get<double>();
  return std::isfinite(value) ? std::optional(value) : std::nullopt;
}

const json* item(const json* node, std::size_t i) {
  return node != nullptr && node->is_array() && i < node->size() ? &(*node)[i] : nullptr;
}

std::string text(const json* node) {
  return node != nullptr && node->is_string() ? node->get<std::string>() : "";
}

}  // namespace

void read_openfibsem(const ImageTags& tags, Findings& found) {
  const std::string description = tag_text(tags, 270);
  if (!trim(description).starts_with('{')) return;
  const bool ours = description.find("\"pixel_size\"") != std::string::npos ||
                    description.find("fibsem") != std::string::npos;
  const json root = json::parse(description, nullptr, false);
  if (root.is_discarded()) {
    if (ours) {
      found.looked.push_back("OpenFIBSEM JSON");
      found.refuse("scale.damaged", "ImageDescription", "its JSON cannot be parsed");
    }
    return;
  }
  const json* pixel = child(&root, "pixel_size");
  if (pixel == nullptr) return;
  found.looked.push_back("OpenFIBSEM JSON (pixel_size)");
  const auto x = number(child(pixel, "x")), y = number(child(pixel, "y"));
  if (!x || !y) {
    found.refuse("scale.damaged", "ImageDescription pixel_size", "x and y are not both numbers");
    return;
  }
  const json* state = child(&root, "microscope_state");
  const json* image = child(&root, "image");
  const bool ion = text(child(image, "beam_type")) == "ION";
  const json* beam = child(state, ion ? "ion_beam" : "electron_beam");
  const json* info = child(child(&root, "system"), "info");
  Acquisition& a = found.acquisition;
  a.instrument = std::string(trim(text(child(info, "manufacturer")) + " " + text(child(info, "model"))));
  if (const auto volt = number(child(beam, "voltage")); volt && *volt > 0) a.accelerating_kv = *volt / 1e3;
  if (const auto wd = number(child(beam, "working_distance")); wd && *wd > 0)
    a.working_distance_mm = *wd * 1e3;
  a.detector = text(child(child(state, ion ? "ion_detector" : "electron_detector"), "type"));

  const json* shape = child(&root, "shape");
  const json* resolution = child(image, "resolution");
  const auto rows = number(item(shape, 0)), columns = number(item(shape, 1));
  const auto scan_columns = number(item(resolution, 0)), scan_rows = number(item(resolution, 1));
  const auto reduced = child(image, "reduced_area");
  const bool full = reduced == nullptr || reduced->is_null();
  if (rows && columns) {
    if (!size_unchanged(tags, *columns, *rows, "OpenFIBSEM shape", found)) return;
  } else if (scan_columns && scan_rows && full) {
    if (!size_unchanged(tags, *scan_columns, *scan_rows, "OpenFIBSEM resolution", found)) return;
  } else {
    found.notes.push_back("OpenFIBSEM JSON: no picture size is stated, so a resize would not be noticed");
  }
  add_square(found, {*x * 1e9, "openfibsem:pixel_size", Trust::vendor_tag}, *y * 1e9);
  if (const auto hfw = number(child(image, "hfw")); hfw && scan_columns && *scan_columns >= 1 && full)
    found.statements.push_back({*hfw * 1e9 / *scan_columns, "openfibsem:hfw/resolution", Trust::vendor_tag});
}

}  // namespace litho::sem_scale
