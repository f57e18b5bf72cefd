#include "modules/sem/filaments/odds.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>

namespace litho::filaments {
namespace {

// Half a chance finding in half a front's length of a picture nobody has seen, as many well as badly fitting.
constexpr double kPriorCount = 0.5, kPriorLines = 0.5, kPriorMisfit = 12;
// A lone candidate in calm electrolyte is not yet a finding: 2 to 3 against filaments before looking.
constexpr double kPriorOdds = 2.0 / 3;
constexpr double kBars[] = {4, 8, 16, 32};
constexpr double kAboutAsDeep = 0.6;

double prior_share(double misfit) {
  return 1 - std::exp(-misfit / kPriorMisfit);
}

double poisson(double n, double rate) {
  return std::exp(n * std::log(rate) - rate - std::lgamma(n + 1));
}

/// Marginal likelihood of n findings: the rate of chance is gamma distributed after `count` in `lines`.
double likelihood(double n, double count, double lines, double excess) {
  double sum = 0, weights = 0;
  constexpr int kSteps = 60;
  const double mean = count / lines, sd = std::sqrt(count) / lines;
  for (int k = 0; k < kSteps; ++k) {
    const double rate = (mean + 5 * sd) * (k + 0.5) / kSteps;
    const double weight = std::exp((count - 1) * std::log(rate * lines) - rate * lines);
    sum += weight * poisson(n, rate + excess), weights += weight;
  }
  return sum / weights;
}

}  // namespace

Odds weigh_odds(const std::vector<Finding>& found, const std::vector<Finding>& chance, double lines,
                double deep) {
  Odds out;
  const auto as_good = [](const std::vector<Finding>& all, double misfit, double depth) {
    return static_cast<double>(std::count_if(
        all.begin(), all.end(), [&](const Finding& f) { return f.misfit <= misfit && f.depth >= depth; }));
  };
  const auto by_chance = [&](double misfit, double depth) {
    return as_good(chance, misfit, depth) + kPriorCount * prior_share(misfit);
  };
  const double span = lines + kPriorLines;
  for (const Finding& one : found) {
    // Never less likely than one that fits worse.
    double share = 1;
    for (const Finding& other : found) {
      const double depth = kAboutAsDeep * std::min(one.depth, other.depth);
      if (other.misfit >= one.misfit)
        share = std::min(share, by_chance(other.misfit, depth) / span / as_good(found, other.misfit, depth));
    }
    out.probability.push_back(1 - share);
  }
  if (as_good(found, kBars[std::size(kBars) - 1], deep) < 1) return out;
  // The bar for a good fit is not known: several take their turn.
  double factor = 0;
  for (const double bar : kBars) {
    const double within = as_good(found, bar, deep), count = std::max(0.05, by_chance(bar, deep));
    constexpr int kSteps = 24;
    double more = 0;
    for (int k = 0; k < kSteps; ++k)
      more += likelihood(within, count, span, std::pow(30.0, (k + 0.5) / kSteps)) / kSteps;
    factor += more / likelihood(within, count, span, 0) / static_cast<double>(std::size(kBars));
  }
  out.any = kPriorOdds * factor / (1 + kPriorOdds * factor);
  return out;
}

}  // namespace litho::filaments
