#include "modules/plot/svg/kernel.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "modules/plot/svg/scale.hpp"
#include "modules/plot/svg/text.hpp"

namespace litho::plot {
namespace {

constexpr double kLeft = 76, kRight = 18, kMargin = 14;            // px round the planes
constexpr double kTitleSize = 15, kTextSize = 12, kLineStep = 17;  // px
constexpr double kBelowAxis = 44, kBetweenJoined = 10;
constexpr double kSample = 26;                        // px, of a legend's sample
constexpr double kXTickEvery = 90, kYTickEvery = 45;  // px
constexpr std::string_view kFrameColour = "#444444", kGridColour = "#e6e6e6";

std::string text_at(double x, double y, std::string_view text, Anchor anchor = Anchor::start,
                    std::string_view more = "") {
  constexpr std::array names{"start", "middle", "end"};
  std::string out = "<text x=\"" + px(x) + "\" y=\"" + px(y) + "\"";
  if (anchor != Anchor::start)
    out += " text-anchor=\"" + std::string(names[static_cast<std::size_t>(anchor)]) + "\"";
  out += more;
  return out + ">" + escape_xml(text) + "</text>\n";
}

std::string straight(double x1, double y1, double x2, double y2, std::string_view more) {
  return "<line x1=\"" + px(x1) + "\" y1=\"" + px(y1) + "\" x2=\"" + px(x2) + "\" y2=\"" + px(y2) + "\"" +
         std::string(more) + "/>\n";
}

std::string stroke(std::string_view colour, double width_px, Dash dash = Dash::solid) {
  std::string out = " stroke=\"" + escape_xml(colour) + "\" stroke-width=\"" + px(width_px) + "\"";
  if (dash == Dash::dashed) out += " stroke-dasharray=\"7 4\"";
  if (dash == Dash::dotted) out += " stroke-dasharray=\"2 3\"";
  return out;
}

/// A plane on its way into the file; places are relative to its top left corner.
class Plane {
 public:
  Plane(const Panel& panel, Scale x, Scale y, double width) : panel_(panel), x_(x), y_(y), width_(width) {}

  std::string draw(double top, bool labels_below) const {
    std::string out = "<g transform=\"translate(" + px(kLeft) + " " + px(top) + ")\">\n";
    const double height = panel_.height_px;
    out += "<g" + stroke(kGridColour, 1) + ">\n";
    const auto columns =
        ticks(x_.low(), x_.high(), std::max(2, static_cast<int>(width_ / kXTickEvery)), x_.log());
    const auto rows =
        ticks(y_.low(), y_.high(), std::max(2, static_cast<int>(height / kYTickEvery)), y_.log());
    for (const Tick& t : columns)
      if (!t.label.empty()) out += straight(x_.px(t.value), 0, x_.px(t.value), height, "");
    for (const Tick& t : rows)
      if (!t.label.empty()) out += straight(0, y_.px(t.value), width_, y_.px(t.value), "");
    out += "</g>\n";
    // An inner <svg> cuts off at its edge without the ids that a clip path needs.
    out += "<svg width=\"" + px(width_) + "\" height=\"" + px(height) + "\" overflow=\"hidden\">\n" +
           series() + "</svg>\n";
    out += "<rect width=\"" + px(width_) + "\" height=\"" + px(height) + "\" fill=\"none\"" +
           stroke(kFrameColour, 1) + "/>\n<g" + stroke(kFrameColour, 1) + ">\n";
    for (const Tick& t : columns)
      out += straight(x_.px(t.value), height, x_.px(t.value), height - (t.label.empty() ? 3 : 6), "");
    for (const Tick& t : rows)
      out += straight(0, y_.px(t.value), t.label.empty() ? 3 : 6, y_.px(t.value), "");
    out += "</g>\n";
    for (const Tick& t : rows)
      if (!t.label.empty()) out += text_at(-7, y_.px(t.value) + 4, t.label, Anchor::end);
    const std::string middle = px(-kLeft + 18) + " " + px(height / 2);
    out += text_at(-kLeft + 18, height / 2, panel_.y.label, Anchor::middle,
                   " transform=\"rotate(-90 " + middle + ")\"");
    if (labels_below) {
      for (const Tick& t : columns)
        if (!t.label.empty()) out += text_at(x_.px(t.value), height + 16, t.label, Anchor::middle);
      out += text_at(width_ / 2, height + 34, panel_.x.label, Anchor::middle);
    }
    return out + "</g>\n";
  }

