// Thermo Fisher Helios: serialised settings, <MementoItem><Name>PixelSize</Name>... with nested items Width
// and Height of MementoItemUnitMeter [cgohlke/tifffile, pull request 141].
#include <algorithm>
#include <pugixml.hpp>
#include <string_view>

#include "calibration/sem_scale/findings.hpp"
#include "pipeline/core/text.hpp"

namespace litho::sem_scale {
namespace {

struct Extent {
  pugi::xml_node owner;
  std::string name;
  Reading width, height;  ///< m
};

pugi::xml_node next_in_document(pugi::xml_node node) {
  if (node.first_child()) return node.first_child();
  while (node && !node.next_sibling()) node = node.parent();
  return node.next_sibling();
}

/// The items that hold a Width or a Height in metres.
std::vector<Extent> extents(const pugi::xml_node& root) {
  std::vector<Extent> out;
  for (pugi::xml_node node = root; node; node = next_in_document(node)) {
    if (std::string_view(node.name()) != "MementoItem") continue;
    const std::string_view name = node.child_value("Name");
    if ((name != "Width" && name != "Height") ||
        trim(node.child_value("MementoItemUnit")) != "MementoItemUnitMeter")
      continue;
    const pugi::xml_node owner =
        node.parent().parent().parent().parent();  // value, item, MementoItemSection, MementoItem
    auto it = std::ranges::find(out, owner, &Extent::owner);
    if (it == out.end()) it = out.insert(out.end(), {owner, owner.child_value("Name"), {}, {}});
    (name == "Width" ? it->width : it->height) = read_number(node.child_value("anyType"));
  }
  return out;
}

}  // namespace

void read_fei_memento(const ImageTags& tags, const pugi::xml_node& root, const std::string& where,
                      Findings& found) {
  const std::vector<Extent> all = extents(root);
  const auto good = [](const Extent& e) {
    return e.width.state == Reading::good && e.height.state == Reading::good;
  };
  for (const Extent& pixel : all) {
    if (pixel.name != "PixelSize") continue;
    if (!good(pixel)) {
      found.refuse(
          "scale.damaged", where + " PixelSize",
          "Width '" + pixel.width.text + "' and Height '" + pixel.height.text + "' are not both numbers");
      return;
    }
    // The picture's own size has no known name here; a field of just this many pixels stands for it.
    const auto is_field = [&](const Extent& e) {
      return good(e) && agree(e.width.value, pixel.width.value * tags.width_px, 5e-4);
    };
    if (std::ranges::none_of(all, is_field)) {
      found.refuse("scale.resized", where + " PixelSize",
                   "no field of view in the XML is " + std::to_string(tags.width_px) +
                       " of its pixels wide: cropped or resampled since, which cannot be told");
      return;
    }
    add_square(found, {pixel.width.value * 1e9, "fei:Memento PixelSize", Trust::vendor_tag},
               pixel.height.value * 1e9);
  }
}

}  // namespace litho::sem_scale
