#include "modules/sem/fracture_overlay/kernel.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "pipeline/core/number.hpp"
#include "pipeline/core/table.hpp"

namespace litho {
namespace {

constexpr int kDigits = 4;

struct OpeningClass {
  double below_px;
  OverlayColour colour;
  const char* legend;
};
/// From narrow to wide, apart in lightness too.
constexpr std::array<OpeningClass, 5> kClasses{{{2, {0.992, 0.906, 0.145}, "opening < 2 px"},
                                                {4, {0.369, 0.788, 0.384}, "2-4 px"},
                                                {8, {0.129, 0.569, 0.549}, "4-8 px"},
                                                {16, {0.835, 0.369, 0.000}, "8-16 px"},
                                                {1e30, {0.600, 0.100, 0.350}, "> 16 px"}}};

std::size_t class_of(double opening_px) {
  std::size_t k = 0;
  while (opening_px >= kClasses[k].below_px) ++k;
  return k;
}

OverlayLine boundary_line(const std::vector<float>& v, const Frame& frame, OverlayColour colour,
                          const std::string& legend) {
  OverlayLine line{{}, {}, colour, 1, true, true, legend};
  for (std::size_t u = 0; u < v.size(); u += 4) {
    const bool found = std::isfinite(v[u]);
    line.points.push_back(frame.to_image({static_cast<double>(u) + 0.5, found ? v[u] : 0}));
    line.valid.push_back(found);
  }
  return line;
}

/// Stretches of one class each, so that the colour follows the opening.
void add_crack(const CrackLine& crack, OverlayScene& scene) {
  constexpr std::size_t kStretch = 8;  // points that share a colour: less would flicker
  for (std::size_t first = 0; first + 1 < crack.line.size(); first += kStretch) {
    const std::size_t end = std::min(crack.line.size(), first + kStretch + 1);
    double sum = 0;
    for (std::size_t i = first; i < end; ++i) sum += crack.opening_px[i];
    const OpeningClass& c = kClasses[class_of(sum / static_cast<double>(end - first))];
    scene.lines.push_back({{crack.line.begin() + static_cast<std::ptrdiff_t>(first),
                            crack.line.begin() + static_cast<std::ptrdiff_t>(end)},
                           {},
                           c.colour,
                           2,
                           false,
                           false,
                           c.legend});
  }
}

std::string figure(const std::string& name, double value, const std::string& unit) {
  return std::isfinite(value) ? name + " " + format_double(value, kDigits) + unit : "";
}

std::string figure(const std::string& name, const Measured& m, const std::string& unit) {
  if (!std::isfinite(m.value)) return "";
  return figure(name, m.value, unit) + " (95 %: " + format_double(m.lo, kDigits) + " to " +
         format_double(m.hi, kDigits) + ")";
}

// --- charts
// -------------------------------------------------------------------------------------------------

constexpr int kRoseBins = 18;

std::string number(double v) {
  return format_double(v, 5);
}

std::string text(double x, double y, const std::string& words, const char* anchor = "middle") {
  return "<text x=\"" + number(x) + "\" y=\"" + number(y) + "\" text-anchor=\"" + anchor + "\">" + words +
         "</text>\n";
}

std::string rose(const std::vector<double>& bins, double cx, double cy, double radius) {
  std::string out;
  const double most = *std::ranges::max_element(bins);
  for (int k = 0; k < 2 * kRoseBins && most > 0; ++k) {
    const double r = radius * std::sqrt(bins[static_cast<std::size_t>(k % kRoseBins)] / most);
    if (r <= 0) continue;
    const double a = (-90 + 10.0 * k) * 3.14159265358979 / 180, b = a + 10 * 3.14159265358979 / 180;
    out += "<path d=\"M" + number(cx) + " " + number(cy) + " L" + number(cx + r * std::cos(a)) + " " +
           number(cy - r * std::sin(a)) + " A" + number(r) + " " + number(r) + " 0 0 0 " +
           number(cx + r * std::cos(b)) + " " + number(cy - r * std::sin(b)) +
           " Z\" fill=\"#0072b2\" stroke=\"white\" stroke-width=\"0.5\"/>\n";
  }
  out += "<circle cx=\"" + number(cx) + "\" cy=\"" + number(cy) + "\" r=\"" + number(radius) +
         "\" fill=\"none\" stroke=\"#888\"/>\n";
  out += text(cx + radius + 6, cy + 4, "0", "start") + text(cx, cy - radius - 6, "90") +
         text(cx - radius - 6, cy + 4, "180", "end");
  return out + text(cx, cy + radius + 24, "direction to the reference, degrees (area: length)");
}

constexpr std::size_t kOpeningBins = 20;

/// Length over opening, in bins from 0 to the widest opening.
struct Openings {
  double most_px = 0;
  std::array<double, kOpeningBins> length_px{};
};

Openings openings_of(const CrackNetwork& network) {
  Openings out;
  for (const Crack& crack : network.cracks) out.most_px = std::max(out.most_px, crack.opening_max_px);
  for (const CrackLine& line : network.lines)
    for (std::size_t i = 1; i < line.line.size(); ++i) {
      const double l = std::hypot(line.line[i].x - line.line[i - 1].x, line.line[i].y - line.line[i - 1].y);
      const double bin = kOpeningBins * line.opening_px[i] / std::max(1e-9, out.most_px);
      out.length_px[std::min(kOpeningBins - 1, static_cast<std::size_t>(bin))] += l;
    }
  return out;
}

std::string histogram(const CrackNetwork& network, double um, double x0, double y0, double width,
                      double height) {
  constexpr std::size_t kBins = kOpeningBins;
  auto [most, length] = openings_of(network);
  for (double& l : length) l *= um;
  const double top = *std::ranges::max_element(length);
  std::string out;
  for (std::size_t k = 0; k < kBins && top > 0; ++k) {
    const double h = height * length[k] / top, w = width / kBins;
    out += "<rect x=\"" + number(x0 + w * static_cast<double>(k)) + "\" y=\"" + number(y0 + height - h) +
           "\" width=\"" + number(w - 1) + "\" height=\"" + number(h) + "\" fill=\"#d55e00\"/>\n";
  }
  out += "<path d=\"M" + number(x0) + " " + number(y0) + " V" + number(y0 + height) + " H" +
         number(x0 + width) + "\" fill=\"none\" stroke=\"#444\"/>\n";
  out += text(x0, y0 + height + 16, "0") + text(x0 + width, y0 + height + 16, format_double(most * um, 3)) +
         text(x0 + width / 2, y0 + height + 24, "opening, µm") +
         text(x0 + 4, y0 - 6, "length, µm; top " + format_double(top, 3), "start");
  return out;
}

}  // namespace

std::vector<std::string> fracture_lines(const FractureFigures& f) {
  std::vector<std::string> lines;
  const auto add = [&](const std::string& line) {
    if (!line.empty()) lines.push_back(line);
  };
  add(f.verdict + ", " + std::to_string(f.crack_count) + (f.crack_count == 1 ? " crack" : " cracks") + ", " +
      std::to_string(f.junction_count) + (f.junction_count == 1 ? " junction" : " junctions"));
  add(figure("crack length per area", f.crack_density_per_um, " /µm"));
  add(figure("opening", f.opening_mean_um, " µm"));
  if (f.delamination_um > 0)
    add(figure("delamination", f.delamination_um, " µm") +
        figure(", share of the boundaries", f.delamination_fraction, ""));
  return lines;
}

OverlayScene fracture_scene(const FracturePicture& picture) {
  OverlayScene scene;
  scene.grey = &picture.grey;
  scene.usable = &picture.usable;
  if (!picture.pellet.outer_v.empty())
    scene.lines.push_back(
        boundary_line(picture.pellet.outer_v, picture.pellet.frame, okabe_ito::kSkyBlue, "outer boundary"));
  if (!picture.pellet.front_v.empty())
    scene.lines.push_back(boundary_line(picture.pellet.front_v, picture.pellet.frame, okabe_ito::kVermillion,
                                        "reaction front"));
  for (const Gap& gap : picture.delamination.gaps)
    scene.lines.push_back({gap.path.line, {}, okabe_ito::kPurple, 3, false, true, "delamination"});
  for (const CrackLine& line : picture.network.lines) add_crack(line, scene);
  scene.pixel_size_nm = picture.pixel_size_nm;
  scene.title = picture.title;
  scene.figures = fracture_lines(picture.fracture.figures);
  scene.flags = picture.pellet.flags;
  return scene;
}

std::vector<double> rose_bins(const CrackNetwork& network, double reference_deg) {
  std::vector<double> bins(kRoseBins, 0);
  for (const CrackLine& line : network.lines)
    for (std::size_t i = 1; i < line.line.size(); ++i) {
      const double dx = line.line[i].x - line.line[i - 1].x, dy = line.line[i].y - line.line[i - 1].y;
      const double angle =
          std::remainder(std::atan2(-dy, dx) * 180 / 3.14159265358979 - reference_deg, 180.0);
      const int k = static_cast<int>(std::floor((angle + 90) / 10));
      bins[static_cast<std::size_t>(std::clamp(k, 0, kRoseBins - 1))] += std::hypot(dx, dy);
    }
  return bins;
}

std::string fracture_charts_svg(const CrackNetwork& network, double reference_deg, double pixel_size_nm) {
  return "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"720\" height=\"340\" viewBox=\"0 0 720 340\" "
         "font-family=\"sans-serif\" font-size=\"12\">\n<rect width=\"720\" height=\"340\" "
         "fill=\"white\"/>\n" +
         rose(rose_bins(network, reference_deg), 180, 155, 120) +
         histogram(network, pixel_size_nm * 1e-3, 390, 40, 290, 235) + "</svg>\n";
}

std::string fracture_charts_csv(const CrackNetwork& network, double reference_deg, double pixel_size_nm) {
  const double um = pixel_size_nm * 1e-3;
  Table table({"chart", "from", "to", "length_um"});
  const std::vector<double> rose = rose_bins(network, reference_deg);
  for (std::size_t k = 0; k < rose.size(); ++k) {
    const double from = -90 + 180.0 / kRoseBins * static_cast<double>(k);
    table.add({std::string("rose"), from, from + 180.0 / kRoseBins, rose[k] * um});
  }
  const Openings openings = openings_of(network);
  const double step = openings.most_px * um / kOpeningBins;
  for (std::size_t k = 0; k < kOpeningBins; ++k)
    table.add({std::string("opening"), step * static_cast<double>(k), step * static_cast<double>(k + 1),
               openings.length_px[k] * um});
  return write_csv(table);
}

}  // namespace litho
