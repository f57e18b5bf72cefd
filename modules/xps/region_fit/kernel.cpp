#include "modules/xps/region_fit/kernel.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "modules/xps/region_fit/parts.hpp"
#include "pipeline/core/number.hpp"

namespace litho {
namespace {

constexpr double k95 = 1.959963984540054;
constexpr double kHighCorrelation = 0.95;
constexpr double kNearBound = 0.01;  // of a standard error
constexpr std::size_t kFewestPoints = 10;
constexpr double kWorthATry = 0.1;  // of deviance
constexpr FigureKind kKinds[] = {FigureKind::position, FigureKind::fwhm, FigureKind::area};

Estimate& estimate_of(ComponentFit& component, FigureKind kind) {
  return kind == FigureKind::position ? component.position_ev
         : kind == FigureKind::fwhm   ? component.fwhm_ev
                                      : component.area;
}

/// u from the covariance, NaN where a parameter it rests on is not determined or held.
double uncertainty(const FittedModel& fitted, const Figure& figure) {
  const auto m = static_cast<Eigen::Index>(figure.slopes.size());
  const Eigen::Map<const Eigen::VectorXd> slopes(figure.slopes.data(), m);
  double variance = 0;
  for (Eigen::Index a = 0; a < m; ++a)
    for (Eigen::Index b = 0; b < m; ++b)
      if (slopes[a] != 0 && slopes[b] != 0) variance += slopes[a] * fitted.covariance(a, b) * slopes[b];
  return variance > 0 ? std::sqrt(variance) : kNotMeasured;
}

/// The fitted parameter that alone moves a figure.
std::optional<std::size_t> only_one(const Figure& figure) {
  std::optional<std::size_t> found;
  for (std::size_t j = 0; j < figure.slopes.size(); ++j) {
    if (figure.slopes[j] == 0) continue;
    if (found) return {};
    found = j;
  }
  return found;
}

bool is_at_bound(const FittedModel& fitted, std::size_t j) {
  const ModelParameter& p = fitted.model->parameters[fitted.model->fitted[j]];
  const auto at = static_cast<Eigen::Index>(j);
  const double error = std::sqrt(fitted.covariance(at, at));
  const double near = std::isfinite(error) ? kNearBound * error : 0;
  return fitted.scored.x[j] - p.low <= near || p.high - fitted.scored.x[j] <= near;
}

/// Figures of the components of one model, with intervals from the covariance.
std::vector<ComponentFit> describe(const FittedModel& fitted) {
  std::vector<ComponentFit> out;
  const RegionModel& model = *fitted.model;
  double total = 0;
  for (std::size_t c = 0; c < model.components.size(); ++c) {
    ComponentFit component;
    component.name = model.components[c].name;
    component.area_in_window = model.components[c].amplitude_is_height();
    for (const FigureKind kind : kKinds) {
      const Figure figure = figure_of(fitted, c, kind);
      Estimate& estimate = estimate_of(component, kind);
      estimate.value = figure.value;
      estimate.u = uncertainty(fitted, figure);
      estimate.lo = figure.value - k95 * estimate.u, estimate.hi = figure.value + k95 * estimate.u;
    }
    const auto state = resolve(model, fitted.scored.x);
    for (const std::size_t parameter : model.components[c].parameters())
      for (const auto& slope : state.slopes[parameter])
        component.at_bound = component.at_bound || is_at_bound(fitted, slope.fitted);
    component.curve.resize(fitted.curves->energy_ev().size());
    fitted.curves->component(c, fitted.scored.x, component.curve, {});
    total += component.area.value;
    out.push_back(std::move(component));
  }
  for (auto& component : out)
    if (total > 0) component.fraction = component.area.value / total;
  return out;
}

/// Replaces intervals by those of the profile likelihood wherever one fitted parameter decides the figure.
void profile_intervals(const FittedModel& fitted, const RegionData& data,
                       std::vector<ComponentFit>& components) {
  std::vector<std::optional<Ends>> known(fitted.scored.x.size());
  // The likelihood knows nothing of the noise in a background drawn beforehand.
  const Eigen::MatrixXd of_likelihood = covariance_of(fitted.scored);
  const auto widened = [&](std::size_t j) {
    const auto at = static_cast<Eigen::Index>(j);
    const double growth = std::sqrt(fitted.covariance(at, at) / of_likelihood(at, at));
    auto ends = profile_ends(fitted, data, j);
    if (!std::isfinite(growth) || fitted.model->background.fixed == StaticKind::none) return ends;
    const double top = fitted.scored.x[j];
    ends.lo = top - growth * (top - ends.lo), ends.hi = top + growth * (ends.hi - top);
    return ends;
  };
  for (std::size_t c = 0; c < components.size(); ++c)
    for (const FigureKind kind : kKinds) {
      const auto j = only_one(figure_of(fitted, c, kind));
      if (!j) continue;
      if (!known[*j]) known[*j] = widened(*j);
      auto moved = fitted;
      double ends[2];
      for (int side = 0; side < 2; ++side) {
        moved.scored.x[*j] = side == 0 ? known[*j]->lo : known[*j]->hi;
        ends[side] = std::isfinite(moved.scored.x[*j]) ? figure_of(moved, c, kind).value : kNotMeasured;
      }
      Estimate& estimate = estimate_of(components[c], kind);
      estimate.lo = std::min(ends[0], ends[1]), estimate.hi = std::max(ends[0], ends[1]);
      if (std::isnan(ends[0]) || std::isnan(ends[1])) estimate.lo = ends[0], estimate.hi = ends[1];
    }
}

std::vector<FittedModelParameter> list_parameters(const FittedModel& fitted) {
  std::vector<FittedModelParameter> out;
  const auto state = resolve(*fitted.model, fitted.scored.x);
  for (std::size_t k = 0; k < state.values.size(); ++k) {
    const ModelParameter& p = fitted.model->parameters[k];
    FittedModelParameter parameter{p.name, state.values[k], kNotMeasured, p.fitted, false, false};
    Figure figure{state.values[k], std::vector<double>(fitted.scored.x.size(), 0)};
    for (const auto& slope : state.slopes[k]) figure.slopes[slope.fitted] += slope.value;
    if (!state.slopes[k].empty()) parameter.u = uncertainty(fitted, figure);
    if (p.fitted) {
      const std::size_t j = state.slopes[k][0].fitted;
      parameter.at_bound = is_at_bound(fitted, j);
      const double room = p.high - p.low;
      parameter.poorly_determined =
          !fitted.scored.held[j] &&
          !(parameter.u <= (std::isfinite(room) ? 0.5 * room : std::abs(parameter.value)));
    }
    out.push_back(std::move(parameter));
  }
  return out;
}

std::vector<CorrelatedPair> list_correlations(const FittedModel& fitted) {
  std::vector<CorrelatedPair> out;
  const auto m = fitted.covariance.rows();
  for (Eigen::Index a = 0; a < m; ++a)
    for (Eigen::Index b = a + 1; b < m; ++b) {
      const double r = fitted.covariance(a, b) / std::sqrt(fitted.covariance(a, a) * fitted.covariance(b, b));
      if (std::abs(r) > kHighCorrelation)
        out.push_back({fitted.model->parameters[fitted.model->fitted[static_cast<std::size_t>(a)]].name,
                       fitted.model->parameters[fitted.model->fitted[static_cast<std::size_t>(b)]].name, r});
    }
  return out;
}

/// Where models compete, the spread of a figure between them joins its variance, with their weights, and the
/// interval widens alike [Burnham and Anderson 2002, Model Selection and Multimodel Inference, 4.3].
void add_model_spread(const std::vector<FittedModel>& all, const std::vector<ModelScore>& scores,
                      std::size_t best, std::vector<ComponentFit>& components) {
  for (std::size_t k = 0; k < all.size(); ++k) {
    if (k == best || scores[k].weight < 1e-4) continue;
    const auto others = describe(all[k]);
    for (auto& component : components) {
      const auto same = std::find_if(others.begin(), others.end(),
                                     [&](const ComponentFit& other) { return other.name == component.name; });
      if (same == others.end()) continue;
      ComponentFit other = *same;
      for (const FigureKind kind : kKinds) {
        Estimate& estimate = estimate_of(component, kind);
        const Estimate& away = estimate_of(other, kind);
        if (!std::isfinite(away.value) || !std::isfinite(estimate.u)) continue;
        const double shift = away.value - estimate.value, weight = scores[k].weight;
        const double added =
            weight * (shift * shift + std::max(0.0, away.u * away.u - estimate.u * estimate.u));
        if (!std::isfinite(added)) continue;
        const double before = estimate.u;
        estimate.u = std::sqrt(before * before + added);
        const double growth = estimate.u / before;
        estimate.lo = estimate.value - (estimate.value - estimate.lo) * growth;
        estimate.hi = estimate.value + (estimate.hi - estimate.value) * growth;
      }
    }
  }
}

/// Percentiles of refits to counts drawn from the fit; the models compete anew each time.
void bootstrap_intervals(const std::vector<FittedModel>& all, const PeakRegion& region,
                         const RegionData& data, const std::vector<double>& envelope,
                         const RegionFitOptions& options, std::vector<ComponentFit>& components) {
  std::vector<std::vector<std::vector<double>>> drawn(components.size(), std::vector<std::vector<double>>(3));
  for (int draw = 0; draw < options.bootstrap_draws; ++draw) {
    RandomStream random = options.random("bootstrap/" + region.name + "/" + std::to_string(draw));
    RegionData again = data;
    for (std::size_t i = 0; i < envelope.size(); ++i)
      again.counts[i] = data.dispersion * random.poisson(envelope[i] / data.dispersion);
    std::vector<FittedModel> fits;
    std::vector<ModelScore> scores;
    for (const FittedModel& fitted : all) {
      FittedModel result;
      if (!refit(fitted, again, result) || !result.scored.converged) continue;
      scores.push_back(score_of(result, again));
      fits.push_back(std::move(result));
    }
    if (fits.empty()) continue;
    const FittedModel& chosen = fits[weigh(scores, region.choose)];
    for (std::size_t c = 0; c < components.size(); ++c)
      for (std::size_t other = 0; other < chosen.model->components.size(); ++other)
        if (chosen.model->components[other].name == components[c].name)
          for (std::size_t k = 0; k < 3; ++k)
            drawn[c][k].push_back(figure_of(chosen, other, kKinds[k]).value);
  }
  for (std::size_t c = 0; c < components.size(); ++c)
    for (std::size_t k = 0; k < 3; ++k) {
      auto& values = drawn[c][k];
      std::erase_if(values, [](double value) { return !std::isfinite(value); });
      Estimate& estimate = estimate_of(components[c], kKinds[k]);
      if (values.size() < 40 || !std::isfinite(estimate.u)) continue;
      std::sort(values.begin(), values.end());
      const auto at = [&](double share) {
        const double place = share * static_cast<double>(values.size() - 1);
        const auto below = static_cast<std::size_t>(place);
        const double rest = place - static_cast<double>(below);
        return values[below] + rest * (values[std::min(below + 1, values.size() - 1)] - values[below]);
      };
      double mean = 0, variance = 0;
      for (const double value : values) mean += value / static_cast<double>(values.size());
      for (const double value : values)
        variance += (value - mean) * (value - mean) / static_cast<double>(values.size() - 1);
      estimate.u = std::sqrt(variance), estimate.lo = at(0.025), estimate.hi = at(0.975);
    }
}

Errors check(const RegionData& data) {
  Errors errors;
  for (std::size_t i = 0; i < data.counts.size(); ++i)
    if (!std::isfinite(data.counts[i]) || data.counts[i] < 0) {
      errors.push_back({"fit.observed", "point " + std::to_string(i + 1),
                        "counts must be finite and not negative, got " + format_double(data.counts[i]),
                        "fit raw counts, not background-subtracted ones"});
      break;
    }
  if (!(data.dispersion > 0) || !std::isfinite(data.dispersion))
    errors.push_back({"fit.dispersion", "", "the dispersion must be positive", ""});
  if (std::all_of(data.counts.begin(), data.counts.end(), [](double y) { return y == 0; }))
    errors.push_back({"fit.observed", "", "there are no counts in the window", ""});
  return errors;
}

}  // namespace

Result<RegionData> cut_region(const PeakRegion& region, const std::vector<double>& binding_ev,
                              const std::vector<double>& counts) {
  std::vector<std::size_t> inside;
  for (std::size_t i = 0; i < binding_ev.size(); ++i)
    if (binding_ev[i] >= region.low_ev && binding_ev[i] <= region.high_ev) inside.push_back(i);
  std::sort(inside.begin(), inside.end(), [&](auto a, auto b) { return binding_ev[a] < binding_ev[b]; });
  if (inside.size() < kFewestPoints)
    return Error{"region.window", region.name,
                 std::to_string(inside.size()) + " points lie between " + format_double(region.low_ev) +
                     " and " + format_double(region.high_ev) + " eV",
                 "widen window_ev or correct the energy axis"};
  RegionData data;
  for (const std::size_t i : inside) {
    data.energy_ev.push_back(binding_ev[i]);
    data.counts.push_back(counts[i]);
  }
  return data;
}

Result<RegionFit> fit_region(const PeakRegion& region, const RegionData& data,
                             const RegionFitOptions& options) {
  if (auto errors = check(data); !errors.empty()) return errors;
  std::vector<FittedModel> all;
  std::vector<ModelScore> scores;
  Errors errors;
  for (const RegionModel& model : region.models) {
    if (data.counts.size() < model.fitted.size() + 1) {
      errors.push_back({"fit.too_few_observations", model.name,
                        std::to_string(data.counts.size()) + " points for " +
                            std::to_string(model.fitted.size()) + " fitted parameters",
                        "widen the window or hold parameters"});
      continue;
    }
    auto fitted = fit_model(model, data, options.starts);
    if (!fitted) {
      errors.insert(errors.end(), fitted.errors().begin(), fitted.errors().end());
      continue;
    }
    all.push_back(*std::move(fitted));
  }
  if (all.empty()) return errors;
  // Models help each other past poor minima: each is tried from where every better one ended.
  for (std::size_t k = 0; k < all.size(); ++k)
    for (std::size_t other = 0; other < all.size(); ++other)
      if (all[other].scored.merit < all[k].scored.merit - kWorthATry) improve_from(all[k], all[other], data);
  for (const FittedModel& fitted : all) scores.push_back(score_of(fitted, data));
  const std::size_t best = weigh(scores, region.choose);
  const FittedModel& chosen = all[best];

  RegionFit out;
  out.model = chosen.model->name;
  out.dispersion = data.dispersion;
  out.converged = chosen.scored.converged;
  out.low_ev = data.energy_ev.front(), out.high_ev = data.energy_ev.back();
  const std::size_t n = data.counts.size();
  out.envelope = chosen.scored.mean;
  out.components = describe(chosen);
  if (options.interval == IntervalKind::profile) profile_intervals(chosen, data, out.components);
  if (options.interval == IntervalKind::bootstrap)
    bootstrap_intervals(all, region, data, out.envelope, options, out.components);
  else
    add_model_spread(all, scores, best, out.components);
  out.scores = std::move(scores);
  out.parameters = list_parameters(chosen);
  out.high_correlations = list_correlations(chosen);
  out.background = out.envelope;
  for (const auto& component : out.components)
    for (std::size_t i = 0; i < n; ++i) out.background[i] -= component.curve[i];
  out.low_level = out.background.front(), out.high_level = out.background.back();
  double variance = 0;
  for (std::size_t i = 0; i < n; ++i) {
    const double residual = (data.counts[i] - out.envelope[i]) / std::sqrt(data.dispersion * out.envelope[i]);
    out.residual_sigma.push_back(residual);
    out.pearson += residual * residual;
    variance += 2 + 1 / out.envelope[i];
  }
  out.deviance = plain_deviance(data.counts, out.envelope, data.dispersion);
  const auto held = std::count(chosen.scored.held.begin(), chosen.scored.held.end(), true);
  out.degrees_of_freedom =
      static_cast<int>(n) - static_cast<int>(chosen.scored.x.size()) + static_cast<int>(held);
  out.misfit_sigma = (out.pearson - out.degrees_of_freedom) / std::sqrt(variance);
  return out;
}

}  // namespace litho
