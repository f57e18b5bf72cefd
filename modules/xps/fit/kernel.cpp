#include "modules/xps/fit/kernel.hpp"

#include <cmath>
#include <functional>
#include <map>

#include "pipeline/core/number.hpp"
#include "pipeline/core/text.hpp"

namespace litho {
namespace {

constexpr double kBadFit = 5;  // sigma

std::string area_unit(const RegionReport& report) {
  if (!report.counts_known) return "stored*eV";
  return report.seconds ? "counts*eV/s" : "counts*eV";
}
double per_second(const RegionReport& report, double area) {
  return report.counts_known && report.seconds ? area / *report.seconds : area;
}

struct Column {
  const char* name;
  std::function<Cell(const RegionReport&, const ComponentFit&)> cell;
};

const std::vector<Column>& columns() {
  using R = RegionReport;
  using C = ComponentFit;
  const auto area = [](double Estimate::*member) {
    return [member](const R& r, const C& c) -> Cell { return per_second(r, c.area.*member); };
  };
  static const std::vector<Column> all{
      {"role", [](const R& r, const C&) -> Cell { return r.role; }},
      {"region", [](const R& r, const C&) -> Cell { return r.region; }},
      {"component", [](const R&, const C& c) -> Cell { return c.name; }},
      {"position_ev", [](const R&, const C& c) -> Cell { return c.position_ev.value; }},
      {"position_u_ev", [](const R&, const C& c) -> Cell { return c.position_ev.u; }},
      {"fwhm_ev", [](const R&, const C& c) -> Cell { return c.fwhm_ev.value; }},
      {"fwhm_u_ev", [](const R&, const C& c) -> Cell { return c.fwhm_ev.u; }},
      {"area", area(&Estimate::value)},
      {"area_u", area(&Estimate::u)},
      {"fraction", [](const R&, const C& c) -> Cell { return c.fraction; }},
      {"at_bound", [](const R&, const C& c) -> Cell { return std::int64_t{c.at_bound}; }},
      {"position_lo_ev", [](const R&, const C& c) -> Cell { return c.position_ev.lo; }},
      {"position_hi_ev", [](const R&, const C& c) -> Cell { return c.position_ev.hi; }},
      {"fwhm_lo_ev", [](const R&, const C& c) -> Cell { return c.fwhm_ev.lo; }},
      {"fwhm_hi_ev", [](const R&, const C& c) -> Cell { return c.fwhm_ev.hi; }},
      {"area_lo", area(&Estimate::lo)},
      {"area_hi", area(&Estimate::hi)},
      {"area_unit", [](const R& r, const C&) -> Cell { return area_unit(r); }},
      {"area_range",
       [](const R&, const C& c) -> Cell { return std::string(c.area_in_window ? "window" : "all"); }},
      {"interval", [](const R& r, const C&) -> Cell { return r.interval; }},
      {"peaks", [](const R& r, const C&) -> Cell { return r.peaks; }},
      {"model", [](const R& r, const C&) -> Cell { return r.fit.model; }},
      {"model_weight",
       [](const R& r, const C&) -> Cell {
         for (const auto& score : r.fit.scores)
           if (score.name == r.fit.model) return score.weight;
         return {};
       }},
      {"converged", [](const R& r, const C&) -> Cell { return std::int64_t{r.fit.converged}; }},
      {"reduced_chi2", [](const R& r, const C&) -> Cell { return r.fit.pearson / r.fit.degrees_of_freedom; }},
      {"misfit_sigma", [](const R& r, const C&) -> Cell { return r.fit.misfit_sigma; }},
      {"dispersion", [](const R& r, const C&) -> Cell { return r.fit.dispersion; }},
      {"window_low_ev", [](const R& r, const C&) -> Cell { return r.fit.low_ev; }},
      {"window_high_ev", [](const R& r, const C&) -> Cell { return r.fit.high_ev; }},
      {"background_low_counts", [](const R& r, const C&) -> Cell { return r.fit.low_level; }},
      {"background_high_counts", [](const R& r, const C&) -> Cell { return r.fit.high_level; }},
      {"fit_flags", [](const R& r, const C&) -> Cell { return join(r.flags, ";"); }},
      {"file", [](const R& r, const C&) -> Cell { return r.file; }},
      {"block", [](const R& r, const C&) -> Cell { return r.block; }},
      {"specimen", [](const R& r, const C&) -> Cell { return r.specimen; }},
      {"variables", [](const R& r, const C&) -> Cell { return r.variables; }},
      {"charge_shift_ev", [](const R& r, const C&) { return r.charge ? Cell(r.charge->shift_ev) : Cell(); }},
      {"charge_shift_u_ev", [](const R& r, const C&) { return r.charge ? Cell(r.charge->u_ev) : Cell(); }},
      {"charge_reference",
       [](const R& r, const C&) { return r.charge ? Cell(r.charge->reference) : Cell(); }},
  };
  return all;
}

}  // namespace

const std::vector<std::string>& peak_columns() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> out;
    for (const Column& column : columns()) out.emplace_back(column.name);
    return out;
  }();
  return names;
}

