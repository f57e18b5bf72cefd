#include "modules/xps/coverage_plot/kernel.hpp"

#include <algorithm>
#include <cmath>

namespace litho {
namespace {

namespace colour = plot::okabe_ito;

std::vector<double> sum(const std::vector<double>& a, const std::vector<double>& b, double factor) {
  std::vector<double> out(a);
  for (std::size_t i = 0; i < out.size(); ++i) out[i] += factor * b[i];
  return out;
}

/// Counts, fitted background, what was found on it, and the smallest line that would have been found.
plot::Panel region_panel(const RegionCounts& plated, const Detection& line, const std::string& name) {
  plot::Panel panel;
  panel.x = {"binding energy (eV)", plated.energy_ev.front(), plated.energy_ev.back(), true, false};
  panel.y.label = name + ", plated (counts)";
  panel.points.push_back(
      {plated.energy_ev, plated.counts, {}, {}, std::string(colour::kGrey), 1.2, "counts"});
  panel.lines.push_back(
      {plated.energy_ev, line.background, std::string(colour::kBlack), 1, plot::Dash::dashed, "background"});
  const auto fitted = sum(line.background, line.signal, 1);
  panel.bands.push_back({plated.energy_ev, line.background, fitted, std::string(colour::kBlue), 0.3, ""});
  panel.lines.push_back(
      {plated.energy_ev, fitted, std::string(colour::kBlue), 1.5, plot::Dash::solid, "fit"});
  if (!line.found && line.limit_shape.size() == plated.energy_ev.size())
    panel.lines.push_back({plated.energy_ev, sum(line.background, line.limit_shape, line.limit),
                           std::string(colour::kVermillion), 1, plot::Dash::dotted,
                           "smallest line that would be found"});
  return panel;
}

plot::Panel bare_panel(const RegionCounts& bare, const std::string& name, const RegionCounts& plated) {
  plot::Panel panel;
  panel.x = {"binding energy (eV)", plated.energy_ev.front(), plated.energy_ev.back(), true, false};
  panel.y.label = name + ", bare (counts)";
  panel.height_px = 160;
  panel.lines.push_back(
      {bare.energy_ev, bare.counts, std::string(colour::kGreen), 1, plot::Dash::solid, "bare film"});
  return panel;
}

/// Lower and upper bare share at each thickness where the excess stays below `limit`.
plot::Band region_band(const LayerEstimate& layer, double limit, double opacity, const std::string& legend) {
  plot::Band band{{}, {}, {}, std::string(colour::kBlue), opacity, legend};
  const std::size_t columns = layer.thickness_grid_nm.size();
  for (std::size_t c = 0; c < columns; ++c) {
    double low = NAN, high = NAN;
    for (std::size_t r = 0; r < layer.bare_share.size(); ++r) {
      if (layer.excess[r * columns + c] > limit) continue;
      if (std::isnan(low)) low = layer.bare_share[r];
      high = layer.bare_share[r];
    }
    band.x.push_back(layer.thickness_grid_nm[c]);
    band.low.push_back(100 * low);
    band.high.push_back(100 * high);
  }
  return band;
}

plot::Panel layer_panel(const LayerEstimate& layer) {
  plot::Panel panel;
  panel.x.label = "lithium thickness on the covered share (nm)";
  panel.x.log = true;
  panel.x.low = layer.thickness_grid_nm.front();
  panel.x.high = layer.thickness_grid_nm.back();
  panel.y.label = "bare share (%)";
  constexpr double kTwo95 = 5.991, kTwo68 = 2.279;
  panel.bands.push_back(region_band(layer, kTwo95, 0.25, "95 % region"));
  panel.bands.push_back(region_band(layer, kTwo68, 0.45, "68 % region"));
  double highest = 0;
  for (const double share : panel.bands.front().high)
    if (std::isfinite(share)) highest = std::max(highest, share);
  panel.y.low = 0;
  panel.y.high = std::max(0.5, 1.15 * highest);
  return panel;
}

/// Words of the sentence in lines of at most 110 characters.
std::vector<std::string> wrapped(const std::string& text) {
  std::vector<std::string> lines{""};
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    const std::string word = text.substr(at, end - at);
    if (!lines.back().empty() && lines.back().size() + word.size() + 1 > 110) lines.emplace_back();
    lines.back() += (lines.back().empty() ? "" : " ") + word;
    at = end + 1;
  }
  return lines;
}

}  // namespace

plot::Figure coverage_figure(const std::string& sample, const FilmSpectra& spectra,
                             const FilmMeasurement& measured, const CoverageFigures& figures) {
  plot::Figure figure;
  figure.title = sample + ": " + std::string(to_string(figures.decision));
  figure.lines = wrapped(figures.sentence);
  for (const auto& [code, message] : figures.flags) figure.lines.push_back(code + ": " + message);
  if (spectra.bare_cr2p)
    figure.panels.push_back(bare_panel(*spectra.bare_cr2p, "Cr 2p", *spectra.plated_cr2p));
  figure.panels.push_back(region_panel(*spectra.plated_cr2p, *measured.cr2p, "Cr 2p"));
  if (spectra.bare_li1s)
    figure.panels.push_back(bare_panel(*spectra.bare_li1s, "Li 1s", *spectra.plated_li1s));
  figure.panels.push_back(region_panel(*spectra.plated_li1s, measured.li->li1s, "Li 1s"));
  if (!figures.layer.excess.empty()) figure.panels.push_back(layer_panel(figures.layer));
  return figure;
}

}  // namespace litho
