#include "modules/sem/thickness/planarity.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace litho::thickness {
namespace {

constexpr double kRoughShare = 0.05;  // Rq / thickness above which a front without filaments is called rough
constexpr double kAcfLevel = 0.2;     // the autocorrelation length of ISO 25178-2 (Sal)
constexpr double kPower = 1.4;        // 2H of hardly smooth fronts; smoother ones lose no roughness by it
constexpr double kWaves = 0.2;        // anticorrelation that noise does not make

}  // namespace

NoiseShare split_noise(const std::vector<double>& heights, double correlation_px) {
  NoiseShare out;
  const auto near = static_cast<std::size_t>(std::max(8.0, std::ceil(1.6 * correlation_px))), far = 2 * near;
  std::vector<double> covariance;
  for (std::size_t lag = 0; lag <= far; ++lag) {
    double sum = 0, count = 0;
    for (std::size_t i = 0; i + lag < heights.size(); ++i) {
      const double product = heights[i] * heights[i + lag];
      if (!std::isnan(product)) sum += product, count += 1;
    }
    if (count < 2 * static_cast<double>(far)) return out;
    covariance.push_back(sum / count);
  }
  out.total = out.front = covariance[0];
  // Waves as short as these lags are the front's own.
  if (*std::min_element(covariance.begin(), covariance.end()) < -kWaves * out.total) return out;
  const double share = std::pow(2.0, -kPower);
  out.noise = std::clamp((out.total - covariance[near] - share * (out.total - covariance[far])) / (1 - share),
                         0.0, out.total);
  out.front = out.total - out.noise;
  return out;
}

double quantile(std::vector<double> values, double q) {
  if (values.empty()) return kNotMeasured;
  std::sort(values.begin(), values.end());
  const double x = q * static_cast<double>(values.size() - 1);
  const auto i = static_cast<std::size_t>(x);
  return i + 1 < values.size() ? values[i] + (x - static_cast<double>(i)) * (values[i + 1] - values[i])
                               : values[i];
}

/// Deviations of a profile from its own least-squares line.
std::vector<double> straightened(const std::vector<double>& n) {
  double count = 0, ms = 0, mn = 0, ss = 0, sn = 0;
  for (std::size_t i = 0; i < n.size(); ++i)
    if (!std::isnan(n[i])) count += 1, ms += static_cast<double>(i), mn += n[i];
  if (count < 2) return std::vector<double>(n.size(), kNotMeasured);
  ms /= count, mn /= count;
  for (std::size_t i = 0; i < n.size(); ++i) {
    if (std::isnan(n[i])) continue;
    const double s = static_cast<double>(i) - ms;
    ss += s * s, sn += s * (n[i] - mn);
  }
  std::vector<double> out(n.size());
  for (std::size_t i = 0; i < n.size(); ++i) out[i] = n[i] - mn - sn / ss * (static_cast<double>(i) - ms);
  return out;
}