std::vector<std::vector<Cell>> peak_rows(const RegionReport& report) {
  std::vector<std::vector<Cell>> rows;
  for (const ComponentFit& component : report.fit.components) {
    auto& row = rows.emplace_back();
    for (const Column& column : columns()) row.push_back(column.cell(report, component));
  }
  return rows;
}

const std::vector<std::string>& casaxps_columns() {
  static const std::vector<std::string> names{"Role",   "Region", "Name",        "Position",  "FWHM",
                                              "R.S.F.", "Area",   "Area/R.S.F.", "% At Conc", "% St.Dev."};
  return names;
}

std::vector<std::vector<Cell>> casaxps_rows(const std::vector<RegionReport>& reports) {
  std::map<std::string, double> totals;  // by role; NaN where a factor is missing
  for (const auto& report : reports)
    for (std::size_t k = 0; k < report.fit.components.size(); ++k)
      totals[report.role] += report.rsf[k] && report.seconds
                                 ? per_second(report, report.fit.components[k].area.value) / *report.rsf[k]
                                 : kNotMeasured;
  std::vector<std::vector<Cell>> rows;
  for (const auto& report : reports)
    for (std::size_t k = 0; k < report.fit.components.size(); ++k) {
      const ComponentFit& c = report.fit.components[k];
      const double area = per_second(report, c.area.value);
      const double corrected = report.rsf[k] ? area / *report.rsf[k] : kNotMeasured;
      const double share = 100 * corrected / totals[report.role];
      rows.push_back({report.role, report.region, c.name, c.position_ev.value, c.fwhm_ev.value,
                      report.rsf[k] ? Cell(*report.rsf[k]) : Cell(), area, corrected, share,
                      100 * c.area.u / c.area.value});
    }
  return rows;
}

std::string fit_csv(const RegionReport& report) {
  std::vector<std::string> names{"binding_energy_ev", "counts", "background", "envelope", "residual_sigma"};
  for (const auto& component : report.fit.components) names.push_back(component.name);
  Table table(names);
  for (std::size_t i = 0; i < report.data.counts.size(); ++i) {
    std::vector<Cell> row{report.data.energy_ev[i], report.data.counts[i], report.fit.background[i],
                          report.fit.envelope[i], report.fit.residual_sigma[i]};
    for (const auto& component : report.fit.components) row.emplace_back(component.curve[i]);
    table.add(std::move(row));
  }
  return write_csv(table);
}

std::vector<FitRemark> fit_remarks(const RegionFit& fit, const std::string& place) {
  std::vector<FitRemark> out;
  if (!fit.converged)
    out.push_back(
        {"fit.not_converged", place + ": the search did not settle; the figures are where it ended"});
  std::vector<std::string> bounds, poor, pairs;
  for (const auto& p : fit.parameters) {
    // A background without a step or without losses is one of the backgrounds asked for.
    const bool absent = p.name.starts_with("background.") && p.value == 0;
    if (p.at_bound && !absent) bounds.push_back(p.name + " = " + format_double(p.value, 5));
    if (p.poorly_determined) poor.push_back(p.name);
  }
  for (const auto& pair : fit.high_correlations)
    pairs.push_back(pair.first + " and " + pair.second + " (" + format_double(pair.coefficient, 3) + ")");
  if (!bounds.empty()) out.push_back({"fit.at_bound", place + ": on a bound: " + join(bounds, ", ")});
  if (!poor.empty())
    out.push_back({"fit.poorly_determined", place + ": the data hardly determine " + join(poor, ", ")});
  if (fit.misfit_sigma > kBadFit)
    out.push_back({"fit.bad_fit", place + ": chi-square per degree of freedom is " +
                                      format_double(fit.pearson / fit.degrees_of_freedom, 4) + ", " +
                                      format_double(fit.misfit_sigma, 3) +
                                      " standard deviations too high; the model does not describe the data"});
  if (fit.misfit_sigma < -kBadFit)
    out.push_back({"fit.too_good", place +
                                       ": the data scatter far less than counts do (chi-square per degree of "
                                       "freedom " +
                                       format_double(fit.pearson / fit.degrees_of_freedom, 4) +
                                       "); are they smoothed or scaled?"});
  if (!pairs.empty())
    out.push_back({"fit.high_correlation", place + ": highly correlated: " + join(pairs, ", "), false});
  if (fit.scores.size() > 1) {
    std::string text = place + ": chosen model '" + fit.model + "' among";
    for (const auto& score : fit.scores)
      text += " '" + score.name + "' (deviance " + format_double(score.deviance, 6) + ", " +
              std::to_string(score.parameters) + " parameters, AICc " + format_double(score.aicc, 6) +
              ", BIC " + format_double(score.bic, 6) + ", weight " + format_double(score.weight, 3) + ")";
    out.push_back({"fit.model_choice", text, false});
  }
  return out;
}

}  // namespace litho
