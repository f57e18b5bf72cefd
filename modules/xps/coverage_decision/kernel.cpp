#include "modules/xps/coverage_decision/kernel.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "modules/xps/line_detection/look_elsewhere.hpp"

namespace litho {
namespace {

/// Oxide share of a film that was not measured bare.
constexpr double kUnknownOxide = 0.5;
/// Factor by which sensitivity factors alone may be off, 95 % one-sided.
constexpr double kAbsoluteFactor = 2;

/// Two significant digits, three from 100 on, never an exponent.
std::string plain(double value) {
  if (!(std::abs(value) > 0)) return "0";
  const int first = static_cast<int>(std::floor(std::log10(std::abs(value)) + 1e-12));
  const int digits = std::abs(value) >= 99.5 ? 3 : 2;
  const double unit = std::pow(10, std::abs(first - digits + 1));
  const double rounded = first >= digits ? std::round(value / unit) * unit : std::round(value * unit) / unit;
  std::array<char, 64> text{};
  const auto [end, error] =
      std::to_chars(text.data(), text.data() + text.size(), rounded, std::chars_format::fixed);
  return error == std::errc{} ? std::string(text.data(), end) : "more than can be said";
}
std::string percent(double share) {
  return plain(100 * share) + " %";
}
std::string nm(double value) {
  return plain(value) + " nm";
}
/// Where the tail is smaller than anybody can know it, its order says nothing.
std::string probability(double p) {
  return p < 1e-4 ? "p < 0.0001" : "p = " + plain(p);
}
std::string odds_of(double log_ratio) {
  return log_ratio > std::log(1000.0) ? "over 1000" : plain(std::exp(log_ratio));
}

/// 95 % interval of a detection, with what else makes the amplitude uncertain in quadrature.
Measured widened(const Detection& line, double relative_u) {
  const double extra = 1.96 * relative_u * line.amplitude;
  const double lo = line.amplitude - std::hypot(line.amplitude - line.amplitude_lo, extra);
  return {line.amplitude, line.found ? std::max(0.0, lo) : 0.0,
          line.amplitude + std::hypot(line.amplitude_hi - line.amplitude, extra), "1"};
}
Measured times(const Measured& m, double factor) {
  return {m.value * factor, m.lo * factor, m.hi * factor, m.unit};
}

double reference_u(const FilmMeasurement& m) {
  return m.with_reference && m.film->area > 0 ? m.film->area_u / m.film->area : 0;
}

/// Cr ratio and its limits: of the reference, or against what the lithium line says of the spectrometer.
void chromium(const FilmMeasurement& m, CoverageFigures& out) {
  const Detection& cr = *m.cr2p;
  const double area = m.cr2p_area_per_amplitude;
  out.cr2p_found = cr.found;
  out.cr2p_p = cr.p;
  out.cr2p_area = times(widened(cr, m.cr2p_shape_u), area);
  if (m.with_reference) {
    out.cr2p_ratio = widened(cr, std::hypot(m.cr2p_shape_u, reference_u(m)));
    out.cr2p_limit = cr.limit;
    return;
  }
  // Lithium's area is at most that of thick lithium, so the bare film would give at least this much.
  if (!m.li->li1s.found) return;
  const double bare = m.li->li1s.amplitude * m.li1s_area_per_amplitude /
                      thick_lithium_over_chromium(kUnknownOxide).value / kAbsoluteFactor;
  out.cr2p_ratio = {kNotMeasured, 0.0, std::min(1.0, cr.amplitude_hi * area / bare), "1"};
  out.cr2p_limit = cr.limit * area / bare;
}

/// Standard deviation of the ratio of a bare film that is measured again.
double repeated_u(const FilmMeasurement& m, const DecisionOptions& options) {
  return std::hypot(m.cr2p->z_sd, m.cr2p_shape_u, std::hypot(reference_u(m), options.repeatability));
}

void lithium(const FilmMeasurement& m, CoverageFigures& out, const DecisionOptions& options) {
  const Detection& li = m.li->li1s;
  const double area = m.li1s_area_per_amplitude;
  out.li1s_found = li.found;
  out.li1s_p = li.p;
  out.li1s_area = times(widened(li, 0), area);
  if (m.thick_lithium_area) {
    // A cover shows twice: lithium appears, and chromium falls short of the reference.
    const double by_lithium = li.limit * area / *m.thick_lithium_area;
    const double by_chromium =
        (normal_tail_inverse(options.alpha) + normal_tail_inverse(1 - kDetectionPower)) *
        repeated_u(m, options);
    out.smallest_cover_found = 1 / std::hypot(1 / by_lithium, 1 / by_chromium);
  } else if (m.cr2p->found) {
    out.smallest_cover_found = li.limit * area * kAbsoluteFactor /
                               thick_lithium_over_chromium(kUnknownOxide).value /
                               (m.cr2p->amplitude * m.cr2p_area_per_amplitude);
  }
}

Result<LayerEstimate> layer(const FilmMeasurement& m, const CoverageFigures& figures,
                            const DecisionOptions& options) {
  if (!m.with_reference) return LayerEstimate{};
  const Detection& cr = *m.cr2p;
  LayerObservation o;
  o.thinnest_nm = options.thinnest_nm;
  o.gain_ln_u = options.repeatability;
  const LineRatio thick = thick_lithium_over_chromium(m.film->oxide_share);
  o.lithium_ln_u = thick.ln_u;
  const auto film_line = [](const Detection& line, double relative_u, double attenuation_nm) {
    const double ratio = line.found ? line.amplitude : line.amplitude_at_nominal;
    return FilmLine{ratio, std::hypot(line.z_sd, relative_u * ratio), attenuation_nm};
  };
  o.film.push_back(film_line(cr, std::hypot(m.cr2p_shape_u, reference_u(m)), lithium_lengths().cr2p_nm));
  if (m.li->cr3p) o.film.push_back(film_line(*m.li->cr3p, m.cr3p_shape_u, lithium_lengths().cr3p_nm));
  o.lithium = film_line(m.li->li1s, 0, lithium_lengths().li1s_nm);
  const double per_amplitude = m.li1s_area_per_amplitude / *m.thick_lithium_area;
  o.lithium->ratio *= per_amplitude;
  o.lithium->u *= per_amplitude;
  auto estimate = estimate_layer(o);
  if (!estimate) return estimate.errors();
  LayerEstimate out = *std::move(estimate);
  if (!figures.cr2p_found || !figures.li1s_found) out.kind = LayerKind::none;
  return out;
}

Decision decide(const CoverageFigures& f, const DecisionOptions& options) {
  if (f.cr2p_found && f.li1s_found) return Decision::non_uniform;
  if (!f.cr2p_found && f.li1s_found && f.cr2p_limit <= options.largest_open_fraction)
    return Decision::covered;
  // A cover shows in chromium too: where that falls short, the surface is not called bare.
  const bool falls_short = f.cr2p_ratio.hi < 1 - options.smallest_cover;
  if (f.cr2p_found && !f.li1s_found && f.smallest_cover_found < options.smallest_cover && !falls_short)
    return Decision::uncovered;
  return Decision::indeterminate;
}

std::string sentence(const CoverageFigures& f, bool with_reference, const DecisionOptions& options) {
  const LayerEstimate& layer = f.layer;
  std::string out;
  const std::string unit =
      with_reference ? "of the bare film's signal" : "of a bare film's signal, by sensitivity factors";
  if (f.cr2p_found) {
    out = "Cr 2p found (" + probability(f.cr2p_p) + ")";
    if (std::isfinite(f.cr2p_ratio.value))
      out += ": " + percent(f.cr2p_ratio.value) + " (" + percent(f.cr2p_ratio.lo) + " to " +
             percent(f.cr2p_ratio.hi) + ") " + unit;
    else if (std::isfinite(f.cr2p_ratio.hi))
      out += ": " + percent(f.cr2p_ratio.lo) + " to " + percent(f.cr2p_ratio.hi) + " " + unit;
  } else if (std::isfinite(f.cr2p_ratio.hi)) {
    out = "Cr 2p not found: at most " + percent(f.cr2p_ratio.hi) + " " + unit + ", so at most " +
          percent(std::min(1.0, f.cr2p_ratio.hi)) + " of the surface open, or at least " +
          nm(lithium_lengths().cr2p_nm * std::log(1 / std::min(1.0, f.cr2p_ratio.hi))) + " of Li if even";
  } else {
    out = "Cr 2p not found, and nothing says how much of it a bare film would give";
  }
  out += f.li1s_found ? "; Li 1s found (" + probability(f.li1s_p) + ")" : "; Li 1s not found";
  if (!f.li1s_found && std::isfinite(f.smallest_cover_found))
    out += ", though " + percent(f.smallest_cover_found) +
           " of the surface under thick Li would have been found";
  if (f.decision == Decision::non_uniform) {
    const std::string odds = " (likelihood ratio " + odds_of(std::abs(layer.log_ratio)) + ")";
    if (layer.kind == LayerKind::thin) {
      out += "; the Cr lines say thin and even rather than patches" + odds;
      if (std::isfinite(layer.thickness_nm.value))
        out += ": " + nm(layer.thickness_nm.value) + " (" + nm(layer.thickness_nm.lo) + " to " +
               nm(layer.thickness_nm.hi) + ") of Li";
    } else if (layer.kind == LayerKind::patchy) {
      out += "; the Cr lines say patches rather than an even, thin layer" + odds;
    } else if (with_reference) {
      out += "; patches with " + percent(std::min(1.0, f.cr2p_ratio.value)) +
             " open and an even, thin layer of " +
             nm(lithium_lengths().cr2p_nm * std::log(1 / std::clamp(f.cr2p_ratio.value, 1e-6, 1.0))) +
             " explain it alike";
    }
  }
  if (f.decision == Decision::indeterminate) {
    if (!f.cr2p_found && f.li1s_found)
      out += std::isfinite(f.cr2p_limit)
                 ? "; but " + percent(f.cr2p_limit) + " could have been missed, more than the " +
                       percent(options.largest_open_fraction) + " allowed: measure " +
                       plain(std::pow(f.cr2p_limit / options.largest_open_fraction, 2)) + " times as long"
                 : "";
    else if (f.cr2p_found)
      out += "; too little is known of lithium: measure Li 1s longer";
    else
      out += "; neither line found: measure longer, or check what the surface is";
  }
  return out + ".";
}

}  // namespace

std::string_view to_string(Decision decision) {
  switch (decision) {
    case Decision::covered:
      return "covered";
    case Decision::non_uniform:
      return "non-uniform";
    case Decision::uncovered:
      return "uncovered";
    case Decision::indeterminate:
      break;
  }
  return "indeterminate";
}

Result<CoverageFigures> decide_coverage(const FilmMeasurement& measured, const std::string& reference,
                                        const DecisionOptions& options) {
  CoverageFigures out;
  chromium(measured, out);
  lithium(measured, out, options);
  auto estimate = layer(measured, out, options);
  if (!estimate) return estimate.errors();
  out.layer = *std::move(estimate);
  out.decision = decide(out, options);
  out.sentence = sentence(out, measured.with_reference, options);
  out.charge_shift_ev = measured.charge_shift_ev;
  out.charge_reference = measured.charge_reference;
  if (measured.with_reference) out.reference = reference;
  out.flags = measured.flags;
  return out;
}

const std::vector<std::string>& coverage_columns() {
  static const std::vector<std::string> columns{"decision",
                                                "sentence",
                                                "cr2p_area",
                                                "cr2p_area_lo",
                                                "cr2p_area_hi",
                                                "cr2p_ratio",
                                                "cr2p_ratio_lo",
                                                "cr2p_ratio_hi",
                                                "cr2p_p",
                                                "cr2p_limit",
                                                "cr2p_detected",
                                                "li1s_area",
                                                "li1s_area_lo",
                                                "li1s_area_hi",
                                                "li1s_p",
                                                "li1s_detected",
                                                "covered_fraction",
                                                "covered_fraction_lo",
                                                "covered_fraction_hi",
                                                "li_thickness_nm",
                                                "li_thickness_lo_nm",
                                                "li_thickness_hi_nm",
                                                "layer_model",
                                                "charge_shift_ev",
                                                "charge_reference",
                                                "reference"};
  return columns;
}

std::vector<Cell> coverage_cells(const CoverageFigures& f) {
  const Measured& fraction = f.layer.fraction;
  const Measured& thickness = f.layer.thickness_nm;
  return {std::string(to_string(f.decision)),
          f.sentence,
          f.cr2p_area.value,
          f.cr2p_area.lo,
          f.cr2p_area.hi,
          f.cr2p_ratio.value,
          f.cr2p_ratio.lo,
          f.cr2p_ratio.hi,
          f.cr2p_p,
          f.cr2p_limit,
          static_cast<std::int64_t>(f.cr2p_found),
          f.li1s_area.value,
          f.li1s_area.lo,
          f.li1s_area.hi,
          f.li1s_p,
          static_cast<std::int64_t>(f.li1s_found),
          fraction.value,
          fraction.lo,
          fraction.hi,
          thickness.value,
          thickness.lo,
          thickness.hi,
          std::string(to_string(f.layer.kind)),
          f.charge_shift_ev ? Cell(*f.charge_shift_ev) : Cell(),
          f.charge_reference,
          f.reference};
}

}  // namespace litho
