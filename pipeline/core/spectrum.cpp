#include "pipeline/core/spectrum.hpp"

#include <algorithm>
#include <cmath>
#include <string>

namespace litho {
namespace {

bool finite(const std::vector<double>& values) {
  return std::ranges::all_of(values, [](double v) { return std::isfinite(v); });
}

bool strictly_monotonic(const std::vector<double>& values) {
  const auto not_rising = [](double a, double b) { return a >= b; };
  const auto not_falling = [](double a, double b) { return a <= b; };
  return std::ranges::adjacent_find(values, not_rising) == values.end() ||
         std::ranges::adjacent_find(values, not_falling) == values.end();
}

}  // namespace

Result<Spectrum> Spectrum::make(SpectrumData data) {
  const std::size_t n = data.energy_ev.size();
  Errors errors;
  const auto fail = [&](std::string code, std::string message) {
    errors.push_back({std::move(code), data.region, std::move(message), ""});
  };
  if (n < 2) fail("spectrum.empty", "the region has " + std::to_string(n) + " points, at least 2 are needed");
  if (data.intensity.size() != n || (!data.transmission.empty() && data.transmission.size() != n) ||
      std::ranges::any_of(data.scans, [&](const auto& scan) { return scan.size() != n; }))
    fail("spectrum.length", "energies, intensities, scans and transmission differ in length");
  if (!finite(data.energy_ev) || !finite(data.intensity) || !finite(data.transmission) ||
      !std::ranges::all_of(data.scans, finite))
    fail("spectrum.not_finite", "energies or intensities are not finite");
  if (!strictly_monotonic(data.energy_ev))
    fail("spectrum.not_monotonic", "energies neither rise nor fall throughout");
  if (!errors.empty()) return errors;
  return Spectrum(std::move(data));
}

std::optional<double> Spectrum::seconds_per_point() const {
  const double seconds =
      data_.dwell_s && data_.scan_count ? *data_.dwell_s * *data_.scan_count : data_.total_s.value_or(0.0);
  return seconds > 0.0 && std::isfinite(seconds) ? std::optional<double>(seconds) : std::nullopt;
}

Result<std::vector<double>> Spectrum::counts() const {
  if (data_.unit == IntensityUnit::counts) return data_.intensity;
  if (data_.unit == IntensityUnit::unknown)
    return Error{"spectrum.no_counts", data_.region, "the file does not say what its intensities are",
                 "state the unit (counts or counts/s): without counts there is no noise model"};
  const auto seconds = seconds_per_point();
  if (!seconds)
    return Error{
        "spectrum.no_counts", data_.region,
        "intensities are counts per second and dwell time or number of scans is unknown or not positive",
        "state both, or export counts: without counts there is no noise model"};
  std::vector<double> counts = data_.intensity;
  for (double& value : counts) value *= *seconds;
  return counts;
}

Result<std::vector<double>> Spectrum::binding_ev() const {
  std::vector<double> energies = data_.energy_ev;
  if (data_.axis == EnergyAxis::binding) return energies;
  if (!data_.photon_energy_ev)
    return Error{"spectrum.no_photon_energy", data_.region,
                 "energies are kinetic and the file does not tell the photon energy",
                 "state the photon energy in eV"};
  for (double& energy : energies) energy = *data_.photon_energy_ev - energy;
  return energies;
}

}  // namespace litho
