#include "modules/sem/thickness/kernel.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "modules/sem/thickness/profile.hpp"

namespace litho {
namespace {

using thickness::Profile;

constexpr double kNormal95 = 1.959963984540054;
constexpr double kRoughShare = 0.05;  // Rq / thickness above which a front without filaments is called rough
constexpr double kSmallField = 0.5;   // of the front: less is flagged
constexpr double kAcfLevel = 0.2;     // the autocorrelation length of ISO 25178-2 (Sal)

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

void planarity(const Profile& p, double um, double cutoff_um, InterphaseFigures& f) {
  const std::vector<double> form = straightened(p.front);
  double first = -1, last = -1;
  for (std::size_t i = 0; i < form.size(); ++i)
    if (!std::isnan(form[i])) {
      if (first < 0) first = static_cast<double>(i);
      last = static_cast<double>(i);
    }
  const double length = last - first + 1;
  if (length < 50) return;
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
  f.front_ra_um = sum / count * um;
  f.front_rq_um = std::sqrt(squares / count) * um;
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
  if (parts > 0) f.front_rz_um = heights / parts * um;
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
}

void filament_figures(const Profile& p, const FilamentMap& map, double um, double base_area_px,
                      InterphaseFigures& f) {
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
  rq = std::sqrt(rq / std::max(1.0, count));
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
  // Texture is not Gaussian: its tail beyond the four deviations that count a filament falls slowly.
  const auto no_texture = [](const Filament& one) { return 1 / (1 + std::exp(-(one.evidence - 6) / 0.7)); };
  // At least one is no texture and deeper than the base front's own excursions.
  double none = 1;
  for (const Filament& one : map.filaments)
    none *= 1 - clears(one.depth_px * um, std::max(peak, um), 0.15) * no_texture(one);
  const double filamentary = std::max(0.02, 1 - none);
  const double rough = clears(rq, kRoughShare * f.thickness_um.value, 0.1);
  if (filamentary > 0.5) {
    f.morphology = "filamentary";
    f.morphology_probability = filamentary;
  } else {
    f.morphology = rough > 0.5 ? "rough" : "planar";
    f.morphology_probability = (1 - filamentary) * std::max(rough, 1 - rough);
  }
}

}  // namespace

Result<Interphase> measure_interphase(const Restored& picture, const LayerMap& layers,
                                      const FilamentMap& filaments, const BoundaryPair& pair,
                                      const ThicknessScale& scale, const ThicknessOptions& options) {
  if (!(scale.pixel_size_nm > 0))
    return Error{"sem.scale_missing", "", "no pixel size: lengths in um cannot be given",
                 "give pixel_size_nm in the sheet or --pixel-size"};
  const double um = scale.pixel_size_nm * 1e-3;
  const Profile p = thickness::build_profile(pair);
  std::vector<double> local, normal;
  double outer_only = 0, front_seen = 0;
  for (std::size_t i = 0; i < p.size(); ++i) {
    front_seen += !std::isnan(p.front[i]);
    outer_only += !std::isnan(p.outer[i]);
    local.push_back(p.front[i] - p.outer[i]);
    if (p.valid(i)) normal.push_back(p.normal[i] * um);
  }
  if (normal.size() < 20)
    return Error{"sem.no_layer", "", "both boundaries were found together nowhere along the field", ""};

  Interphase out;
  InterphaseFigures& f = out.figures;
  for (const Flags* flags : {&picture.flags, &layers.flags, &pair.flags})
    for (const auto& flag : *flags) raise(out.flags, flag);
  out.reference_start = pair.frame.to_image(p.reference.at(p.first_s, 0));
  out.reference_end = pair.frame.to_image(p.reference.at(p.first_s + static_cast<double>(p.size() - 1), 0));
  f.side = pair.frame.side;
  f.tilt_deg = -std::atan2(p.reference.along.y, p.reference.along.x) * 180 / std::numbers::pi;
  f.field_fraction = static_cast<double>(normal.size()) / std::max(1.0, front_seen);
  f.cnr = layers.cnr;
  f.blur_px = pair.front.blur_px;

  double sum = 0, squares = 0, n = 0;
  for (const double t : local)
    if (!std::isnan(t)) sum += t, squares += t * t, n += 1;
  const double mean = sum / n;
  const double sd = std::sqrt(std::max(0.0, squares / n - mean * mean));
  const double tilt = scale.view_tilt_deg ? std::cos(*scale.view_tilt_deg * std::numbers::pi / 180) : 1.0;
  // A view tilted along the growth shortens or lengthens what is seen; stated, it is put right, its own
  // uncertainty is not known.
  const double value = mean * um * tilt;
  const double locate = std::hypot(pair.outer.u_px * std::sqrt(pair.outer.correlation_px / n),
                                   pair.front.u_px * std::sqrt(pair.front.correlation_px / n));
  const double relative_scale = scale.u_percent ? *scale.u_percent / 100 : 0.0;
  const double u_field = std::hypot(
      std::hypot(locate, pair.segmentation_px, std::hypot(layers.outer_u_px, layers.front_u_px)) * um * tilt,
      relative_scale * value);
  f.thickness_um = {value, value - kNormal95 * u_field, value + kNormal95 * u_field, "um"};
  // The spread about the field's own mean is less than about the specimen's, and few samples make a wide t.
  const double samples = std::max(2.0, thickness::effective_samples(local));
  const double u_sample = sd * um * tilt / std::sqrt(samples - 1);
  const double half = std::hypot(kNormal95 * u_field, thickness::t95(samples - 1) * u_sample);
  f.specimen_lo_um = std::max(0.0, value - half);
  f.specimen_hi_um = value + half;
  f.fields_for_1pct = std::pow(kNormal95 * u_sample / (0.01 * value), 2);
  if (!scale.u_percent) out.notes.emplace_back("scale uncertainty not stated: not in the intervals");
  if (!scale.view_tilt_deg)
    out.notes.emplace_back("view tilt not stated: the view is taken as along the front");

  f.thickness_median_um = quantile(normal, 0.5);
  f.thickness_sd_um = sd * um;
  f.thickness_p05_um = quantile(normal, 0.05);
  f.thickness_p95_um = quantile(normal, 0.95);
  f.thickness_min_um = quantile(normal, 0);
  f.thickness_max_um = quantile(normal, 1);
  planarity(p, um, options.roughness_cutoff_um, f);
  filament_figures(p, filaments, um, sum, f);
  if (f.field_fraction < kSmallField) raise(out.flags, "sem.touches_border");

  for (std::size_t i = 0; i < p.size(); ++i) {
    const double s = p.first_s + static_cast<double>(i);
    const auto place = [&](double height) {
      return std::isnan(height) ? PointPx{kNotMeasured, kNotMeasured}
                                : pair.frame.to_image(p.reference.at(s, height));
    };
    out.profile.push_back({static_cast<double>(i) * um, place(p.outer[i]), place(p.front[i]),
                           p.valid(i) ? p.normal[i] * um : kNotMeasured, p.valid(i)});
  }
  return out;
}

}  // namespace litho
