#include <algorithm>
#include <array>
#include <cmath>

#include "modules/xps/backgrounds/kernel.hpp"
#include "modules/xps/film_detection/kernel.hpp"
#include "modules/xps/film_detection/overlaps.hpp"
#include "modules/xps/linear_fit/kernel.hpp"

namespace litho {
namespace {

constexpr double kCr3pEv = 42.6;
/// Keeps every shape of the window, takes most of the counting noise.
constexpr double kSmoothEv = 0.45;
/// A stranger is looked at from this share of lithium's area on, and lithium counts from this share of its.
constexpr double kStrangerShare = 0.2;
constexpr double kLiLowEv = 53.2, kLiHighEv = 57.2, kLiNominalEv = 55.2;

double interpolate(std::span<const double> x, std::span<const double> y, double at) {
  if (at <= x.front()) return y.front();
  if (at >= x.back()) return y.back();
  const auto after = std::upper_bound(x.begin(), x.end(), at) - x.begin();
  const double share = (at - x[after - 1]) / (x[after] - x[after - 1]);
  return y[after - 1] + share * (y[after] - y[after - 1]);
}

/// A fifth of it Lorentzian, unit area.
double pseudo_voigt(double e, double centre_ev, double fwhm_ev) {
  const double x = (e - centre_ev) / fwhm_ev;
  return 0.8 * gaussian(e, centre_ev, fwhm_ev) + 0.2 * (2 / M_PI / fwhm_ev) / (1 + 4 * x * x);
}

/// The nearest channel's value: unlike an interpolated one its noise is that of one channel.
double nearest(std::span<const double> x, std::span<const double> y, double at) {
  const auto after = static_cast<std::size_t>(std::lower_bound(x.begin(), x.end(), at) - x.begin());
  if (after == 0) return y.front();
  if (after == x.size()) return y.back();
  return at - x[after - 1] < x[after] - at ? y[after - 1] : y[after];
}

/// Line of the bare window alone: its counts less the straight line and step under it, 0 elsewhere.
struct Cr3pTemplate {
  std::vector<double> net, step;
};
std::optional<Cr3pTemplate> cr3p_template(const BareWindow& bare, double line_ev) {
  const auto& e = bare.energy_ev;
  const double lo = line_ev - 5, hi = line_ev + 6;
  if (e.front() > lo || e.back() < hi) return std::nullopt;
  const auto mean = [&](double centre) {
    double sum = 0;
    int count = 0;
    for (std::size_t i = 0; i < e.size(); ++i)
      if (std::abs(e[i] - centre) < 0.8) {
        sum += bare.counts[i];
        ++count;
      }
    return sum / count;
  };
  const double low = mean(lo), high = mean(hi);
  const auto y = moving_mean(e, bare.counts, kSmoothEv);
  // A Shirley step of two rounds: the line is one peak on a smooth floor.
  std::vector<double> background(e.size(), 0), net(e.size(), 0), step(e.size(), 0);
  for (std::size_t i = 0; i < e.size(); ++i)
    background[i] = low + (high - low) * std::clamp((e[i] - lo) / (hi - lo), 0.0, 1.0);
  for (int round = 0; round < 6; ++round) {
    double sum = 0;
    for (std::size_t i = 0; i < e.size(); ++i) {
      net[i] = e[i] > lo && e[i] < hi ? y[i] - background[i] : 0;
      sum += net[i];
      step[i] = sum;
    }
    if (!(sum > 0)) return std::nullopt;
    for (std::size_t i = 0; i < e.size(); ++i) {
      step[i] /= sum;
      background[i] = low + (high - low) * step[i];
    }
  }
  return Cr3pTemplate{net, step};
}

std::optional<Detection> detect_cr3p(std::span<const double> energy_ev, std::span<const double> counts,
                                     std::vector<double> background, std::span<const double> departures,
                                     const BareWindow& bare, const LiWindowOptions& options) {
  const double cr_ev = kCr3pEv + options.charge_shift_ev;
  if (energy_ev.front() > cr_ev - 5) return std::nullopt;
  const auto film = cr3p_template(bare, cr_ev - options.shift_from_bare_ev);
  if (!film) return std::nullopt;
  LineFamily cr;
  cr.mix = {1};
  constexpr int kHalf = 4;
  cr.rows = 2 * kHalf + 1;
  cr.nominal = kHalf;
  std::vector<double> variance;
  const auto smoothed = moving_mean(bare.energy_ev, bare.counts, kSmoothEv);
  for (int k = -kHalf; k <= kHalf; ++k)
    for (const double e : energy_ev)
      cr.shapes.push_back(options.scale *
                          interpolate(bare.energy_ev, film->net,
                                      e - options.shift_from_bare_ev - options.charge_range_ev * k / kHalf));
  for (const double e : energy_ev) {
    const double at = e - options.shift_from_bare_ev;
    background.push_back(interpolate(bare.energy_ev, film->step, at));
    variance.push_back(options.scale * options.scale * interpolate(bare.energy_ev, smoothed, at));
  }
  // Li 1s of any state and shape: strong beside so little Cr 3p, it may not be missed by an eV.
  for (double at = kLiLowEv - 2; at < kLiHighEv + 2; at += 0.9)
    for (const double e : energy_ev) background.push_back(gaussian(e, at + options.charge_shift_ev, 1.8));
  DetectionProblem problem;
  problem.counts = counts;
  problem.background = background;
  problem.departures = departures;
  problem.typical_departure = kTypicalDeparture;
  problem.line = &cr;
  problem.shape_variance = variance;
  problem.alpha = options.alpha;
  auto found = detect_line(problem);
  if (!found) return std::nullopt;
  return *std::move(found);
}

}  // namespace

Result<LiWindow> detect_li1s(std::span<const double> energy_ev, std::span<const double> counts,
                             const BareWindow* bare, const LiWindowOptions& options) {
  const double shift = options.charge_shift_ev;
  const std::size_t n = energy_ev.size();
  if (n < 30 || energy_ev.front() > kLiLowEv - 2 + shift || energy_ev.back() < kLiHighEv + 1 + shift)
    return Error{"film.window", "", "the region does not hold Li 1s", "measure from 35 to 66 eV"};

  const int positions =
      static_cast<int>(std::lround((kLiHighEv - kLiLowEv + 2 * options.charge_range_ev) / 0.3));
  constexpr std::array kWidths{1.1, 1.6, 2.3};
  LineFamily li;
  li.rows = static_cast<std::size_t>(positions) + 1;
  li.columns = kWidths.size();
  li.mix = {1};
  double closest = HUGE_VAL;
  for (int p = 0; p <= positions; ++p) {
    const double at = kLiLowEv - options.charge_range_ev + 0.3 * p;
    if (std::abs(at - kLiNominalEv) < closest) {
      closest = std::abs(at - kLiNominalEv);
      li.nominal = static_cast<std::size_t>(p) * li.columns + 1;
    }
    for (const double width : kWidths)
      for (const double e : energy_ev) li.shapes.push_back(gaussian(e, at + shift, width));
  }

  auto columns = legendre_basis(energy_ev, energy_ev.front(), energy_ev.back(), 3);
  if (!columns) return columns.errors();
  std::vector<double> polynomial = *std::move(columns);
  std::vector<double> background = polynomial;
  std::vector<double> own_variance;
  const bool with_bare = bare && bare->energy_ev.size() >= 20;
  if (with_bare) {
    // The bare window, and its slope for a shift between the two that is known to a few tenths of eV.
    const auto smoothed = moving_mean(bare->energy_ev, bare->counts, kSmoothEv);
    std::vector<double> shifted, slope;
    for (const double e : energy_ev) {
      const double at = e - options.shift_from_bare_ev;
      shifted.push_back(options.scale * nearest(bare->energy_ev, bare->counts, at));
      slope.push_back(options.scale * (interpolate(bare->energy_ev, smoothed, at + 0.25) -
                                       interpolate(bare->energy_ev, smoothed, at - 0.25)));
      own_variance.push_back(options.scale * options.scale * interpolate(bare->energy_ev, smoothed, at));
    }
    background.insert(background.end(), shifted.begin(), shifted.end());
    background.insert(background.end(), slope.begin(), slope.end());
  } else if (energy_ev.front() < kCr3pEv + shift + 2) {
    // Cr 3p of any shape, its step, and losses that die out.
    for (double at = kCr3pEv - 2.4; at < kCr3pEv + 6.1; at += 1.2)
      for (const double e : energy_ev) background.push_back(gaussian(e, at + shift, 2.4));
    for (const double decay_ev : {6.0, 20.0, 1e6}) {
      double lost = 0, last_ev = energy_ev.front();
      for (const double e : energy_ev) {
        lost = lost * std::exp(-(e - last_ev) / decay_ev) + gaussian(e, kCr3pEv + shift, 2.8);
        last_ev = e;
        background.push_back(lost);
      }
    }
  }
  const auto departures = smooth_departures(energy_ev, kLi1sDepartureEv);

  LiWindow out;
  if (with_bare) out.cr3p = detect_cr3p(energy_ev, counts, polynomial, departures, *bare, options);
  // The bare window's own noise comes along with as much of it as there is.
  const double bare_share = out.cr3p ? std::max(0.0, out.cr3p->amplitude) : 0;
  for (double& v : own_variance) v *= bare_share * bare_share;

  DetectionProblem problem;
  problem.counts = counts;
  problem.background = background;
  problem.departures = departures;
  problem.typical_departure = kTypicalDeparture;
  problem.line = &li;
  problem.extra_variance = own_variance;
  problem.alpha = options.alpha;
  auto found = detect_line(problem);
  if (!found) return found.errors();
  out.li1s = *std::move(found);
  if (!out.li1s.found) return out;

  // A stranger in the window is no lithium, nor is lithium lost in it: what is found beside the line joins
  // the background.
  std::vector<double> with_line = background;
  const auto at_best = li.shapes.begin() + static_cast<std::ptrdiff_t>(out.li1s.node * n);
  with_line.insert(with_line.end(), at_best, at_best + static_cast<std::ptrdiff_t>(n));
  problem.background = with_line;
  const Stranger stranger =
      find_stranger(energy_ev, problem, kLi1sOverlaps, shift, kStrangerShare * out.li1s.amplitude);
  if (stranger.name.empty()) return out;
  out.overlap = stranger.name;
  background.insert(background.end(), stranger.columns.begin(), stranger.columns.end());
  problem.background = background;
  problem.line = &li;
  found = detect_line(problem);
  if (!found) return found.errors();
  out.li1s = *std::move(found);
  // What the stranger's shape may feign.
  const double feigned = kStrangerShare * stranger.area;
  out.li1s.limit += feigned;
  if (out.li1s.amplitude > feigned) return out;
  out.li1s.found = false;
  out.li1s.p = 1;
  out.li1s.amplitude_lo = 0;
  return out;
}

namespace {

/// Chi-square of a C 1s spectrum by place of the hydrocarbon and distance of the carbonate from it.
class CarbonFit {
 public:
  CarbonFit(std::span<const double> energy_ev, std::span<const double> counts)
      : energy_(energy_ev), counts_(counts) {
    // What rises behind the lines: their running sum over the level at the low end.
    double level = 0, sum = 0;
    for (std::size_t i = 0; i < 10; ++i) level += counts[i] / 10;
    for (const double c : counts) step_.push_back(sum += std::max(0.0, c - level));
  }

