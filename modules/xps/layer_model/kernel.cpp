#include "modules/xps/layer_model/kernel.hpp"

#include <algorithm>
#include <cmath>
#include <functional>

namespace litho {
namespace {

constexpr double kTwoSided = 3.841459, kOneSided = 2.705543;
constexpr double kThickest = 20;  ///< in attenuation lengths: as good as endless

/// Thickness is counted in attenuation lengths of the first line; its uncertainty enters when it becomes nm.
class Model {
 public:
  explicit Model(const LayerObservation& o)
      : o_(o), thinnest_(o.thinnest_nm / o.film.front().attenuation_nm) {}

  double thinnest() const { return thinnest_; }

  /// -2 ln likelihood. Attenuation ratios enter each line's variance; the common gain is profiled out: every
  /// line is its expectation times 1 + g with g normal.
  double misfit(double bare, double depth) const {
    const double covered = 1 - bare, length = o_.film.front().attenuation_nm;
    double sum = 0, ee = 1 / (std::max(o_.gain_ln_u * o_.gain_ln_u, 1e-12)), eo = 0;
    const auto add = [&](double measured, double u, double expected, double slack) {
      const double variance = u * u + slack * slack;
      const double off = measured - expected;
      sum += off * off / variance + std::log(variance / (u * u));
      ee += expected * expected / variance;
      eo += expected * off / variance;
    };
    for (std::size_t k = 0; k < o_.film.size(); ++k) {
      const FilmLine& line = o_.film[k];
      const double x = depth * length / line.attenuation_nm;
      const double through = covered * std::exp(-x);
      add(line.ratio, line.u, bare + through, k == 0 ? 0 : through * x * o_.ratio_ln_u);
    }
    if (o_.lithium) {
      const double expected = covered * -std::expm1(-depth * length / o_.lithium->attenuation_nm);
      add(o_.lithium->ratio, o_.lithium->u, expected, expected * o_.lithium_ln_u);
    }
    return sum - eo * eo / ee;
  }

  double best_depth_misfit(double bare) const {
    return lowest([&](double u) { return misfit(bare, depth_at(u)); });
  }
  double best_bare_misfit(double depth) const {
    return lowest([&](double u) { return misfit(bare_at(u), depth); });
  }
  /// Over both, with where it is.
  double best(double& bare, double& depth) const {
    double least = HUGE_VAL;
    for (int k = 0; k <= kScan; ++k) {
      const double b = bare_at(static_cast<double>(k) / kScan);
      for (int m = 0; m <= kScan; ++m) {
        const double d = depth_at(static_cast<double>(m) / kScan);
        if (const double value = misfit(b, d); value < least) {
          least = value;
          bare = b;
          depth = d;
        }
      }
    }
    // Alternating refinement.
    double at = 0;
    for (int round = 0; round < 6; ++round) {
      least = std::min(least, lowest([&](double u) { return misfit(bare_at(u), depth); }, &at));
      bare = bare_at(at);
      least = std::min(least, lowest([&](double u) { return misfit(bare, depth_at(u)); }, &at));
      depth = depth_at(at);
    }
    return least;
  }

  /// u in 0..1: bare share 0, then log-like up to 1.
  static double bare_at(double u) { return (std::exp(u * kBareLog) - 1) / (std::exp(kBareLog) - 1); }
  double depth_at(double u) const { return thinnest_ * std::pow(kThickest / thinnest_, u); }

 private:
  static constexpr int kScan = 64;
  static constexpr double kBareLog = 9;

  static double lowest(const std::function<double(double)>& f, double* where = nullptr) {
    int best = 0;
    double least = HUGE_VAL;
    for (int k = 0; k <= kScan; ++k)
      if (const double value = f(static_cast<double>(k) / kScan); value < least) {
        least = value;
        best = k;
      }
    double lo = std::max(0, best - 1) / static_cast<double>(kScan);
    double hi = std::min(kScan, best + 1) / static_cast<double>(kScan);
    double at = static_cast<double>(best) / kScan;
    constexpr double kGolden = 0.381966011;
    double a = lo + kGolden * (hi - lo), b = hi - kGolden * (hi - lo), fa = f(a), fb = f(b);
    for (int i = 0; i < 22; ++i) {
      if (fa < fb) {
        hi = b;
        b = a;
        fb = fa;
        fa = f(a = lo + kGolden * (hi - lo));
      } else {
        lo = a;
        a = b;
        fa = fb;
        fb = f(b = hi - kGolden * (hi - lo));
      }
    }
    if (std::min(fa, fb) < least) {
      least = std::min(fa, fb);
      at = fa < fb ? a : b;
    }
    if (where) *where = at;
    return least;
  }

