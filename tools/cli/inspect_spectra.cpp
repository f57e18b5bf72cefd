#include "tools/cli/inspect_spectra.hpp"

#include <nlohmann/json.hpp>
#include <numeric>

namespace litho {
namespace {

using Json = nlohmann::ordered_json;

template <class T>
Json or_null(const std::optional<T>& value) {
  return value ? Json(*value) : Json(nullptr);
}

Json unit_text(IntensityUnit unit) {
  if (unit == IntensityUnit::counts) return "counts";
  if (unit == IntensityUnit::counts_per_s) return "counts/s";
  return nullptr;
}

Json region_json(const Spectrum& spectrum) {
  const SpectrumData& data = spectrum.data();
  const auto binding = spectrum.binding_ev();
  const auto counts = spectrum.counts();
  const double steps = static_cast<double>(spectrum.points()) - 1;
  return {{"name", data.region},
          {"sample", data.sample},
          {"points", spectrum.points()},
          {"axis", data.axis == EnergyAxis::binding ? "binding" : "kinetic"},
          {"start_ev", binding ? Json(binding->front()) : Json(nullptr)},
          {"step_ev", binding ? Json((binding->back() - binding->front()) / steps) : Json(nullptr)},
          {"photon_energy_ev", or_null(data.photon_energy_ev)},
          {"pass_energy_ev", or_null(data.pass_energy_ev)},
          {"dwell_s", or_null(data.dwell_s)},
          {"scans", or_null(data.scan_count)},
          {"counts_sum", counts ? Json(std::accumulate(counts->begin(), counts->end(), 0.0)) : Json(nullptr)},
          {"unit", unit_text(data.unit)},
          {"notes", data.notes}};
}

}  // namespace

nlohmann::ordered_json spectra_json(const std::vector<Spectrum>& spectra) {
  Json regions = Json::array();
  for (const Spectrum& spectrum : spectra) regions.push_back(region_json(spectrum));
  return {{"format", spectra.empty() ? "" : spectra.front().data().format}, {"regions", std::move(regions)}};
}

}  // namespace litho
