#include "modules/xps/coverage_decision/film_spectra.hpp"

#include <algorithm>
#include <array>

#include "modules/xps/noise/kernel.hpp"

namespace litho {
namespace {

/// Regions by name; failing that, a narrow region that holds both energies.
const SampleSpectrum* find_region(const SampleSpectra& all, bool reference, std::string_view name,
                                  double low_ev, double high_ev) {
  const SampleSpectrum* by_range = nullptr;
  for (const SampleSpectrum& s : all.spectra) {
    if ((s.role == "reference") != reference) continue;
    if (same_region(s.region, name)) return &s;
    const auto energies = s.spectrum.binding_ev();
    if (!energies || by_range) continue;
    const auto [lo, hi] = std::minmax(energies->front(), energies->back());
    if (lo < low_ev && hi > high_ev && hi - lo < 100) by_range = &s;
  }
  return by_range;
}

Result<std::optional<RegionCounts>> region(const SampleSpectra& all, bool reference, std::string_view name,
                                           double low_ev, double high_ev) {
  const SampleSpectrum* found = find_region(all, reference, name, low_ev, high_ev);
  if (!found) return std::optional<RegionCounts>{};
  const std::string place = found->file + ", " + found->region;
  auto energies = found->spectrum.binding_ev();
  if (!energies) return at(place, energies.errors().front());
  RegionCounts out;
  const auto seconds = found->spectrum.seconds_per_point();
  out.seconds_known = seconds.has_value();
  out.seconds = seconds.value_or(1);
  if (auto counts = found->spectrum.counts()) {
    out.counts = *std::move(counts);
  } else {
    // Intensities of unknown exposure: their scatter tells how many counts they stand for.
    const auto& intensity = found->spectrum.data().intensity;
    const auto noise = noise_from_residuals(intensity);
    if (!noise || !(noise->area_dispersion > 0)) return at(place, counts.errors().front());
    out.counts_from_scatter = true;
    out.seconds = 1 / noise->area_dispersion;
    out.seconds_known = found->spectrum.data().unit == IntensityUnit::counts_per_s;
    for (const double i : intensity) out.counts.push_back(std::max(0.0, i * out.seconds));
  }
  out.energy_ev = *std::move(energies);
  out.transmission = found->spectrum.data().transmission;
  if (out.energy_ev.front() > out.energy_ev.back()) {
    std::reverse(out.energy_ev.begin(), out.energy_ev.end());
    std::reverse(out.counts.begin(), out.counts.end());
    std::reverse(out.transmission.begin(), out.transmission.end());
  }
  out.dwell_s = found->spectrum.data().dwell_s;
  out.sweeps = found->spectrum.data().scan_count;
  out.pass_energy_ev = found->spectrum.data().pass_energy_ev;
  out.photon_energy_ev = found->spectrum.data().photon_energy_ev;
  out.source = place;
  return std::optional<RegionCounts>(std::move(out));
}

}  // namespace

Result<FilmSpectra> film_spectra(const SampleSpectra& all) {
  FilmSpectra out;
  for (const SampleSpectrum& s : all.spectra)
    if (s.role == "reference" && out.reference.empty())
      out.reference = s.owner.empty() || s.owner == all.sample ? s.file : s.owner;
  struct Wanted {
    std::optional<RegionCounts> FilmSpectra::*member;
    bool reference;
    const char* name;
    double low_ev, high_ev;
  };
  constexpr auto kWanted = std::to_array<Wanted>({{&FilmSpectra::plated_cr2p, false, "Cr 2p", 573, 588},
                                                  {&FilmSpectra::bare_cr2p, true, "Cr 2p", 573, 588},
                                                  {&FilmSpectra::plated_li1s, false, "Li 1s", 51, 58},
                                                  {&FilmSpectra::bare_li1s, true, "Li 1s", 51, 58},
                                                  {&FilmSpectra::plated_c1s, false, "C 1s", 282, 291},
                                                  {&FilmSpectra::bare_c1s, true, "C 1s", 282, 291}});
  for (const Wanted& w : kWanted) {
    auto found = region(all, w.reference, w.name, w.low_ev, w.high_ev);
    if (!found) return found.errors();
    out.*w.member = *std::move(found);
  }
  return out;
}

}  // namespace litho
