#include "modules/sem/interphase_plot/kernel.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "modules/sem/interphase_overlay/kernel.hpp"
#include "pipeline/core/number.hpp"

namespace litho {
namespace {

using plot::Dash;
using namespace plot::okabe_ito;

constexpr double kLeastHeightPx = 160, kGreatestHeightPx = 420;

/// Picture -> um along the reference line and below it, away from the outside.
class Along {
 public:
  Along(const Interphase& interphase, double pixel_size_nm)
      : start_(interphase.reference_start), um_(pixel_size_nm / 1e3) {
    const double dx = interphase.reference_end.x - start_.x, dy = interphase.reference_end.y - start_.y;
    const double length = std::hypot(dx, dy);
    cos_ = dx / length, sin_ = dy / length;
    double into = 0;  // the front lies on the line's positive side
    for (const ProfileRow& row : interphase.profile) {
      const double side = across(row.front_px) - across(row.outer_px);
      if (std::isfinite(side)) into += side;
    }
    if (into < 0) sign_ = -1;
  }
  double s_um(PointPx p) const { return ((p.x - start_.x) * cos_ + (p.y - start_.y) * sin_) * um_; }
  double depth_um(PointPx p) const { return sign_ * across(p) * um_; }

 private:
  double across(PointPx p) const { return (p.y - start_.y) * cos_ - (p.x - start_.x) * sin_; }