 private:
  bool shown(double x, double y) const { return std::isfinite(x_.px(x)) && std::isfinite(y_.px(y)); }
  std::string place(double x, double y) const { return px(x_.px(x)) + " " + px(y_.px(y)); }

  std::string series() const {
    std::string out;
    for (const Band& band : panel_.bands) out += area(band);
    for (const Line& line : panel_.lines) out += curve(line);
    for (const Points& points : panel_.points) out += marks(points);
    for (const Text& t : panel_.texts)
      if (shown(t.x, t.y))
        out += text_at(x_.px(t.x), y_.px(t.y), t.text, t.anchor, " fill=\"" + escape_xml(t.colour) + "\"");
    return out;
  }

  std::string curve(const Line& line) const {
    std::string path;
    const std::size_t n = line.x.size();
    for (std::size_t i = 0, run = 0; i < n; ++i) {
      if (!shown(line.x[i], line.y[i])) {
        run = 0;
        continue;
      }
      path += (run == 0 ? "M" : run == 1 ? "L" : " ") + place(line.x[i], line.y[i]);
      if (run++ == 0 && (i + 1 == n || !shown(line.x[i + 1], line.y[i + 1]))) path += "h0";  // a dot
    }
    if (path.empty()) return "";
    return "<path d=\"" + path + "\" fill=\"none\" stroke-linejoin=\"round\"" +
           (line.dash == Dash::solid ? " stroke-linecap=\"round\"" : "") +
           stroke(line.colour, line.width_px, line.dash) + "/>\n";
  }

  std::string area(const Band& band) const {
    std::string path;
    const auto whole = [&](std::size_t i) {
      return shown(band.x[i], band.low[i]) && shown(band.x[i], band.high[i]);
    };
    for (std::size_t i = 0; i < band.x.size();) {
      if (!whole(i)) {
        ++i;
        continue;
      }
      std::size_t end = i;
      for (; end < band.x.size() && whole(end); ++end)
        path += (end == i ? "M" : end == i + 1 ? "L" : " ") + place(band.x[end], band.high[end]);
      for (std::size_t k = end; k-- > i;)
        path += (k + 1 == end && end == i + 1 ? "L" : " ") + place(band.x[k], band.low[k]);
      path += "Z";
      i = end;
    }
    if (path.empty()) return "";
    return "<path d=\"" + path + "\" fill=\"" + escape_xml(band.colour) + "\" fill-opacity=\"" +
           px(band.opacity) + "\"/>\n";
  }

  std::string marks(const Points& points) const {
    std::string out;
    for (std::size_t i = 0; i < points.low.size(); ++i)
      if (shown(points.x[i], points.low[i]) && shown(points.x[i], points.high[i])) {
        const double x = x_.px(points.x[i]), low = y_.px(points.low[i]), high = y_.px(points.high[i]);
        out += "<path d=\"M" + px(x) + " " + px(low) + "V" + px(high) + "M" + px(x - 3) + " " + px(low) +
               "h6M" + px(x - 3) + " " + px(high) + "h6\" fill=\"none\"" + stroke(points.colour, 1.2) +
               "/>\n";
      }
    for (std::size_t i = 0; i < points.x.size(); ++i)
      if (shown(points.x[i], points.y[i]))
        out += "<circle cx=\"" + px(x_.px(points.x[i])) + "\" cy=\"" + px(y_.px(points.y[i])) + "\" r=\"" +
               px(points.radius_px) + "\" fill=\"" + escape_xml(points.colour) + "\"/>\n";
    return out;
  }

  const Panel& panel_;
  Scale x_, y_;
  double width_;
};

/// Entries in rows under the text, as many in a row as fit.
class Legend {
 public:
  explicit Legend(const Figure& figure) {
    const double room = figure.width_px - 2 * kMargin;
    const auto add = [&](const std::string& text, auto sample) {
      if (text.empty() || std::ranges::find(seen_, text) != seen_.end()) return;
      seen_.push_back(text);
      const double width = kSample + 6 + text_width(text) * kTextSize + 18;
      if (x_ > 0 && x_ + width > room) x_ = 0, y_ += kLineStep;
      out_ += sample(kMargin + x_, y_ + 8) + text_at(kMargin + x_ + kSample + 6, y_ + 12, text);
      x_ += width;
    };
    for (const Panel& panel : figure.panels) {
      for (const Line& line : panel.lines)
        add(line.legend, [&](double x, double y) {
          return straight(x, y, x + kSample, y, stroke(line.colour, line.width_px, line.dash));
        });
      for (const Points& points : panel.points)
        add(points.legend, [&](double x, double y) {
          return "<circle cx=\"" + px(x + kSample / 2) + "\" cy=\"" + px(y) + "\" r=\"" +
                 px(points.radius_px) + "\" fill=\"" + escape_xml(points.colour) + "\"/>\n";
        });
      for (const Band& band : panel.bands)
        add(band.legend, [&](double x, double y) {
          return "<rect x=\"" + px(x) + "\" y=\"" + px(y - 5) + "\" width=\"" + px(kSample) +
                 "\" height=\"10\" fill=\"" + escape_xml(band.colour) + "\" fill-opacity=\"" +
                 px(band.opacity) + "\"/>\n";
        });
    }
  }
  double height() const { return seen_.empty() ? 0 : y_ + kLineStep; }
  std::string draw(double top) const {
    return seen_.empty() ? "" : "<g transform=\"translate(0 " + px(top) + ")\">\n" + out_ + "</g>\n";
  }

