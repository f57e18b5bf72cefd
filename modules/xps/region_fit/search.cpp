#include <algorithm>
#include <cmath>

#include "modules/xps/backgrounds/kernel.hpp"
#include "modules/xps/region_fit/parts.hpp"

namespace litho {
namespace {

constexpr double kGoodMisfit = 3;  // sigma: no further starts
constexpr int kShortSearch = 12;   // evaluations of a start that competes

/// Van der Corput's sequence in a prime base: even cover without randomness.
double spread(int index, int base) {
  double value = 0, part = 1;
  for (int k = index; k > 0; k /= base) {
    part /= base;
    value += part * (k % base);
  }
  return value;
}
constexpr int kPrimes[] = {2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37};

std::vector<double> declared_start(const RegionModel& model) {
  std::vector<double> x;
  for (const std::size_t k : model.fitted) {
    const ModelParameter& p = model.parameters[k];
    x.push_back(p.automatic_start ? (std::isfinite(p.low) ? p.low : 0.0) : p.start);
  }
  return x;
}

/// The start moved about inside its bounds: the whole room where both ends are known.
std::vector<double> other_start(const RegionModel& model, const std::vector<double>& first, int index) {
  auto x = first;
  std::size_t dimension = 0;
  for (std::size_t j = 0; j < x.size(); ++j) {
    const ModelParameter& p = model.parameters[model.fitted[j]];
    if (p.automatic_start || !std::isfinite(p.low) || !std::isfinite(p.high)) continue;
    const double at = spread(index, kPrimes[dimension % std::size(kPrimes)]);
    ++dimension;
    // Rooms of parameters that have a prior reach three of its deviations.
    const double low = p.prior ? std::max(p.low, *p.prior - 3 * *p.prior_sd) : p.low;
    const double high = p.prior ? std::min(p.high, *p.prior + 3 * *p.prior_sd) : p.high;
    if (low < high) x[j] = low + (high - low) * (0.05 + 0.9 * at);
  }
  return x;
}

double misfit_sigma(const RegionData& data, const Scored& scored) {
  const auto& mean = scored.mean;
  double pearson = 0, variance = 0;
  for (std::size_t i = 0; i < mean.size(); ++i) {
    pearson += (data.counts[i] - mean[i]) * (data.counts[i] - mean[i]) / (mean[i] * data.dispersion);
    variance += 2 + 1 / mean[i];
  }
  return (pearson - static_cast<double>(mean.size())) / std::sqrt(variance);
}

Result<std::vector<double>> fixed_background(const RegionModel& model, const std::vector<double>& energy_ev,
                                             const std::vector<double>& counts) {
  const ModelBackground& background = model.background;
  if (background.fixed == StaticKind::none) return std::vector<double>();
  const int ends = background.end_points;
  const auto drawn = background.fixed == StaticKind::linear ? linear_background(energy_ev, counts, ends)
                     : background.fixed == StaticKind::shirley
                         ? shirley_background(energy_ev, counts, ends)
                         : tougaard_background(energy_ev, counts, ends, background.fixed_loss);
  if (!drawn) return drawn.errors();
  auto values = drawn->values;
  for (double& value : values) value = std::max(value, 1e-6);  // counts need a positive mean
  return values;
}

/// A static background follows the counts at its ends, and the lines make up for it. With theta = A (y -
/// B(y)), A = C J' W, each of those points enters the covariance as A (1 - dB/dy) instead of A.
void add_drawn_noise(FittedModel& fitted, const RegionData& data) {
  const RegionModel& model = *fitted.model;
  if (model.background.fixed == StaticKind::none) return;
  const std::size_t n = data.counts.size(), m = fitted.scored.x.size();
  std::vector<double> mean(n), jacobian(n * m);
  if (!fitted.curves->envelope(fitted.scored.x, mean, jacobian)) return;
  const auto rows = static_cast<Eigen::Index>(n), columns = static_cast<Eigen::Index>(m);
  Eigen::MatrixXd weighted = Eigen::Map<const Eigen::MatrixXd>(jacobian.data(), rows, columns);
  for (std::size_t i = 0; i < n; ++i) weighted.row(static_cast<Eigen::Index>(i)) /= data.dispersion * mean[i];
  // What is not determined at all stays so, and keeps out of the others.
  const Eigen::MatrixXd known = fitted.covariance.array().isNaN().select(0, fitted.covariance);
  const Eigen::MatrixXd estimate = known * weighted.transpose();
  const auto& drawn = fitted.curves->fixed_background();
  const auto ends = static_cast<std::size_t>(model.background.end_points);
  for (std::size_t i = 0; i < n; ++i) {
    if (i >= ends && i + ends < n) continue;
    auto counts = data.counts;
    const double variance = data.dispersion * mean[i], step = 0.1 * std::sqrt(variance);
    counts[i] += step;
    const auto moved = fixed_background(model, data.energy_ev, counts);
    if (!moved) continue;
    Eigen::VectorXd by_count(rows);
    for (std::size_t k = 0; k < n; ++k)
      by_count[static_cast<Eigen::Index>(k)] = ((*moved)[k] - drawn[k]) / step;
    const Eigen::VectorXd alone = estimate.col(static_cast<Eigen::Index>(i));
    const Eigen::VectorXd both = alone - estimate * by_count;
    fitted.covariance += variance * (both * both.transpose() - alone * alone.transpose());
  }
}

}  // namespace

Result<FittedModel> fit_model(const RegionModel& model, const RegionData& data, int starts) {
  const auto drawn = fixed_background(model, data.energy_ev, data.counts);
  if (!drawn) return drawn.errors();
  FittedModel fitted{&model, std::make_shared<RegionCurves>(model, data.energy_ev, *drawn), {}, {}};
  auto problem = scoring_problem(*fitted.curves, data.counts, data.dispersion);
  const auto first = declared_start(model);
  bool any = false;
  const auto better = [&](const Scored& scored) {
    if (!any) return true;
    const double gain = fitted.scored.merit - scored.merit;
    return scored.converged == fitted.scored.converged ? gain > 1e-6
           : scored.converged                          ? gain > -1
                                                       : gain > 1;
  };
  const auto search = [&](std::vector<double> x, int most) {
    start_linear(problem, x);
    Scored scored;
    if (!score(problem, std::move(x), scored, most)) return;
    if (!better(scored)) return;
    fitted.scored = std::move(scored);
    any = true;
  };
  search(first, 100);
  const auto good = [&] {
    return any && fitted.scored.converged && misfit_sigma(data, fitted.scored) < kGoodMisfit;
  };
  for (int index = 1; index < starts && !good(); ++index)
    search(other_start(model, first, index), kShortSearch);
  if (any && !fitted.scored.converged) {
    Scored scored;
    if (score(problem, fitted.scored.x, scored, 300)) fitted.scored = std::move(scored);
  }
  if (!any)
    return Error{"fit.start", model.name, "the model is not defined or not positive at its start",
                 "choose other starting values or a background of degree 0"};
  fitted.covariance = covariance_of(fitted.scored);
  add_drawn_noise(fitted, data);
  return fitted;
}

bool improve_from(FittedModel& fitted, const FittedModel& other, const RegionData& data) {
  const RegionModel &model = *fitted.model, &from = *other.model;
  auto x = declared_start(model);
  const auto known = resolve(from, other.scored.x);
  for (std::size_t j = 0; j < x.size(); ++j) {
    const ModelParameter& p = model.parameters[model.fitted[j]];
    for (std::size_t k = 0; k < from.parameters.size(); ++k)
      if (from.parameters[k].name == p.name) x[j] = std::clamp(known.values[k], p.low, p.high);
  }
  auto problem = scoring_problem(*fitted.curves, data.counts, data.dispersion);
  start_linear(problem, x);
  Scored scored;
  if (!score(problem, std::move(x), scored, 200)) return false;
  if (scored.merit >= fitted.scored.merit - 1e-6 || (fitted.scored.converged && !scored.converged))
    return false;
  fitted.scored = std::move(scored);
  fitted.covariance = covariance_of(fitted.scored);
  add_drawn_noise(fitted, data);
  return true;
}

bool refit(const FittedModel& before, const RegionData& data, FittedModel& result) {
  const auto drawn = fixed_background(*before.model, data.energy_ev, data.counts);
  if (!drawn) return false;
  result = {before.model, std::make_shared<RegionCurves>(*before.model, data.energy_ev, *drawn), {}, {}};
  auto problem = scoring_problem(*result.curves, data.counts, data.dispersion);
  return score(problem, before.scored.x, result.scored);
}

double plain_deviance(const std::vector<double>& counts, const std::vector<double>& mean, double dispersion) {
  double sum = 0;
  for (std::size_t i = 0; i < mean.size(); ++i) {
    sum += mean[i] - counts[i];
    if (counts[i] > 0) sum += counts[i] * std::log(counts[i] / mean[i]);
  }
  return 2 * sum / dispersion;
}

ModelScore score_of(const FittedModel& fitted, const RegionData& data) {
  const auto n = static_cast<double>(data.counts.size());
  const auto m = static_cast<double>(fitted.scored.x.size());
  ModelScore score{fitted.model->name, fitted.scored.converged, 0, static_cast<int>(m), 0, 0, 0};
  // Priors belong to what a model says of the data, so the criteria take the penalised deviance.
  const double merit = fitted.scored.merit;
  score.deviance = merit * data.dispersion;
  score.aicc = merit + 2 * m +
               (n - m - 1 > 0 ? 2 * m * (m + 1) / (n - m - 1) : std::numeric_limits<double>::infinity());
  score.bic = merit + m * std::log(n);
  return score;
}

std::size_t weigh(std::vector<ModelScore>& scores, Criterion criterion) {
  const auto value = [&](const ModelScore& s) { return criterion == Criterion::bic ? s.bic : s.aicc; };
  const bool any = std::any_of(scores.begin(), scores.end(), [](const ModelScore& s) { return s.converged; });
  std::size_t best = scores.size();
  for (std::size_t k = 0; k < scores.size(); ++k)
    if ((scores[k].converged || !any) && (best == scores.size() || value(scores[k]) < value(scores[best])))
      best = k;
  double sum = 0;
  for (auto& score : scores) {
    score.weight = score.converged || !any ? std::exp(-0.5 * (value(score) - value(scores[best]))) : 0;
    sum += score.weight;
  }
  for (auto& score : scores) score.weight /= sum;
  return best;
}

}  // namespace litho
