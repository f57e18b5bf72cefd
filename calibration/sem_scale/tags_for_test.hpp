#pragma once
#include <string>
#include <string_view>

#include "calibration/sem_scale/sem_scale.hpp"

namespace litho {

inline std::vector<std::uint8_t> bytes_of(std::string_view text) {
  return {text.begin(), text.end()};
}

inline std::vector<std::uint8_t> utf16le(std::u16string_view text, bool bom = false) {
  std::vector<std::uint8_t> out;
  if (bom) out = {0xFF, 0xFE};
  for (const char16_t c : text) {
    out.push_back(static_cast<std::uint8_t>(c & 0xFF));
    out.push_back(static_cast<std::uint8_t>(c >> 8));
  }
  return out;
}

/// A picture of the given size with text tags.
inline ImageTags picture(int width, int height) {
  ImageTags tags;
  tags.file_name = "picture.tif";
  tags.width_px = width;
  tags.height_px = height;
  return tags;
}
inline ImageTags picture(int width, int height, std::uint16_t tag, std::string_view text) {
  ImageTags tags = picture(width, height);
  tags.tags[tag] = bytes_of(text);
  return tags;
}

inline std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const auto at = text.find(from);
  return at == std::string::npos ? "<'" + std::string(from) + "' is not in the text>"
                                 : text.replace(at, from.size(), to);
}

}  // namespace litho
