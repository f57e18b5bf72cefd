#pragma once
#include <string>
#include <string_view>

namespace litho {

/// On one line: backslash, LF and CR as \\, \n, \r.
std::string escape_line(std::string_view text);
/// For a part between bars: as escape_line, and bars as \p.
std::string escape_field(std::string_view text);
/// Undoes either; any other character after a backslash stays as it is.
std::string unescape(std::string_view text);

}  // namespace litho