  double misfit(double centre_ev, double carbonate_ev) const {
    double lowest = HUGE_VAL;
    for (const double width : {1.0, 1.2, 1.4, 1.7}) {
      std::vector<std::vector<double>> columns(2);
      for (const double e : energy_) {
        columns[0].push_back(1);
        columns[1].push_back(e - centre_ev);
      }
      columns.push_back(step_);
      for (const double d : {0.0, 1.5, 3.8, carbonate_ev}) {
        columns.emplace_back();
        for (const double e : energy_)
          columns.back().push_back(pseudo_voigt(e, centre_ev + d, d > 0 ? 1.12 * width : width));
      }
      const LinearFit fit = fit_columns(columns, 2, counts_);
      // The hydrocarbon has to be there for its place to mean anything.
      if (fit.amplitudes[3] >= 0.25 * *std::max_element(fit.amplitudes.begin() + 4, fit.amplitudes.end()))
        lowest = std::min(lowest, fit.misfit);
    }
    return lowest;
  }

 private:
  std::span<const double> energy_, counts_;
  std::vector<double> step_;
};

}  // namespace

Result<LinePosition> c1s_position(std::span<const double> energy_ev, std::span<const double> counts) {
  constexpr double kStepEv = 0.1;
  const std::size_t n = energy_ev.size();
  if (n < 40 || energy_ev.back() - energy_ev.front() < 8)
    return Error{"film.window", "", "the region does not hold C 1s", "measure from 280 to 294 eV"};
  const CarbonFit carbon(energy_ev, counts);
  const double low_ev = energy_ev.front() + 1.5, high_ev = energy_ev.back() - 1.5;
  double best = HUGE_VAL, at = 0, carbonate = 5.2;
  const auto attempt = [&](double centre, double distance) {
    const double misfit = carbon.misfit(centre, distance);
    if (!(misfit < best)) return;
    best = misfit;
    at = centre;
    carbonate = distance;
  };
  for (double centre = low_ev; centre < high_ev; centre += kStepEv) attempt(centre, carbonate);
  const std::vector<std::vector<double>> floor{std::vector<double>(n, 1),
                                               {energy_ev.begin(), energy_ev.end()}};
  if (!(fit_columns(floor, 2, counts).misfit - best > 50))
    return Error{"film.no_line", "", "C 1s does not stand out", ""};
  const double first = at;
  for (const double distance : {4.8, 5.0, 5.4, 5.6})
    for (int k = -2; k <= 2; ++k) attempt(first + kStepEv * k, distance);
  const double below = carbon.misfit(at - kStepEv, carbonate), above = carbon.misfit(at + kStepEv, carbonate);
  const double curvature = below - 2 * best + above;
  const bool bent = std::isfinite(curvature) && curvature > 0;
  const double dispersion = std::max(1.0, best / static_cast<double>(n - 8));
  return LinePosition{bent ? at + 0.5 * kStepEv * (below - above) / curvature : at,
                      bent ? kStepEv * std::sqrt(2 * dispersion / curvature) : kStepEv};
}

}  // namespace litho