 private:
  double x_ = 0, y_ = 0;
  std::vector<std::string> seen_;
  std::string out_;
};

Status check_sizes(const Panel& panel) {
  const auto error = [](const std::string& legend, std::string message) {
    return Error{"plot.size", legend, std::move(message), "give one value a place"};
  };
  for (const Line& line : panel.lines)
    if (line.x.size() != line.y.size()) return error(line.legend, "a line's x and y differ in length");
  for (const Band& band : panel.bands)
    if (band.x.size() != band.low.size() || band.x.size() != band.high.size())
      return error(band.legend, "a band's x, low and high differ in length");
  for (const Points& p : panel.points)
    if (p.x.size() != p.y.size() || p.low.size() != p.high.size() ||
        (!p.low.empty() && p.low.size() != p.x.size()))
      return error(p.legend, "the columns of points differ in length");
  return {};
}

}  // namespace

std::string_view series_colour(std::size_t i) {
  using namespace okabe_ito;
  constexpr std::array colours{kBlue, kVermillion, kGreen, kOrange, kSkyBlue, kPurple, kGrey};
  return colours[i % colours.size()];
}

double plane_width_px(double figure_width_px) {
  return figure_width_px - kLeft - kRight;
}

Result<std::string> write_svg(const Figure& figure) {
  const double width = plane_width_px(figure.width_px);
  double y = kMargin;
  std::string body;
  if (!figure.title.empty()) {
    body += text_at(kMargin, y + kTitleSize - 2, figure.title, Anchor::start,
                    " font-size=\"" + px(kTitleSize) + "\" font-weight=\"bold\"");
    y += kTitleSize + 8;
  }
  for (const std::string& line : figure.lines) {
    body += text_at(kMargin, y + kTextSize - 1, line);
    y += kLineStep;
  }
  const Legend legend(figure);
  body += legend.draw(y);
  y += legend.height() + kMargin - 2;

  const std::vector<Panel>& panels = figure.panels;
  for (std::size_t first = 0; first < panels.size();) {
    std::size_t last = first;
    while (panels[last].join_next && last + 1 < panels.size()) ++last;
    const Axis& axis = panels[last].x;
    const auto x = ends_of_x(axis, &panels[first], &panels[last] + 1);
    if (!x) return x.errors();
    const Scale across(x->low, x->high, axis.log, axis.reversed ? width : 0, axis.reversed ? 0 : width);
    for (std::size_t i = first; i <= last; ++i) {
      const Panel& panel = panels[i];
      if (const Status sizes = check_sizes(panel); !sizes) return sizes.errors();
      const auto ends = ends_of_y(panel);
      if (!ends) return ends.errors();
      if (!(width > 0) || !(panel.height_px > 0))
        return Error{"plot.axis", panel.y.label, "the plane has no width or height", "give it more room"};
      const double h = panel.height_px;
      const Scale up(ends->low, ends->high, panel.y.log, panel.y.reversed ? 0 : h, panel.y.reversed ? h : 0);
      body += Plane(panel, across, up, width).draw(y, i == last);
      y += h + (i == last ? kBelowAxis : kBetweenJoined);
    }
    first = last + 1;
  }
  const std::string size = px(figure.width_px) + "\" height=\"" + px(y + 2);
  return "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" + size + "\" viewBox=\"0 0 " +
         px(figure.width_px) + " " + px(y + 2) + "\" font-family=\"sans-serif\" font-size=\"" +
         px(kTextSize) + "\" role=\"img\">\n<title>" + escape_xml(figure.title) +
         "</title>\n<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n" + body + "</svg>\n";
}

}  // namespace litho::plot
