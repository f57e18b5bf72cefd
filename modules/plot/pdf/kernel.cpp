#include "modules/plot/pdf/kernel.hpp"

#include <cairo-pdf.h>

#include <array>
#include <cmath>
#include <memory>
#include <optional>
#include <pugixml.hpp>
#include <vector>

#include "modules/plot/pdf/path.hpp"
#include "pipeline/core/number.hpp"

namespace litho::plot {
namespace {

constexpr double kPointsPerPx = 0.75;

struct Colour {
  double r, g, b;
};

/// What an element hands down to those inside it.
struct Style {
  std::string fill = "#000000", stroke = "none", anchor = "start";
  double stroke_width_px = 1, font_size_px = 12;
};

Error unknown(std::string what) {
  return {"plot.unknown_svg", std::move(what), "is nothing that the PDF of a figure can hold",
          "teach plot.pdf to draw it"};
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/// "#rrggbb", "#rgb" or "white".
std::optional<Colour> colour_of(std::string_view text) {
  if (text == "white") return Colour{1, 1, 1};
  if (text.empty() || text.front() != '#' || (text.size() != 4 && text.size() != 7)) return std::nullopt;
  std::array<double, 3> parts{};
  const std::size_t digits = (text.size() - 1) / 3;
  for (std::size_t i = 0; i < 3; ++i) {
    const int high = hex_digit(text[1 + i * digits]), low = hex_digit(text[(i + 1) * digits]);
    if (high < 0 || low < 0) return std::nullopt;
    parts[i] = (16 * high + low) / 255.0;
  }
  return Colour{parts[0], parts[1], parts[2]};
}

class Page {
 public:
  explicit Page(cairo_t* cairo) : cairo_(cairo) {}

  Status draw_inside(const pugi::xml_node& parent, const Style& inherited) {
    for (const pugi::xml_node node : parent.children())
      if (node.type() == pugi::node_element)
        if (const Status drawn = draw(node, inherited); !drawn) return drawn;
    return {};
  }

 private:
  double number(const pugi::xml_node& node, const char* name, double otherwise = 0) const {
    const std::string_view text = node.attribute(name).value();
    if (text == "100%") return 1e4;  // beyond any figure
    return parse_double(text).value_or(otherwise);
  }

  Status draw(const pugi::xml_node& node, const Style& inherited) {
    const std::string_view name = node.name();
    if (name == "title") return {};
    Style style = inherited;
    const auto take = [&](const char* attribute, std::string& into) {
      if (const auto given = node.attribute(attribute)) into = given.value();
    };
    take("fill", style.fill);
    take("stroke", style.stroke);
    take("text-anchor", style.anchor);
    style.stroke_width_px = number(node, "stroke-width", style.stroke_width_px);
    style.font_size_px = number(node, "font-size", style.font_size_px);
    cairo_save(cairo_);
    Status status = transform(node.attribute("transform").value());
    if (status) status = draw_as(name, node, style);
    cairo_restore(cairo_);
    return status;
  }

  Status draw_as(std::string_view name, const pugi::xml_node& node, const Style& style) {
    if (name == "g") return draw_inside(node, style);
    if (name == "svg") {  // an inner frame cuts off at its edge
      cairo_rectangle(cairo_, number(node, "x"), number(node, "y"), number(node, "width"),
                      number(node, "height"));
      cairo_clip(cairo_);
      return draw_inside(node, style);
    }
    if (name == "text") return text(node, style);
    cairo_new_path(cairo_);
    if (name == "rect") {
      cairo_rectangle(cairo_, number(node, "x"), number(node, "y"), number(node, "width"),
                      number(node, "height"));
    } else if (name == "circle") {
      cairo_arc(cairo_, number(node, "cx"), number(node, "cy"), number(node, "r"), 0, 2 * M_PI);
      cairo_close_path(cairo_);
    } else if (name == "line") {
      cairo_move_to(cairo_, number(node, "x1"), number(node, "y1"));
      cairo_line_to(cairo_, number(node, "x2"), number(node, "y2"));
    } else if (name == "path") {
      if (!add_path(cairo_, node.attribute("d").value())) return unknown(node.attribute("d").value());
    } else {
      return unknown(std::string(name));
    }
    return paint(node, style);
  }

  Status transform(std::string_view text) {
    if (text.empty()) return {};
    const auto open = text.find('('), close = text.find(')');
    if (open == std::string_view::npos || close + 1 != text.size()) return unknown(std::string(text));
    const auto values = numbers_in(text.substr(open + 1, close - open - 1));
    if (text.starts_with("translate(") && values.size() == 2) {
      cairo_translate(cairo_, values[0], values[1]);
    } else if (text.starts_with("rotate(") && values.size() == 3) {
      cairo_translate(cairo_, values[1], values[2]);
      cairo_rotate(cairo_, values[0] * M_PI / 180);
      cairo_translate(cairo_, -values[1], -values[2]);
    } else {
      return unknown(std::string(text));
    }
    return {};
  }

  Status paint(const pugi::xml_node& node, const Style& style) {
    if (style.fill != "none") {
      const auto colour = colour_of(style.fill);
      if (!colour) return unknown(style.fill);
      cairo_set_source_rgba(cairo_, colour->r, colour->g, colour->b, number(node, "fill-opacity", 1));
      cairo_fill_preserve(cairo_);
    }
    if (style.stroke != "none") {
      const auto colour = colour_of(style.stroke);
      if (!colour) return unknown(style.stroke);
      cairo_set_source_rgb(cairo_, colour->r, colour->g, colour->b);
      cairo_set_line_width(cairo_, style.stroke_width_px);
      const auto dashes = numbers_in(node.attribute("stroke-dasharray").value());
      cairo_set_dash(cairo_, dashes.data(), static_cast<int>(dashes.size()), 0);
      const auto is = [&](const char* attribute, std::string_view value) {
        return node.attribute(attribute).value() == value;
      };
      cairo_set_line_cap(cairo_, is("stroke-linecap", "round") ? CAIRO_LINE_CAP_ROUND : CAIRO_LINE_CAP_BUTT);
      cairo_set_line_join(cairo_,
                          is("stroke-linejoin", "round") ? CAIRO_LINE_JOIN_ROUND : CAIRO_LINE_JOIN_MITER);
      cairo_stroke_preserve(cairo_);
    }
    cairo_new_path(cairo_);
    return {};
  }

  Status text(const pugi::xml_node& node, const Style& style) {
    const auto colour = colour_of(style.fill);
    if (!colour) return unknown(style.fill);
    const bool bold = std::string_view(node.attribute("font-weight").value()) == "bold";
    cairo_select_font_face(cairo_, "sans-serif", CAIRO_FONT_SLANT_NORMAL,
                           bold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL);
    cairo_set_font_size(cairo_, style.font_size_px);
    const char* words = node.text().get();
    cairo_text_extents_t extents;
    cairo_text_extents(cairo_, words, &extents);
    const double share = style.anchor == "end" ? 1 : style.anchor == "middle" ? 0.5 : 0;
    cairo_set_source_rgb(cairo_, colour->r, colour->g, colour->b);
    cairo_move_to(cairo_, number(node, "x") - share * extents.x_advance, number(node, "y"));
    cairo_show_text(cairo_, words);
    return {};
  }

  cairo_t* cairo_;
};

cairo_status_t append(void* out, const unsigned char* bytes, unsigned int n) {
  static_cast<std::string*>(out)->append(reinterpret_cast<const char*>(bytes), n);
  return CAIRO_STATUS_SUCCESS;
}

}  // namespace

Result<std::string> pdf_of_svg(std::string_view svg) {
  pugi::xml_document document;
  const bool whole = document.load_buffer(svg.data(), svg.size());
  const pugi::xml_node root = document.child("svg");
  const auto width = parse_double(root.attribute("width").value()),
             height = parse_double(root.attribute("height").value());
  if (!whole || !width || !height || !(*width > 0) || !(*height > 0))
    return Error{"plot.not_svg", "", "the figure is not whole or has no size", "write it with plot.svg"};
  std::string pdf;
  const std::unique_ptr<cairo_surface_t, decltype(&cairo_surface_destroy)> surface(
      cairo_pdf_surface_create_for_stream(append, &pdf, *width * kPointsPerPx, *height * kPointsPerPx),
      cairo_surface_destroy);
  const std::string title = root.child("title").text().get();
  cairo_pdf_surface_set_metadata(surface.get(), CAIRO_PDF_METADATA_CREATE_DATE, "");  // none
  if (!title.empty()) cairo_pdf_surface_set_metadata(surface.get(), CAIRO_PDF_METADATA_TITLE, title.c_str());
  const std::unique_ptr<cairo_t, decltype(&cairo_destroy)> cairo(cairo_create(surface.get()), cairo_destroy);
  cairo_scale(cairo.get(), kPointsPerPx, kPointsPerPx);
  Style style;
  style.font_size_px = parse_double(root.attribute("font-size").value()).value_or(style.font_size_px);
  if (const Status drawn = Page(cairo.get()).draw_inside(root, style); !drawn) return drawn.errors();
  const cairo_status_t drawn = cairo_status(cairo.get());
  cairo_surface_finish(surface.get());
  const cairo_status_t written = cairo_surface_status(surface.get());
  for (const cairo_status_t status : {drawn, written})
    if (status != CAIRO_STATUS_SUCCESS) return Error{"plot.pdf", "", cairo_status_to_string(status), ""};
  return pdf;
}

}  // namespace litho::plot
