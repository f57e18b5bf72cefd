#pragma once
#include <string>
#include <string_view>

namespace litho::plot {

/// Rounded to 0.01, `.` decimal, no trailing zeros, never "-0".
std::string px(double value);

/// About the width of a line of text in a usual sans-serif font, in units of its size.
double text_width(std::string_view utf8);

}  // namespace litho::plot