  const LayerObservation& o_;
  double thinnest_;
};

/// Where `excess` first exceeds `limit` between a place inside and one outside the interval.
double crossing(const std::function<double(double)>& excess, double inside, double outside, double limit) {
  for (int i = 0; i < 30; ++i) {
    const double middle = 0.5 * (inside + outside);
    (excess(middle) > limit ? outside : inside) = middle;
  }
  return 0.5 * (inside + outside);
}

}  // namespace

std::string_view to_string(LayerKind kind) {
  switch (kind) {
    case LayerKind::none:
      return "none";
    case LayerKind::patchy:
      return "patchy";
    case LayerKind::thin:
      return "thin";
    case LayerKind::unresolved:
      break;
  }
  return "unresolved";
}

Result<LayerEstimate> estimate_layer(const LayerObservation& observation) {
  if (observation.film.empty())
    return Error{"layer.no_line", "", "a layer needs a line of the film under it", ""};
  for (const FilmLine& line : observation.film)
    if (!(line.u > 0) || !(line.attenuation_nm > 0) || !std::isfinite(line.ratio))
      return Error{"layer.value", "", "a line's standard deviation or attenuation length is not positive",
                   ""};
  const Model model(observation);
  double bare = 0, depth = 0;
  const double least = model.best(bare, depth);
  LayerEstimate out;
  const double length_nm = observation.film.front().attenuation_nm;

  const auto bare_excess = [&](double share) { return model.best_depth_misfit(share) - least; };
  const double even = bare_excess(0), open = bare_excess(1);
  out.fraction.unit = "1";
  // A side that ends on the bound is no bound of the data's; the other one is then one-sided.
  {
    const double limit = even > kTwoSided && open > kTwoSided ? kTwoSided : kOneSided;
    const bool low_bare = even > kTwoSided, high_bare = open > limit;
    out.fraction.value = 1 - bare;
    if (high_bare) out.fraction.lo = 1 - crossing(bare_excess, bare, 1, limit);
    if (low_bare) out.fraction.hi = 1 - crossing(bare_excess, bare, 0, limit);
  }

  // Thickness in nm: depth x attenuation length, which is known within attenuation_ln_u.
  const auto depth_excess = [&](double d) { return model.best_bare_misfit(d) - least; };
  std::vector<double> depths, excesses;
  constexpr int kSteps = 120;
  for (int k = 0; k <= kSteps; ++k) {
    depths.push_back(model.depth_at(static_cast<double>(k) / kSteps));
    excesses.push_back(depth_excess(depths.back()));
  }
  const auto thickness_excess = [&](double log_nm) {
    double lowest = HUGE_VAL;
    for (int k = 0; k <= kSteps; ++k) {
      const double off = (log_nm - std::log(depths[k] * length_nm)) / observation.attenuation_ln_u;
      lowest = std::min(lowest, excesses[k] + off * off);
    }
    return lowest;
  };
  out.thickness_nm.unit = "nm";
  const double log_best = std::log(depth * length_nm);
  const bool thick_bounded = excesses.back() > kTwoSided, thin_bounded = excesses.front() > kTwoSided;
  const double limit = thick_bounded && thin_bounded ? kTwoSided : kOneSided;
  if (excesses.front() > limit)
    out.thickness_nm.lo = std::exp(crossing(thickness_excess, log_best, log_best - 6, limit));
  if (thick_bounded)
    out.thickness_nm.hi = std::exp(crossing(thickness_excess, log_best, log_best + 4, limit));
  if (thick_bounded && thin_bounded) out.thickness_nm.value = depth * length_nm;

  // Thick patches against an even layer.
  const double patches = excesses.back();
  out.log_ratio = 0.5 * (even - patches);
  if (even > kTwoSided)
    out.kind = LayerKind::patchy;
  else if (patches > kTwoSided)
    out.kind = LayerKind::thin;

  // Dense towards either end.
  for (int k = 0; k <= 32; ++k) out.bare_share.push_back(0.5 * Model::bare_at(k / 32.0));
  for (int k = 31; k >= 0; --k) out.bare_share.push_back(1 - 0.5 * Model::bare_at(k / 32.0));
  for (int k = 0; k <= 48; ++k) out.thickness_grid_nm.push_back(model.depth_at(k / 48.0) * length_nm);
  for (const double share : out.bare_share)
    for (const double nm : out.thickness_grid_nm)
      out.excess.push_back(model.misfit(share, nm / length_nm) - least);
  return out;
}

}  // namespace litho
