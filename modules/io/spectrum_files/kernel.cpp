#include "modules/io/spectrum_files/kernel.hpp"

#include <algorithm>
#include <numeric>

namespace litho {
namespace {

Cell cell(const std::optional<double>& value) {
  return value ? Cell(*value) : Cell();
}

}  // namespace

std::vector<std::string> spectra_columns() {
  return {"file",           "role",    "region", "block",   "format",
          "axis",           "points",  "low_ev", "high_ev", "photon_energy_ev",
          "pass_energy_ev", "dwell_s", "scans",  "unit",    "intensity_sum"};
}

std::vector<Cell> spectra_cells(const SampleSpectrum& spectrum) {
  const SpectrumData& data = spectrum.spectrum.data();
  const auto [low, high] = std::ranges::minmax(data.energy_ev);
  const std::string unit = data.unit == IntensityUnit::counts         ? "counts"
                           : data.unit == IntensityUnit::counts_per_s ? "counts/s"
                                                                      : "";
  return {spectrum.file,
          spectrum.role,
          spectrum.region,
          data.block,
          data.format,
          std::string(data.axis == EnergyAxis::binding ? "binding" : "kinetic"),
          static_cast<std::int64_t>(spectrum.spectrum.points()),
          low,
          high,
          cell(data.photon_energy_ev),
          cell(data.pass_energy_ev),
          cell(data.dwell_s),
          data.scan_count ? Cell(static_cast<std::int64_t>(*data.scan_count)) : Cell(),
          unit,
          std::accumulate(data.intensity.begin(), data.intensity.end(), 0.0)};
}

std::vector<Spectrum> spectra_of(const SampleSpectra& sample) {
  std::vector<Spectrum> spectra;
  for (const SampleSpectrum& spectrum : sample.spectra) {
    SpectrumData data = spectrum.spectrum.data();
    if (data.region.empty()) data.region = spectrum.region;
    if (auto named = Spectrum::make(std::move(data))) spectra.push_back(*std::move(named));
  }
  return spectra;
}

}  // namespace litho
