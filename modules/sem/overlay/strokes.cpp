#include "modules/sem/overlay/strokes.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

namespace litho::overlay {
namespace {

/// A plotter alphabet on a grid: strokes parted by spaces, each a row of "xy" digit pairs. x runs right from
/// 0 to 4; y runs down, 0 = capital height, 2 = height of small letters, 6 = base line, 8 = descender. "("
/// opens a curve whose inner points steer it, "o" a closed one.
struct Glyph {
  char32_t code;
  const char* strokes;
};

constexpr Glyph kGlyphs[] = {
    {U'0', "o00404606"},
    {U'1', "112026 1636"},
    {U'2', "(0200404306 0646"},
    {U'3', "(0100404323 (2343460605"},
    {U'4', "36300444"},
    {U'5', "400003 (0342460605"},
    {U'6', "(41400004 o02424606"},
    {U'7', "004016"},
    {U'8', "o00404303 o03434606"},
    {U'9', "o00404404 (42460605"},
    {U'A', "062046 1434"},
    {U'B', "26060020 (20404323 0323 (23434626"},
    {U'C', "(414000064645"},
    {U'D', "20000626 (20404626"},
    {U'E', "40000646 0333"},
    {U'F', "400006 0333"},
    {U'G', "(414000064645 454323"},
    {U'H', "0006 4046 0343"},
    {U'I', "0020 1016 0626"},
    {U'J', "3034 (34360604"},
    {U'K', "0006 4004 1346"},
    {U'L', "000646"},
    {U'M', "0600244046"},
    {U'N', "06004640"},
    {U'O', "o00404606"},
    {U'P', "060020 (20404323 2303"},
    {U'Q', "o00404606 2446"},
    {U'R', "060020 (20404323 2303 2346"},
    {U'S', "(4140000343460605"},
    {U'T', "0040 2026"},
    {U'U', "0003 (03064643 4340"},
    {U'V', "002640"},
    {U'W', "0016223640"},
    {U'X', "0046 4006"},
    {U'Y', "002340 2326"},
    {U'Z', "00400646"},
    {U'a', "o02323606 3236"},
    {U'b', "0006 o02323606"},
    {U'c', "(333202063635"},
    {U'd', "3036 o02323606"},
    {U'e', "0434 (343202063635"},
    {U'f', "(201012 1216 0222"},
    {U'g', "o02323606 3236 (36380807"},
    {U'h', "0006 (04023234 3436"},
    {U'i', "0206 0000"},
    {U'j', "1216 (161808 1010"},
    {U'k', "0006 3205 1436"},
    {U'l', "0006"},
    {U'm', "0206 (04022224 2426 (24224244 4446"},
    {U'n', "0206 (04023234 3436"},
    {U'o', "o02323606"},
    {U'p', "0208 o02323606"},
    {U'q', "3238 o02323606"},
    {U'r', "0206 (040222"},
    {U's', "(3332020434360605"},
    {U't', "1014 (141626 0222"},
    {U'u', "0204 (04063634 3236"},
    {U'v', "022642"},
    {U'w', "0216233642"},
    {U'x', "0236 3206"},
    {U'y', "0226 4218"},
    {U'z', "02320636"},
    {U'.', "0606"},
    {U',', "1607"},
    {U':', "0303 0606"},
    {U';', "1313 1607"},
    {U'-', "0434"},
    {U'+', "0444 2226"},
    {U'=', "0343 0545"},
    {U'/', "0730"},
    {U'%', "0640 o00202202 o24444626"},
    {U'(', "(200326"},
    {U')', "(002306"},
    {U'[', "10000717"},
    {U']', "00101707"},
    {U'_', "0747"},
    {U'<', "410445"},
    {U'>', "014405"},
    {U'|', "0008"},
    {U'\'', "0001"},
    {U'"', "0001 2021"},
    {U'!', "0004 0606"},
    {U'?', "(0100404324 2626"},
    {U'#', "1016 3036 0242 0444"},
    {U'µ', "0208 (04063634 3236"},
    {U'±', "0343 2125 0646"},
    {U'°', "o00202202"},
    {U'²', "(0100202204 0424"},
    {U'×', "0336 3306"},
    {U'*', "2125 0244 4204"},
};
constexpr const char* kUnknown = "0040460600";
constexpr double kGap = 1.7;    // units between letters
constexpr double kSpace = 2.6;  // units of a blank

char32_t alias(char32_t code) {
  if (code == U'μ') return U'µ';
  if (code == U'−' || code == U'–' || code == U'—' || code == U'‑') return U'-';
  return code;
}

const char* strokes_of(char32_t code) {
  const auto* glyph = std::ranges::find(kGlyphs, alias(code), &Glyph::code);
  return glyph == std::end(kGlyphs) ? kUnknown : glyph->strokes;
}

/// Next code point of UTF-8 text; a malformed byte counts as one unknown letter.
char32_t take(std::string_view& text) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const std::uint8_t first = byte(0);
  const std::size_t length = first < 0x80 ? 1 : first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc0 ? 2 : 1;
  char32_t code = length == 1 ? first : first & (0xffU >> (length + 1));
  if (length > text.size()) {
    text = {};
    return 0;
  }
  for (std::size_t i = 1; i < length; ++i) code = (code << 6U) | (byte(i) & 0x3fU);
  text.remove_prefix(length);
  return code;
}

struct Point {
  double x, y;
};
Point middle(Point a, Point b) {
  return {0.5 * (a.x + b.x), 0.5 * (a.y + b.y)};
}

double glyph_width(const char* strokes) {
  double width = 0;
  for (const char* s = strokes; *s != '\0';) {
    if (*s < '0' || *s > '9') {
      ++s;
      continue;
    }
    width = std::max(width, static_cast<double>(*s - '0'));
    s += 2;
  }
  return width;
}

/// Quadratic curve as the cubic that cairo knows.
void curve_to(cairo_t* cairo, Point from, Point steer, Point to) {
  cairo_curve_to(cairo, from.x + 2.0 / 3 * (steer.x - from.x), from.y + 2.0 / 3 * (steer.y - from.y),
                 to.x + 2.0 / 3 * (steer.x - to.x), to.y + 2.0 / 3 * (steer.y - to.y), to.x, to.y);
}

void stroke_path(cairo_t* cairo, char kind, const std::vector<Point>& p, double unit) {
  const std::size_t n = p.size();
  if (n == 2 && p[0].x == p[1].x && p[0].y == p[1].y) {  // a full stop is heavier than a stroke
    cairo_new_sub_path(cairo);
    cairo_arc(cairo, p[0].x, p[0].y, 0.25 * unit, 0, 6.2831853);
    return;
  }
  if (kind == 'o') {
    Point at = middle(p[n - 1], p[0]);
    cairo_move_to(cairo, at.x, at.y);
    for (std::size_t i = 0; i < n; ++i) {
      const Point to = middle(p[i], p[(i + 1) % n]);
      curve_to(cairo, at, p[i], to);
      at = to;
    }
    cairo_close_path(cairo);
    return;
  }
  cairo_move_to(cairo, p[0].x, p[0].y);
  if (kind != '(') {
    for (std::size_t i = 1; i < n; ++i) cairo_line_to(cairo, p[i].x, p[i].y);
    return;
  }
  Point at = p[0];
  for (std::size_t i = 1; i + 1 < n; ++i) {
    const Point to = i + 2 == n ? p[n - 1] : middle(p[i], p[i + 1]);
    curve_to(cairo, at, p[i], to);
    at = to;
  }
}

void glyph_path(cairo_t* cairo, const char* strokes, double x, double y, double unit) {
  std::vector<Point> points;
  char kind = ' ';
  for (const char* s = strokes;; ++s) {
    if (*s == ' ' || *s == '\0') {
      if (!points.empty()) stroke_path(cairo, kind, points, unit);
      points.clear();
      kind = ' ';
      if (*s == '\0') return;
    } else if (*s == '(' || *s == 'o') {
      kind = *s;
    } else {
      points.push_back({x + unit * (s[0] - '0'), y + unit * (s[1] - '0' - kCapitalUnits)});
      ++s;
    }
  }
}

}  // namespace

