#pragma once
#include <cairo.h>

#include <string>
#include <string_view>
#include <vector>

namespace litho::overlay {

/// Capital height of text drawn with this unit: 6 units; a line of text takes about 10.
inline constexpr double kCapitalUnits = 6;
inline constexpr double kLineUnits = 11;

/// Width of a line of UTF-8 text, in units.
double text_width(std::string_view text);

/// Strokes the text with the current source; (x, y) is the left end of the base line.
void draw_text(cairo_t* cairo, std::string_view text, double x, double y, double unit, double stroke_px);

/// Breaks at spaces so that no line is wider than `width` units; a longer word stands alone.
std::vector<std::string> wrap_text(std::string_view text, double width);

}  // namespace litho::overlay
