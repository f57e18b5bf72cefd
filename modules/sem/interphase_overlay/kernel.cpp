#include "modules/sem/interphase_overlay/kernel.hpp"

#include <cmath>

#include "pipeline/core/number.hpp"

namespace litho {
namespace {

constexpr int kDigits = 4;

std::string with_interval(const std::string& name, double value, double lo, double hi,
                          const std::string& unit) {
  if (!std::isfinite(value)) return "";
  std::string out = name + " " + format_double(value, kDigits) + " " + unit;
  if (std::isfinite(lo) && std::isfinite(hi))
    out += " (95 %: " + format_double(lo, kDigits) + " to " + format_double(hi, kDigits) + ")";
  return out;
}

OverlayLine boundary_line(const Boundary& boundary, OverlayColour colour, const std::string& legend) {
  return {boundary.points, boundary.found, colour, 2, false, true, legend};
}

OverlayLine filament_line(const Filament& filament) {
  const PointPx root{(filament.root_left.x + filament.root_right.x) / 2,
                     (filament.root_left.y + filament.root_right.y) / 2};
  return {{root, filament.tip}, {}, okabe_ito::kGreen, 2, false, true, "filament"};
}

}  // namespace

std::vector<std::string> figure_lines(const InterphaseFigures& f) {
  std::vector<std::string> lines;
  const auto add = [&](const std::string& line) {
    if (!line.empty()) lines.push_back(line);
  };
  add(with_interval("thickness", f.thickness_um.value, f.thickness_um.lo, f.thickness_um.hi, "µm"));
  if (std::isfinite(f.specimen_lo_um))
    add("specimen mean 95 %: " + format_double(f.specimen_lo_um, kDigits) + " to " +
        format_double(f.specimen_hi_um, kDigits) + " µm");
  add(with_interval("front Rq", f.front_rq_um, kNotMeasured, kNotMeasured, "µm"));
  std::string shape = f.morphology;
  if (f.filament_count > 0)
    shape += ", " + std::to_string(f.filament_count) + (f.filament_count == 1 ? " filament" : " filaments") +
             ", deepest " + format_double(f.filament_depth_max_um, kDigits) + " µm";
  add(shape);
  return lines;
}

OverlayScene interphase_scene(const InterphasePicture& picture) {
  OverlayScene scene;
  scene.grey = picture.grey;
  scene.usable = picture.usable;
  scene.pixel_size_nm = picture.pixel_size_nm;
  scene.title = picture.title;
  if (picture.layers != nullptr) {
    scene.labels = picture.filaments != nullptr ? &picture.filaments->labels : &picture.layers->labels;
    scene.tints = {{static_cast<std::uint8_t>(Label::interphase), okabe_ito::kOrange, 0.15, "interphase"},
                   {static_cast<std::uint8_t>(Label::crack), okabe_ito::kYellow, 0.6, "crack"},
                   {static_cast<std::uint8_t>(Label::pore), okabe_ito::kSkyBlue, 0.6, "pore"},
                   {static_cast<std::uint8_t>(Label::gap), okabe_ito::kPurple, 0.6, "gap"}};
  }
  if (picture.interphase != nullptr) {
    scene.lines.push_back({{picture.interphase->reference_start, picture.interphase->reference_end},
                           {},
                           {1, 1, 1},
                           1,
                           true,
                           true,
                           "reference line"});
    scene.figures = figure_lines(picture.interphase->figures);
    scene.flags = picture.interphase->flags;
  }
  if (picture.boundaries != nullptr) {
    scene.lines.push_back(boundary_line(picture.boundaries->outer, okabe_ito::kSkyBlue, "outer boundary"));
    scene.lines.push_back(boundary_line(picture.boundaries->front, okabe_ito::kVermillion, "reaction front"));
  }
  if (picture.filaments != nullptr)
    for (const Filament& filament : picture.filaments->filaments)
      scene.lines.push_back(filament_line(filament));
  if (!picture.failure.empty()) {
    scene.title += ": failed, no figures";
    scene.figures.clear();
    scene.flags.insert(scene.flags.begin(), picture.failure.begin(), picture.failure.end());
  }
  return scene;
}

}  // namespace litho