double text_width(std::string_view text) {
  double width = 0;
  while (!text.empty()) {
    const char32_t code = take(text);
    width += code == U' ' ? kSpace : glyph_width(strokes_of(code)) + kGap;
  }
  return width;
}

void draw_text(cairo_t* cairo, std::string_view text, double x, double y, double unit, double stroke_px) {
  cairo_save(cairo);
  cairo_set_line_width(cairo, stroke_px);
  cairo_set_line_cap(cairo, CAIRO_LINE_CAP_ROUND);
  cairo_set_line_join(cairo, CAIRO_LINE_JOIN_ROUND);
  cairo_set_dash(cairo, nullptr, 0, 0);
  while (!text.empty()) {
    const char32_t code = take(text);
    if (code == U' ') {
      x += kSpace * unit;
      continue;
    }
    const char* strokes = strokes_of(code);
    glyph_path(cairo, strokes, x, y, unit);
    cairo_stroke(cairo);
    x += (glyph_width(strokes) + kGap) * unit;
  }
  cairo_restore(cairo);
}

std::vector<std::string> wrap_text(std::string_view text, double width) {
  std::vector<std::string> lines(1);
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    const std::string word(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    std::string& line = lines.back();
    const std::string longer = line.empty() ? word : line + " " + word;
    if (line.empty() || text_width(longer) <= width)
      line = longer;
    else
      lines.push_back(word);
  }
  return lines;
}

}  // namespace litho::overlay
