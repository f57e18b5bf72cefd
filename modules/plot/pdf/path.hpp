#pragma once
#include <cairo.h>

#include <string_view>
#include <vector>

namespace litho::plot {

/// Numbers parted by spaces or commas; what is none ends the list.
std::vector<double> numbers_in(std::string_view text);

/// Adds the path of an SVG `d` made of M, L, H, V, h, Z and circular A (the shorter way round) to the current
/// path. False where it holds something else.
bool add_path(cairo_t* cairo, std::string_view d);

}  // namespace litho::plot
