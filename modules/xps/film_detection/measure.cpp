#include "modules/xps/film_detection/measure.hpp"

#include <algorithm>
#include <cmath>

#include "calibration/xps/attenuation.hpp"
#include "calibration/xps/sensitivity.hpp"
#include "pipeline/core/number.hpp"

namespace litho {
namespace {

/// Range over which the chromium's shift against the reference is searched: with C 1s in both, and without.
constexpr double kRangeWithC1sEv = 0.8, kRangeWithoutEv = 1.5;
/// How far a line of the film moves against C 1s from one measurement to the next (standard deviation): C 1s
/// sits on top and charges on its own. Without it, nothing is assumed.
constexpr double kShiftAgainstC1sEv = 0.3;

double transmission_at(const RegionCounts& region, double energy_ev) {
  if (region.transmission.size() != region.energy_ev.size()) return 1;
  const auto after = std::lower_bound(region.energy_ev.begin(), region.energy_ev.end(), energy_ev);
  const auto i = std::min<std::size_t>(static_cast<std::size_t>(after - region.energy_ev.begin()),
                                       region.energy_ev.size() - 1);
  return region.transmission[i];
}

constexpr double kAlKAlphaEv = 1486.6, kCr2pEv = 574.3, kCr3pEv = 42.6, kLi1sEv = 54.8;

/// Of the built-in tables, whose tests know every material and line asked for here.
double length_nm(std::string_view material, double binding_ev) {
  return attenuation_length_nm(material, kAlKAlphaEv - binding_ev)->nm;
}
/// Intensity of a line from a thick film: cross-section x atoms/nm3 x attenuation length.
double thick_intensity(std::string_view line, double binding_ev, std::string_view material,
                       int atoms_a_formula) {
  constexpr double kAvogadroPerNm3 = 602.214;  // g/mol and g/cm3
  const auto made_of = find_material(material);
  return *sensitivity_factor("scofield", line) * kAvogadroPerNm3 * atoms_a_formula * made_of->density_g_cm3 /
         made_of->molar_mass_g_mol * length_nm(material, binding_ev);
}

/// Plated counts a channel for one count a channel of the reference, or why they cannot be compared.
Result<double> counts_scale(const RegionCounts& plated, const RegionCounts& bare, double energy_ev) {
  const auto differ = [](const std::optional<double>& a, const std::optional<double>& b, double share) {
    return a && b && std::abs(*a - *b) > share * std::abs(*a);
  };
  if (differ(plated.pass_energy_ev, bare.pass_energy_ev, 1e-3))
    return Error{"coverage.pass_energy", bare.source,
                 "reference at pass energy " + format_double(*bare.pass_energy_ev) + " eV, plated at " +
                     format_double(*plated.pass_energy_ev) + " eV: their intensities cannot be compared",
                 "measure both alike"};
  if (differ(plated.photon_energy_ev, bare.photon_energy_ev, 1e-3))
    return Error{"coverage.photon_energy", bare.source,
                 "reference and plated were measured with different X-rays", "measure both alike"};
  if (plated.seconds_known != bare.seconds_known)
    return Error{"coverage.time_unknown", bare.source,
                 "dwell and sweeps are known for only one of reference and plated",
                 "state dwell_s and scans in the sheet"};
  const bool both = !plated.transmission.empty() && !bare.transmission.empty();
  const double transmission =
      both ? transmission_at(plated, energy_ev) / transmission_at(bare, energy_ev) : 1;
  const double scale = plated.seconds / bare.seconds * transmission;
  if (!(scale > 0) || !std::isfinite(scale))
    return Error{"coverage.transmission", bare.source, "a transmission is not positive", ""};
  return scale;
}

}  // namespace

LineRatio thick_lithium_over_chromium(double oxide_share) {
  static const double kLithium = thick_intensity("Li 1s", kLi1sEv, "Li", 1),
                      kMetal = thick_intensity("Cr 2p", kCr2pEv, "Cr", 1),
                      kOxide = thick_intensity("Cr 2p", kCr2pEv, "Cr2O3", 2);
  return {kLithium / ((1 - oxide_share) * kMetal + oxide_share * kOxide), 0.4};
}

const LithiumLengths& lithium_lengths() {
  static const LithiumLengths lengths{length_nm("Li", kCr2pEv), length_nm("Li", kCr3pEv),
                                      length_nm("Li", kLi1sEv)};
  return lengths;
}

namespace {

/// How far the ratio depends on the film's shape. The template is trusted to 1 %, and less where the film's
/// oxide share moved, for metal and oxide are told apart by a model. A large line's area is also found
/// without the reference's shape, to 3 %; the weighted mean of both is taken.
void weigh_shape(const RegionCounts& cr, FilmMeasurement& out) {
  constexpr double kTemplateU = 0.01, kPerShare = 0.35, kAreaU = 0.06, kWeakU = 0.04;
  constexpr double kShareSeen = 15, kStrong = 30, kLarge = 0.25;
  Detection& line = *out.cr2p;
  out.cr2p_shape_u = kWeakU;
  if (!(line.amplitude > kShareSeen * line.z_sd)) return;
  const double moved_share = line.parts[1] / line.amplitude - out.film->oxide_share;
  out.cr2p_shape_u = std::hypot(kTemplateU, kPerShare * moved_share);
  if (!(line.amplitude > std::max(kLarge, kStrong * line.z_sd))) return;
  const auto own = cr2p_template(cr.energy_ev, cr.counts);
  if (!own) return;
  const double by_area = own->area / (out.film->area * out.cr2p_options.scale);
  const double by_template = 1 / (out.cr2p_shape_u * out.cr2p_shape_u),
               weight = by_template + 1 / (kAreaU * kAreaU);
  const double moved = (1 - by_template / weight) * (by_area - line.amplitude);
  out.cr2p_shape_u = 1 / std::sqrt(weight);
  line.amplitude += moved;
  line.amplitude_lo += moved;
  line.amplitude_hi += moved;
}

/// What the areas rest on where the files do not say it.
void flag_exposure(const FilmSpectra& spectra, FilmMeasurement& out) {
  const RegionCounts& cr = *spectra.plated_cr2p;
  if (cr.counts_from_scatter || (spectra.bare_cr2p && spectra.bare_cr2p->counts_from_scatter))
    out.flags.emplace_back("coverage.counts_from_scatter",
                           "intensities of unknown exposure: counts were estimated from their scatter");
  if (out.with_reference && !cr.seconds_known)
    out.flags.emplace_back("coverage.exposure_unknown",
                           "dwell and sweeps are not known: the ratio is right only if both films were "
                           "measured equally long");
}

Error missing(const std::string& region) {
  return {"film.missing", "", "the plated sample has no " + region + " region",
          "regions are found by their names, \"Cr 2p\" and \"Li 1s\", or by their energies"};
}

}  // namespace

Result<FilmMeasurement> measure_chromium(const FilmSpectra& spectra, const MeasureOptions& options) {
  if (!spectra.plated_cr2p) return missing("Cr 2p");
  FilmMeasurement out;
  const RegionCounts& cr = *spectra.plated_cr2p;

  // Charge: C 1s of both, where there is one.
  std::optional<double> bare_shift;
  if (spectra.plated_c1s)
    if (const auto c = c1s_position(spectra.plated_c1s->energy_ev, spectra.plated_c1s->counts))
      out.charge_shift_ev = c->energy_ev - options.hydrocarbon_ev;
  if (spectra.bare_c1s)
    if (const auto c = c1s_position(spectra.bare_c1s->energy_ev, spectra.bare_c1s->counts))
      bare_shift = c->energy_ev - options.hydrocarbon_ev;
  if (out.charge_shift_ev)
    out.charge_reference = "C 1s " + format_double(options.hydrocarbon_ev) + " eV";
  else
    out.flags.emplace_back("coverage.no_charge_reference",
                           "no C 1s in the plated spectra: lines are searched over a wider range of shifts");

  // The film that is looked for: the sample's own, else the model's.
  std::optional<double> scale;
  if (spectra.bare_cr2p) {
    auto film = cr2p_template(spectra.bare_cr2p->energy_ev, spectra.bare_cr2p->counts);
    if (film) {
      const auto ratio = counts_scale(cr, *spectra.bare_cr2p, 574.3 + film->shift_ev);
      if (ratio) {
        scale = *ratio;
        out.film = *std::move(film);
        if (cr.transmission.empty() != spectra.bare_cr2p->transmission.empty())
          out.flags.emplace_back("coverage.transmission_of_one",
                                 std::string("only the ") +
                                     (cr.transmission.empty() ? "bare film's" : "plated") +
                                     " Cr 2p states a transmission: it was not applied, and the ratio is "
                                     "right only if both were "
                                     "measured alike");
      } else {
        out.flags.emplace_back(ratio.errors().front().code, to_string(ratio.errors().front()));
      }
    } else {
      out.flags.emplace_back("coverage.reference_unusable", to_string(film.errors().front()));
    }
  }
  out.with_reference = scale.has_value();
  if (!out.with_reference) {
    out.flags.emplace_back(
        "coverage.no_reference",
        "no usable bare film: limits rest on sensitivity factors, within a factor of about two");
    auto model = cr2p_model_template(1.0);
    if (!model) return model.errors();
    out.film = *std::move(model);
  }

  flag_exposure(spectra, out);

  Cr2pOptions& cr_options = out.cr2p_options;
  cr_options.alpha = options.alpha;
  cr_options.scale = scale.value_or(1);
  cr_options.charge_shift_ev = out.charge_shift_ev.value_or(0);
  const bool charge_known = out.charge_shift_ev && (!out.with_reference || bare_shift);
  cr_options.shift_range_ev = charge_known ? kRangeWithC1sEv : kRangeWithoutEv;
  if (charge_known) {
    cr_options.centre_shift_ev = *out.charge_shift_ev - (out.with_reference ? *bare_shift : 0);
    cr_options.shift_u_ev = kShiftAgainstC1sEv;
  }
  auto cr2p = detect_cr2p(cr.energy_ev, cr.counts, *out.film, cr_options);
  if (!cr2p) return cr2p.errors();
  if (!cr2p->overlap.empty())
    out.flags.emplace_back("coverage.overlap",
                           cr2p->overlap + " stands in the Cr 2p window and was allowed for");
  out.cr2p = cr2p->line;
  if (out.with_reference) weigh_shape(cr, out);
  out.cr3p_shape_u = 0.05;
  out.cr2p_area_per_amplitude = out.film->area * cr_options.scale / cr.seconds;
  return out;
}

Result<FilmMeasurement> measure_film(const FilmSpectra& spectra, const MeasureOptions& options) {
  if (spectra.plated_cr2p && !spectra.plated_li1s) return missing("Li 1s");
  auto chromium = measure_chromium(spectra, options);
  if (!chromium) return chromium;
  FilmMeasurement out = *std::move(chromium);
  const RegionCounts& li = *spectra.plated_li1s;
  out.li1s_area_per_amplitude = 1 / li.seconds;

  // The bare lithium window serves only beside a reference that can be compared.
  std::optional<BareWindow> bare;
  LiWindowOptions li_options;
  li_options.alpha = options.alpha;
  li_options.charge_shift_ev = out.charge_shift_ev.value_or(0);
  li_options.charge_range_ev = out.cr2p_options.shift_range_ev;
  if (out.with_reference && spectra.bare_li1s)
    if (const auto ratio = counts_scale(li, *spectra.bare_li1s, 50)) {
      li_options.scale = *ratio;
      // A chromium line that was found places the film better than C 1s of another surface.
      constexpr double kStandsOut = 8;
      const bool placed = out.cr2p->amplitude > kStandsOut * out.cr2p->z_sd;
      li_options.shift_from_bare_ev = placed ? out.cr2p->shift_ev : out.cr2p_options.centre_shift_ev;
      bare = BareWindow{spectra.bare_li1s->energy_ev, spectra.bare_li1s->counts};
    }
  auto window = detect_li1s(li.energy_ev, li.counts, bare ? &*bare : nullptr, li_options);
  if (!window) return window.errors();
  out.li = *std::move(window);
  if (!out.li->overlap.empty())
    out.flags.emplace_back("coverage.overlap",
                           out.li->overlap + " stands in the Li 1s window and was allowed for");
  if (out.with_reference)
    out.thick_lithium_area = thick_lithium_over_chromium(out.film->oxide_share).value * out.film->area /
                             spectra.bare_cr2p->seconds;
  return out;
}

}  // namespace litho
