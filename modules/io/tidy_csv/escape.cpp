#include "modules/io/tidy_csv/escape.hpp"

namespace litho {

std::string escape_line(std::string_view text) {
  std::string out;
  for (const char c : text) switch (c) {
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      default:
        out += c;
    }
  return out;
}

std::string escape_field(std::string_view text) {
  std::string out;
  for (const char c : escape_line(text)) c == '|' ? out += "\\p" : out += c;
  return out;
}

std::string unescape(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 == text.size()) {
      out += text[i];
      continue;
    }
    const char c = text[++i];
    out += c == 'n' ? '\n' : c == 'r' ? '\r' : c == 'p' ? '|' : c;
  }
  return out;
}

}  // namespace litho
