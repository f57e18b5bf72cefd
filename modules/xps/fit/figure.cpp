#include <algorithm>
#include <cmath>

#include "modules/plot/svg/kernel.hpp"
#include "modules/xps/fit/kernel.hpp"
#include "pipeline/core/number.hpp"
#include "pipeline/core/text.hpp"

namespace litho {
namespace {

std::string with_error(double value, double u) {
  if (!std::isfinite(value)) return "not determined";
  if (!(u > 0)) return format_double(value, 6) + " (held)";
  const double digits = std::clamp(1 - std::floor(std::log10(u)), 0.0, 6.0);
  const double scale = std::pow(10, digits);
  return format_double(std::round(value * scale) / scale, 9) + " ± " +
         format_double(std::round(u * scale) / scale, 3);
}

}  // namespace

Result<std::string> fit_svg(const RegionReport& report, const std::string& sample) {
  using namespace plot;
  const RegionFit& fit = report.fit;
  const auto& x = report.data.energy_ev;
  Figure figure;
  figure.title = sample + (report.role.empty() ? "" : ", " + report.role) + ", " + report.region;
  figure.lines.push_back(report.peaks + ", model '" + fit.model + "'; chi-square per degree of freedom " +
                         format_double(fit.pearson / fit.degrees_of_freedom, 4) + " with " +
                         std::to_string(fit.degrees_of_freedom) + "; file " + report.file);
  for (const auto& component : fit.components)
    figure.lines.push_back(component.name + ": " +
                           with_error(component.position_ev.value, component.position_ev.u) + " eV, width " +
                           with_error(component.fwhm_ev.value, component.fwhm_ev.u) + " eV, share " +
                           format_double(100 * component.fraction, 3) + " %");
  if (!report.flags.empty()) figure.lines.push_back("flags: " + join(report.flags, "; "));

  Panel main;
  main.x = {"binding energy (eV)", x.front(), x.back(), true};
  main.y.label = report.counts_known ? "counts" : "intensity";
  main.height_px = 360;
  main.join_next = true;
  for (std::size_t k = 0; k < fit.components.size(); ++k) {
    Band band{x, fit.background, fit.background, std::string(series_colour(k)), 0.35, fit.components[k].name};
    for (std::size_t i = 0; i < x.size(); ++i) band.high[i] += fit.components[k].curve[i];
    main.bands.push_back(std::move(band));
  }
  main.lines.push_back({x, fit.background, std::string(okabe_ito::kGrey), 1.2, Dash::dashed, "background"});
  main.lines.push_back({x, fit.envelope, std::string(okabe_ito::kBlack), 1.5, Dash::solid, "envelope"});
  main.points.push_back({x, report.data.counts, {}, {}, std::string(okabe_ito::kGrey), 1.3, "data"});

  Panel residuals;
  residuals.x = main.x;
  double reach = 5.2;
  for (const double r : fit.residual_sigma) reach = std::max(reach, 1.05 * std::abs(r));
  residuals.y = {"residual / σ", -reach, reach};
  residuals.height_px = 110;
  residuals.lines.push_back(
      {{x.front(), x.back()}, {0, 0}, std::string(okabe_ito::kGrey), 1, Dash::solid, ""});
  residuals.bands.push_back(
      {{x.front(), x.back()}, {-2, -2}, {2, 2}, std::string(okabe_ito::kGrey), 0.15, ""});
  residuals.points.push_back({x, fit.residual_sigma, {}, {}, std::string(okabe_ito::kBlue), 1.3, ""});
  figure.panels = {std::move(main), std::move(residuals)};
  return write_svg(figure);
}

}  // namespace litho
