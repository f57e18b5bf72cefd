#include "modules/xps/coverage_plan/kernel.hpp"

#include <algorithm>
#include <cmath>

#include "modules/xps/noise/kernel.hpp"
#include "pipeline/core/number.hpp"
#include "pipeline/core/rng.hpp"

namespace litho {
namespace {

constexpr int kDraws = 20, kAllowedAbove = 2;
constexpr double kMostSweeps = 100'000;
/// The search ends where the number is known so well.
constexpr double kPrecision = 0.01;

/// A covered film as it would be measured: background and scatter of one exposure.
struct CoveredFilm {
  std::vector<double> energy_ev, background;
  double dispersion = 1;
  CrTemplate film;
  Cr2pOptions options;
};

class LimitAt {
 public:
  explicit LimitAt(const CoveredFilm& covered) : covered_(covered) {
    RandomStream random(0, "coverage plan");
    normals_.resize(kDraws * covered.background.size());
    for (double& g : normals_) g = random.normal();
  }

  /// Limit that all but kAllowedAbove of the drawn measurements of so many exposures stay at or below.
  Result<double> operator()(double times) const {
    const std::size_t n = covered_.background.size();
    Cr2pOptions options = covered_.options;
    options.scale *= times;
    std::vector<double> counts(n), limits;
    for (int draw = 0; draw < kDraws; ++draw) {
      // Normal, not Poisson: the same noise at every exposure makes the limit a smooth function of it.
      for (std::size_t i = 0; i < n; ++i) {
        const double mean = times * covered_.background[i];
        counts[i] = std::max(0.0, mean + std::sqrt(covered_.dispersion * mean) *
                                             normals_[static_cast<std::size_t>(draw) * n + i]);
      }
      const auto found = detect_cr2p(covered_.energy_ev, counts, covered_.film, options);
      if (!found) return found.errors();
      limits.push_back(found->line.limit);
    }
    std::sort(limits.begin(), limits.end());
    return limits[kDraws - 1 - kAllowedAbove];
  }

