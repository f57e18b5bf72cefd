#include "modules/sem/thickness/kernel.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "modules/sem/thickness/planarity.hpp"
#include "modules/sem/thickness/profile.hpp"

namespace litho {
namespace {

using thickness::Profile, thickness::quantile;

constexpr double kNormal95 = 1.959963984540054;
constexpr double kSure = 0.7;        // probability of the morphology: less is flagged
constexpr double kUnsure = 0.2;      // of the thickness: a wider half interval is flagged
constexpr double kSmallField = 0.5;  // of the front: less is flagged

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
  if (kNormal95 * u_field > kUnsure * value) raise(out.flags, "sem.ambiguous");
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
  const auto share = thickness::planarity(p, pair.front.correlation_px, um, options.roughness_cutoff_um, f);
  if (!share.front_shows())
    out.notes.emplace_back("the front's roughness is less than the noise of its placement: not given");
  thickness::filament_figures(p, filaments, um, sum, share.noise, f);
  if (f.morphology_probability < kSure) raise(out.flags, "sem.morphology_unsure");
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
