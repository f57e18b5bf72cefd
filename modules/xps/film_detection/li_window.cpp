#include <algorithm>
#include <array>
#include <cmath>

#include "modules/xps/backgrounds/kernel.hpp"
#include "modules/xps/film_detection/kernel.hpp"
#include "modules/xps/linear_fit/kernel.hpp"

namespace litho {
namespace {

constexpr double kCr3pEv = 42.6;
constexpr double kLiLowEv = 53.2, kLiHighEv = 57.2, kLiNominalEv = 55.2;

double interpolate(std::span<const double> x, std::span<const double> y, double at) {
  if (at <= x.front()) return y.front();
  if (at >= x.back()) return y.back();
  const auto after = std::upper_bound(x.begin(), x.end(), at) - x.begin();
  const double share = (at - x[after - 1]) / (x[after] - x[after - 1]);
  return y[after - 1] + share * (y[after] - y[after - 1]);
}

double gaussian(double e, double centre_ev, double fwhm_ev) {
  return std::sqrt(4 * std::log(2) / M_PI) / fwhm_ev *
         std::exp(-4 * std::log(2) * std::pow((e - centre_ev) / fwhm_ev, 2));
}

/// The nearest channel's value: unlike an interpolated one its noise is that of one channel.
double nearest(std::span<const double> x, std::span<const double> y, double at) {
  const auto after = static_cast<std::size_t>(std::lower_bound(x.begin(), x.end(), at) - x.begin());
  if (after == 0) return y.front();
  if (after == x.size()) return y.back();
  return at - x[after - 1] < x[after] - at ? y[after - 1] : y[after];
}

/// Moving mean over 0.5 eV: keeps every shape of the window, takes most of the counting noise.
std::vector<double> smooth(std::span<const double> x, std::span<const double> y) {
  std::vector<double> out(y.size());
  for (std::size_t i = 0; i < x.size(); ++i) {
    double sum = 0, weight = 0;
    for (std::size_t k = i; k-- > 0 && x[i] - x[k] < 0.45;) {
      sum += y[k];
      ++weight;
    }
    for (std::size_t k = i; k < x.size() && x[k] - x[i] < 0.45; ++k) {
      sum += y[k];
      ++weight;
    }
    out[i] = sum / weight;
  }
  return out;
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
  const auto y = smooth(e, bare.counts);
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
  const auto smoothed = smooth(bare.energy_ev, bare.counts);
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
  // Li 1s of any state: two broad lines.
  for (const double at : {54.4, 56.3})
    for (const double e : energy_ev) background.push_back(gaussian(e, at + options.charge_shift_ev, 2));
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
    const auto smoothed = smooth(bare->energy_ev, bare->counts);
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
    double sum = 0;
    std::vector<double> step;
    for (const double width : {2.2, 3.6})
      for (const double e : energy_ev) background.push_back(gaussian(e, kCr3pEv + shift, width));
    for (const double e : energy_ev) step.push_back(sum += gaussian(e, kCr3pEv + shift, 2.8));
    background.insert(background.end(), step.begin(), step.end());
  }
  const auto departures = smooth_departures(energy_ev);

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
  return out;
}

Result<LinePosition> c1s_position(std::span<const double> energy_ev, std::span<const double> counts) {
  constexpr std::array kDistances{0.0, 1.5, 3.0, 5.0};
  const std::size_t n = energy_ev.size();
  if (n < 40 || energy_ev.back() - energy_ev.front() < 8)
    return Error{"film.window", "", "the region does not hold C 1s", "measure from 280 to 294 eV"};
  // Weighted least squares of straight line and the components, those that come out negative left out in
  // turn.
  double best = HUGE_VAL, at = 0, curvature = 0;
  std::vector<double> misfits, places;
  for (double centre = energy_ev.front() + 1.5; centre < energy_ev.back() - 1.5; centre += 0.1) {
    double lowest = HUGE_VAL;
    for (const double width : {1.1, 1.4, 1.8}) {
      std::vector<std::vector<double>> columns(2);
      for (const double e : energy_ev) {
        columns[0].push_back(1);
        columns[1].push_back(e - centre);
      }
      for (const double d : kDistances) {
        columns.emplace_back();
        for (const double e : energy_ev) columns.back().push_back(gaussian(e, centre + d, width));
      }
      const LinearFit fit = fit_columns(columns, 2, counts);
      // The hydrocarbon has to be there for its place to mean anything.
      double others = 0;
      for (std::size_t k = 3; k < fit.amplitudes.size(); ++k) others = std::max(others, fit.amplitudes[k]);
      if (fit.amplitudes[2] < 0.25 * others) continue;
      lowest = std::min(lowest, fit.misfit);
    }
    misfits.push_back(lowest);
    places.push_back(centre);
    if (lowest < best) {
      best = lowest;
      at = centre;
    }
  }
  const std::vector<std::vector<double>> floor{std::vector<double>(n, 1),
                                               {energy_ev.begin(), energy_ev.end()}};
  if (!(fit_columns(floor, 2, counts).misfit - best > 50))
    return Error{"film.no_line", "", "C 1s does not stand out", ""};
  const auto index =
      static_cast<std::size_t>(std::min_element(misfits.begin(), misfits.end()) - misfits.begin());
  if (index > 0 && index + 1 < misfits.size() && std::isfinite(misfits[index - 1] + misfits[index + 1])) {
    curvature = misfits[index - 1] - 2 * best + misfits[index + 1];
    at += curvature > 0 ? 0.05 * (misfits[index - 1] - misfits[index + 1]) / curvature : 0;
  }
  const double dispersion = std::max(1.0, best / static_cast<double>(n - 7));
  return LinePosition{at, curvature > 0 ? 0.1 * std::sqrt(2 * dispersion / curvature) : 0.1};
}

}  // namespace litho
