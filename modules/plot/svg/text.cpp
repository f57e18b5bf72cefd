#include "modules/plot/svg/text.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>

#include "modules/plot/svg/kernel.hpp"

namespace litho::plot {
namespace {

constexpr std::string_view kReplacement = "\xef\xbf\xbd";

/// Length of the UTF-8 sequence at the start of `text` if it is a character that XML 1.0 allows, else 0.
std::size_t character(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const std::uint8_t first = byte(0);
  if (first < 0x80) return first >= 0x20 || first == '\t' || first == '\n' || first == '\r' ? 1 : 0;
  const std::size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || text.size() < length) return 0;
  std::uint32_t code = first & (0xffU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0U) != 0x80U) return 0;
    code = (code << 6U) | (byte(i) & 0x3fU);
  }
  const bool overlong = (length == 3 && code < 0x800) || (length == 4 && code < 0x10000);
  const bool surrogate = code >= 0xd800 && code < 0xe000;
  return overlong || surrogate || code > 0x10ffff || code == 0xfffe || code == 0xffff ? 0 : length;
}

}  // namespace

std::string px(double value) {
  constexpr double kFar = 1e7;  // what lies out there is cut off by any plane
  const double rounded = std::round(std::clamp(value, -kFar, kFar) * 100) / 100 + 0.0;  // + 0.0: never "-0"
  char buffer[64];
  const auto [end, error] = std::to_chars(buffer, buffer + sizeof buffer, rounded, std::chars_format::fixed);
  return error == std::errc{} ? std::string(buffer, end) : "0";
}

double text_width(std::string_view utf8) {
  double width = 0;
  for (const char c : utf8) {
    if ((static_cast<std::uint8_t>(c) & 0xc0U) == 0x80U) continue;
    width += std::string_view("il.,:;|'!() ftj").find(c) != std::string_view::npos ? 0.33
             : std::string_view("mwMW%").find(c) != std::string_view::npos         ? 0.87
                                                                                   : 0.57;
  }
  return width;
}

std::string escape_xml(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t length = character(text);
    switch (text.front()) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += length > 0 ? text.substr(0, length) : kReplacement;
    }
    text.remove_prefix(length > 0 ? length : 1);
  }
  return out;
}

}  // namespace litho::plot