 private:
  const CoveredFilm& covered_;
  std::vector<double> normals_;
};

struct Needed {
  double sweeps = 0, limit = 0;
  bool reachable = false;
};

/// Smallest whole number of sweeps of `1 / unit` exposures whose limit is at most `fraction`. Starts from
/// limit ~ 1/sqrt(sweeps), which departures of the background make too hopeful.
Result<Needed> search(const LimitAt& limit_at, double unit, double fraction, double limit_now) {
  const auto scaled = [&](double sweeps, double limit) {
    return std::clamp(std::ceil(sweeps * std::pow(limit / fraction, 2)), 1.0, kMostSweeps);
  };
  double below = 0;  // too few
  Needed out{kMostSweeps, 0, false};
  double tried = scaled(unit, limit_now);
  for (;;) {
    const auto limit = limit_at(tried / unit);
    if (!limit) return limit.errors();
    const bool enough = *limit <= fraction;
    if (enough)
      out = {tried, *limit, true};
    else if (tried >= kMostSweeps)
      return Needed{tried, *limit, false};
    else
      below = tried;
    if (out.reachable && out.sweeps - below <= std::max(1.0, kPrecision * out.sweeps)) break;
    // The scaling's next guess, a little to the other side so that the bracket closes.
    const double guess = scaled(tried, *limit);
    const double step = std::max(1.0, std::ceil(0.5 * kPrecision * guess));
    const double next = enough ? guess - step : guess + (out.reachable ? 0 : step);
    const bool inside = next > below && next < out.sweeps;
    tried = inside          ? next
            : out.reachable ? std::floor(0.5 * (below + out.sweeps))
                            : std::min(kMostSweeps, 2 * below);
  }
  return out;
}

std::string percent(double share) {
  return format_double(100 * share, 3) + " %";
}

std::string message_of(const SweepPlan& plan, const Needed& needed, const FilmMeasurement& m, bool plated,
                       const PlanOptions& options) {
  std::string out = plated ? "" : "no plated Cr 2p: background of the bare film";
  const auto say = [&](const std::string& text) { out += (out.empty() ? "" : "; ") + text; };
  if (plated && m.cr2p->found)
    say("Cr 2p is found: no number of sweeps makes this film covered, the plan is for a covered one");
  else if (plated && plan.limit_now <= options.largest_open_fraction)
    say("measured long enough");
  if (!needed.reachable)
    say("not to be reached: after " + format_double(needed.sweeps) + " sweeps the limit is still " +
        percent(needed.limit) + ", for the shape of the background is not known better");
  else if (!plan.sweeps_measured)
    say("sweeps are not known: measure " + format_double(needed.sweeps) +
        " times as long as this file, or state scans in the sheet");
  if (needed.reachable && !plan.dwell_s) say("dwell is not known: that of the file is meant");
  return out;
}

}  // namespace

Result<SweepPlan> plan_sweeps(const FilmSpectra& spectra, const PlanOptions& options) {
  if (!spectra.bare_cr2p)
    return Error{"plan.no_reference", "", "no Cr 2p of a bare film: nothing to say what an open share shows",
                 "add the bare film's spectra with the role reference"};
  const bool plated = spectra.plated_cr2p.has_value();
  FilmSpectra used = spectra;
  if (!plated) {
    used.plated_cr2p = spectra.bare_cr2p;
    used.plated_c1s = spectra.bare_c1s;
  }
  const auto measured = measure_chromium(used, {options.alpha, options.hydrocarbon_ev});
  if (!measured) return measured.errors();
  if (!measured->with_reference) {
    const auto why = std::ranges::find_if(
        measured->flags, [](const auto& flag) { return flag.first != "coverage.no_charge_reference"; });
    std::string text = why->second;
    if (const auto code = text.find(" [" + why->first + "]"); code != std::string::npos)
      text.erase(code, why->first.size() + 3);
    return Error{why->first, "", text, ""};
  }

  const RegionCounts& region = *used.plated_cr2p;
  CoveredFilm covered{region.energy_ev, measured->cr2p->background, measured->cr2p->dispersion,
                      *measured->film, measured->cr2p_options};
  for (double& level : covered.background) level = std::max(level, 0.0);
  if (!plated) {
    // The film fits its own spectrum without scatter.
    const auto noise = noise_from_residuals(region.counts);
    covered.dispersion = noise ? noise->dispersion : 1;
  }
  const LimitAt limit_at(covered);

  SweepPlan plan;
  plan.sweeps_measured = region.sweeps;
  plan.dwell_s = region.dwell_s;
  const auto covered_now = limit_at(1);
  if (!covered_now) return covered_now.errors();
  plan.limit_now = plated ? measured->cr2p->limit : *covered_now;
  const double unit = std::max(1, region.sweeps.value_or(1));
  const auto needed = search(limit_at, unit, options.largest_open_fraction, *covered_now);
  if (!needed) return needed.errors();
  plan.limit_then = needed->limit;
  if (needed->reachable) {
    plan.times_needed = needed->sweeps / unit;
    if (region.sweeps) plan.sweeps_needed = static_cast<std::int64_t>(needed->sweeps);
  }
  plan.message = message_of(plan, *needed, *measured, plated, options);
  return plan;
}

const std::vector<std::string>& sweep_plan_columns() {
  static const std::vector<std::string> columns{
      "sweeps_measured", "dwell_s",    "limit_now", "largest_open_fraction",
      "sweeps_needed",   "limit_then", "message"};
  return columns;
}

std::vector<Cell> sweep_plan_cells(const SweepPlan& plan, const PlanOptions& options) {
  return {plan.sweeps_measured ? Cell(static_cast<std::int64_t>(*plan.sweeps_measured)) : Cell(),
          plan.dwell_s ? Cell(*plan.dwell_s) : Cell(),
          plan.limit_now,
          options.largest_open_fraction,
          plan.sweeps_needed ? Cell(*plan.sweeps_needed) : Cell(),
          plan.limit_then,
          plan.message};
}

}  // namespace litho
