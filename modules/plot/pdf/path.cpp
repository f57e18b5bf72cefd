#include "modules/plot/pdf/path.hpp"

#include <cmath>

#include "pipeline/core/number.hpp"

namespace litho::plot {
namespace {

bool is_number_part(char c) {
  return (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '+' || c == 'e';
}

/// From the current point to (x, y) on a circle of this radius, with rising angle (down is positive) or
/// falling.
void arc_to(cairo_t* cairo, double radius, bool rising, double x, double y) {
  double from_x = 0, from_y = 0;
  cairo_get_current_point(cairo, &from_x, &from_y);
  const double dx = x - from_x, dy = y - from_y, chord = std::hypot(dx, dy);
  if (chord <= 0 || radius < chord / 2) return cairo_line_to(cairo, x, y);
  const double aside = std::sqrt(radius * radius - chord * chord / 4) * (rising ? 1 : -1);
  const double cx = from_x + dx / 2 - dy / chord * aside, cy = from_y + dy / 2 + dx / chord * aside;
  (rising ? cairo_arc : cairo_arc_negative)(cairo, cx, cy, radius, std::atan2(from_y - cy, from_x - cx),
                                            std::atan2(y - cy, x - cx));
}

}  // namespace

std::vector<double> numbers_in(std::string_view text) {
  std::vector<double> out;
  for (std::size_t i = 0; i < text.size();) {
    if (!is_number_part(text[i])) {
      ++i;
      continue;
    }
    std::size_t end = i + 1;
    while (end < text.size() && is_number_part(text[end])) ++end;
    const auto value = parse_double(text.substr(i, end - i));
    if (!value) return out;
    out.push_back(*value);
    i = end;
  }
  return out;
}

bool add_path(cairo_t* cairo, std::string_view d) {
  while (!d.empty()) {
    const char command = d.front();
    std::size_t end = 1;
    while (end < d.size() && (is_number_part(d[end]) || d[end] == ' ' || d[end] == ',')) ++end;
    const std::vector<double> v = numbers_in(d.substr(1, end - 1));
    d.remove_prefix(end);
    double x = 0, y = 0;
    cairo_get_current_point(cairo, &x, &y);
    if ((command == 'M' || command == 'L') && !v.empty() && v.size() % 2 == 0) {
      for (std::size_t i = 0; i < v.size(); i += 2)
        (command == 'M' && i == 0 ? cairo_move_to : cairo_line_to)(cairo, v[i], v[i + 1]);
    } else if (command == 'H' && v.size() == 1) {
      cairo_line_to(cairo, v[0], y);
    } else if (command == 'V' && v.size() == 1) {
      cairo_line_to(cairo, x, v[0]);
    } else if (command == 'h' && v.size() == 1) {
      cairo_rel_line_to(cairo, v[0], 0);
    } else if (command == 'A' && v.size() == 7 && v[0] == v[1] && v[3] == 0) {
      arc_to(cairo, v[0], v[4] != 0, v[5], v[6]);
    } else if (command == 'Z' && v.empty()) {
      cairo_close_path(cairo);
    } else if (command != ' ') {
      return false;
    }
  }
  return true;
}

}  // namespace litho::plot