  PointPx start_;
  double um_, cos_ = 1, sin_ = 0, sign_ = 1;
};

plot::Panel boundaries_panel(const ProfileScene& scene, double plane_width_px) {
  const Along along(scene.interphase, scene.pixel_size_nm);
  plot::Line outer{{}, {}, std::string(kBlue), 1.5, Dash::solid, "outer boundary"};
  plot::Line front{{}, {}, std::string(kVermillion), 1.5, Dash::solid, "reaction front"};
  for (const ProfileRow& row : scene.interphase.profile) {
    outer.x.push_back(row.s_um), outer.y.push_back(along.depth_um(row.outer_px));
    front.x.push_back(row.s_um), front.y.push_back(along.depth_um(row.front_px));
  }
  plot::Panel panel;
  panel.y.label = "depth (µm)";
  panel.y.reversed = true;
  double low = 0, high = 0;
  const auto see = [&](double depth) {
    if (std::isfinite(depth)) low = std::min(low, depth), high = std::max(high, depth);
  };
  for (const double depth : outer.y) see(depth);
  for (const double depth : front.y) see(depth);
  for (const Filament& f : scene.filaments.filaments) {
    const PointPx root{(f.root_left.x + f.root_right.x) / 2, (f.root_left.y + f.root_right.y) / 2};
    panel.lines.push_back({{along.s_um(root), along.s_um(f.tip)},
                           {along.depth_um(root), along.depth_um(f.tip)},
                           std::string(kGreen),
                           2,
                           Dash::solid,
                           "filament, root to tip"});
    see(panel.lines.back().y[1]);
  }
  const double end = scene.interphase.profile.empty() ? 0 : scene.interphase.profile.back().s_um;
  panel.lines.insert(panel.lines.begin(),
                     {{0, end}, {0, 0}, std::string(kGrey), 1, Dash::dashed, "reference line"});
  panel.lines.push_back(std::move(outer));
  panel.lines.push_back(std::move(front));
  panel.x.low = 0;
  panel.x.high = std::max(end, 1e-9);
  const double room = 0.05 * std::max(high - low, 1e-9);
  panel.y.low = low - room;
  panel.y.high = high + room;
  const double to_scale = plane_width_px * (high - low + 2 * room) / *panel.x.high;
  panel.height_px = std::clamp(to_scale, kLeastHeightPx, kGreatestHeightPx);
  const double stretch = panel.height_px / to_scale;
  if (stretch > 1.005 || stretch < 0.995) panel.y.label += ", drawn ×" + format_double(stretch, 2);
  panel.join_next = true;
  return panel;
}

plot::Panel thickness_panel(const Interphase& interphase) {
  plot::Panel panel;
  panel.x.label = "along the reference line, s (µm)";
  panel.y.label = "thickness (µm)";
  panel.y.low = 0;
  plot::Line local{{}, {}, std::string(kBlack), 1.2, Dash::solid, "local normal thickness"};
  for (const ProfileRow& row : interphase.profile) {
    local.x.push_back(row.s_um);
    local.y.push_back(row.valid ? row.thickness_um : kNotMeasured);
  }
  const double end = interphase.profile.empty() ? 0 : interphase.profile.back().s_um;
  panel.x.low = 0;
  panel.x.high = std::max(end, 1e-9);
  const InterphaseFigures& f = interphase.figures;
  panel.bands.push_back({{0, end},
                         {f.specimen_lo_um, f.specimen_lo_um},
                         {f.specimen_hi_um, f.specimen_hi_um},
                         std::string(kOrange),
                         0.25,
                         "95 %, specimen's mean"});
  panel.bands.push_back({{0, end},
                         {f.thickness_um.lo, f.thickness_um.lo},
                         {f.thickness_um.hi, f.thickness_um.hi},
                         std::string(kPurple),
                         0.6,
                         "95 %, this field's mean"});
  panel.lines.push_back({{0, end},
                         {f.thickness_um.value, f.thickness_um.value},
                         std::string(kPurple),
                         1,
                         Dash::solid,
                         "mean (area / length)"});
  panel.lines.push_back(std::move(local));
  panel.height_px = 200;
  return panel;
}

plot::Panel spectrum_panel(const FrontSpectrum& spectrum) {
  plot::Panel panel;
  panel.x = {"spatial frequency of the front (1/µm)", {}, {}, false, true};
  panel.y = {"power density (µm³)", {}, {}, false, true};
  plot::Line lines{{}, {}, "#bbbbbb", 0.7, Dash::solid, "periodogram"};
  for (const SpectrumLine& line : spectrum.lines)
    lines.x.push_back(line.frequency_per_um), lines.y.push_back(line.psd_um3);
  plot::Line bands{{}, {}, std::string(kBlue), 1.8, Dash::solid, "mean in bands"};
  double floor = 0;
  for (const SpectrumLine& band : in_log_bands(spectrum)) {
    bands.x.push_back(band.frequency_per_um), bands.y.push_back(band.psd_um3);
    if (band.psd_um3 > 0) floor = floor > 0 ? std::min(floor, band.psd_um3) : band.psd_um3;
  }
  // A periodogram's single lines fall by any number of decades; those far below the curve say nothing.
  if (floor > 0) panel.y.low = floor / 100;
  panel.lines.push_back(std::move(lines));
  panel.lines.push_back(std::move(bands));
  panel.height_px = 220;
  return panel;
}

}  // namespace

std::vector<double> front_heights_um(const Interphase& interphase, double pixel_size_nm) {
  const Along along(interphase, pixel_size_nm);
  std::vector<double> out;
  for (const ProfileRow& row : interphase.profile) out.push_back(along.depth_um(row.front_px));
  return out;
}

plot::Figure profile_figure(const ProfileScene& scene) {
  plot::Figure figure;
  figure.title = scene.title;
  std::string line;
  for (const std::string& part : figure_lines(scene.interphase.figures)) {
    if (!line.empty() && line.size() + part.size() > 110) {
      figure.lines.push_back(std::move(line));
      line.clear();
    }
    line += (line.empty() ? "" : ";  ") + part;
  }
  if (!line.empty()) figure.lines.push_back(std::move(line));
  std::string flags;
  for (const std::string& flag : scene.interphase.flags) flags += (flags.empty() ? "flags: " : ", ") + flag;
  if (!flags.empty()) figure.lines.push_back(std::move(flags));
  figure.lines.push_back("pixel size " + format_double(scene.pixel_size_nm, 6) + " nm (" +
                         scene.scale_source + ");  " + scene.made_by);
  figure.panels.push_back(boundaries_panel(scene, plot::plane_width_px(figure.width_px)));
  figure.panels.push_back(thickness_panel(scene.interphase));
  if (scene.spectrum) figure.panels.push_back(spectrum_panel(*scene.spectrum));
  return figure;
}

}  // namespace litho