NoiseShare planarity(const Profile& p, double correlation_px, double um, double cutoff_um,
                     InterphaseFigures& f) {
  const std::vector<double> form = straightened(p.front);
  double first = -1, last = -1;
  for (std::size_t i = 0; i < form.size(); ++i)
    if (!std::isnan(form[i])) {
      if (first < 0) first = static_cast<double>(i);
      last = static_cast<double>(i);
    }
  const double length = last - first + 1;
  if (length < 50) return {};
  const double cutoff = cutoff_um > 0 ? cutoff_um / um : length / 5;
  f.roughness_cutoff_um = cutoff * um;
  const std::vector<double> waviness = thickness::gaussian_waviness(form, cutoff);
  double sum = 0, squares = 0, count = 0;
  std::vector<double> rough(form.size(), kNotMeasured);
  for (std::size_t i = 0; i < form.size(); ++i) {
    rough[i] = form[i] - waviness[i];
    if (std::isnan(rough[i])) continue;
    sum += std::abs(rough[i]), squares += rough[i] * rough[i], count += 1;
  }
  const NoiseShare share = split_noise(rough, correlation_px);
  if (!share.front_shows()) return share;
  const double kept = share.total > 0 ? std::sqrt(share.front / share.total) : 1.0;
  f.front_ra_um = kept * sum / count * um;
  f.front_rq_um = kept * std::sqrt(squares / count) * um;
  // Rz: mean over five equal sampling lengths of highest peak to lowest valley.
  double heights = 0;
  int parts = 0;
  for (int k = 0; k < 5; ++k) {
    double lo = std::numeric_limits<double>::infinity(), hi = -lo;
    for (auto i = static_cast<std::size_t>(first + k * length / 5);
         i < static_cast<std::size_t>(first + (k + 1) * length / 5); ++i)
      if (!std::isnan(rough[i])) lo = std::min(lo, rough[i]), hi = std::max(hi, rough[i]);
    if (hi >= lo) heights += hi - lo, ++parts;
  }
  if (parts > 0) f.front_rz_um = kept * heights / parts * um;
  const auto rho = thickness::autocorrelation(form, static_cast<std::size_t>(length / 2));
  for (std::size_t k = 1; k < rho.size(); ++k)
    if (rho[k] < kAcfLevel) {
      f.front_correlation_um =
          (static_cast<double>(k) - (kAcfLevel - rho[k]) / std::max(1e-12, rho[k - 1] - rho[k])) * um;
      break;
    }
  double path = 0, run = 0;
  for (std::size_t i = 0; i + 4 < form.size(); i += 4) {
    const double rise = form[i + 4] - form[i];
    if (!std::isnan(rise)) path += std::hypot(4.0, rise), run += 4;
  }
  if (run > 0) f.front_excess_length = path / run - 1;
  return share;
}

void filament_figures(const Profile& p, const FilamentMap& map, double um, double base_area_px,
                      double noise_px2, InterphaseFigures& f) {
  std::vector<double> depths;
  double area = 0, front_length = 0;
  for (const Filament& one : map.filaments) depths.push_back(one.depth_px * um), area += one.area_px;
  for (const double n : p.front) front_length += !std::isnan(n);
  f.filament_count = static_cast<int>(depths.size());
  f.filament_density_per_mm = front_length > 0 ? f.filament_count / (front_length * um * 1e-3) : kNotMeasured;
  f.filament_area_fraction = area / (area + base_area_px);
  const std::vector<double> form = straightened(p.front);
  double peak = 0, rq = 0, count = 0;
  for (const double n : form)
    if (!std::isnan(n)) peak = std::max(peak, n * um), rq += n * n * um * um, count += 1;
  rq = std::sqrt(std::max(0.0, rq / std::max(1.0, count) - noise_px2 * um * um));
  if (!depths.empty()) {
    f.filament_depth_mean_um = 0;
    for (const double d : depths) f.filament_depth_mean_um += d / static_cast<double>(depths.size());
    f.filament_depth_p95_um = quantile(depths, 0.95);
    f.filament_depth_max_um = quantile(depths, 1);
  }
  // Probability from how clearly the deciding quantity clears its bar, in units of 15 % of the bar (10 % for
  // roughness).
  const auto clears = [](double value, double bar, double scale) {
    return 1 / (1 + std::exp(-std::log(std::max(1e-9, value / bar)) / scale));
  };
  // At least one is no texture and deeper than the base front's own excursions.
  double none = 1;
  for (const Filament& one : map.filaments)
    none *= 1 - clears(one.depth_px * um, std::max(peak, um), 0.15) * one.probability;
  const double filamentary = std::clamp(std::min(1 - none, map.any), 0.02, 0.98);
  const double rough = clears(rq, kRoughShare * f.thickness_um.value, 0.1);
  if (filamentary > 0.5) {
    f.morphology = "filamentary";
    f.morphology_probability = filamentary;
  } else {
    f.morphology = rough > 0.5 ? "rough" : "planar";
    f.morphology_probability = (1 - filamentary) * std::max(rough, 1 - rough);
  }
}

}  // namespace litho::thickness
