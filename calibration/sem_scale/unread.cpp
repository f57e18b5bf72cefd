#include <algorithm>
#include <array>

#include "calibration/sem_scale/findings.hpp"

namespace litho::sem_scale {

/// Formats known to carry a scale that this program does not read with certainty.
void name_unread(const ImageTags& tags, Findings& found) {
  const std::pair<std::uint16_t, const char*> kUnread[] = {
      {33471, "Olympus SIS tag 33471"}, {33560, "Olympus SIS tag 33560"},  {37706, "TVIPS tag 37706"},
      {65000, "Zeiss Orion tag 65000"}, {65003, "Gatan tags 65003-65010"}, {65009, "Gatan tags 65003-65010"},
      {33628, "MetaMorph tag 33628"},   {34412, "Zeiss LSM tag 34412"},
  };
  for (const auto& [tag, name] : kUnread)
    if (has_bytes(tags, tag)) found.nothing_in(name, "present, but its scale is not read by this program");
  const std::string make = tag_text(tags, 271);
  if (make.starts_with("JEOL") && tag_text(tags, 270).find("TemReporter") != std::string::npos)
    found.nothing_in("JEOL SightX XML", "it gives a magnification only, which is not a scale");
  if (!found.statements.empty()) return;
  static constexpr std::array<std::uint16_t, 18> kKnown{33432, 33471, 33560, 33628, 34118, 34119,
                                                        34377, 34412, 34680, 34682, 34683, 34665,
                                                        34675, 37706, 40092, 40093, 50431, 51023};
  for (const auto& [tag, bytes] : tags.tags)
    if (tag > 1000 && tag < 65000 && std::ranges::find(kKnown, tag) == kKnown.end() &&
        !(tag >= 50838 && tag <= 50839) && has_bytes(tags, tag))
      found.notes.push_back("TIFF tag " + std::to_string(tag) + " (" + std::to_string(bytes.size()) +
                            " bytes) is not known to this program");
}

}  // namespace litho::sem_scale
