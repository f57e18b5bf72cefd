#pragma once
#include <optional>
#include <string>
#include <vector>

#include "pipeline/core/result.hpp"

namespace litho {

enum class EnergyAxis { binding, kinetic };
enum class IntensityUnit { counts, counts_per_s };

struct SpectrumData {
  std::string region;  ///< as the file names it: "Cr 2p"
  std::string sample;
  EnergyAxis axis = EnergyAxis::binding;  ///< of `energy_ev`, as stored
  std::vector<double> energy_ev;          ///< strictly monotonic, rising or falling as stored
  std::vector<double> intensity;          ///< sum over all scans, in `unit`; same length as energy_ev
  IntensityUnit unit = IntensityUnit::counts;
  std::vector<std::vector<double>> scans;  ///< single scans where the file stores them, else empty
  std::optional<double> dwell_s;           ///< per point and scan
  std::optional<int> scan_count;
  std::optional<double> photon_energy_ev;
  std::optional<double> pass_energy_ev;
  std::vector<double> transmission;  ///< relative, per point; empty where the file gives none
  std::string acquired;              ///< ISO 8601 as far as the file tells
  std::string format;                ///< reader that opened it
};

/// One region of one sample, immutable; the noise model needs counts, so a reader that finds counts per
/// second keeps the factor (dwell x scans) that restores them.
class Spectrum {
 public:
  /// Errors: spectrum.empty (fewer than 2 points), spectrum.length, spectrum.not_finite,
  /// spectrum.not_monotonic, spectrum.binding (kinetic axis read as binding without a photon energy is
  /// refused by readers, not here).
  static Result<Spectrum> make(SpectrumData data);

  const SpectrumData& data() const { return data_; }
  std::size_t points() const { return data_.energy_ev.size(); }
  /// Intensities in counts. Errors: spectrum.no_counts where unit is counts/s and dwell or scan count is
  /// unknown or not positive.
  Result<std::vector<double>> counts() const;

 private:
  explicit Spectrum(SpectrumData data) : data_(std::move(data)) {}
  SpectrumData data_;
};

}  // namespace litho
