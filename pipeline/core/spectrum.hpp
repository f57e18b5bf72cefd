#pragma once
#include <optional>
#include <string>
#include <vector>

#include "pipeline/core/result.hpp"

namespace litho {

enum class EnergyAxis { binding, kinetic };
/// `unknown` where the file does not tell: never guessed, and without counts.
enum class IntensityUnit { counts, counts_per_s, unknown };

/// What was varied between the spectra of one file: etch time, cycle, position.
struct SpectrumVariable {
  std::string label;
  std::string unit;
  double value = 0;
};

struct SpectrumData {
  std::string region;  ///< as the file names it: "Cr 2p"
  std::string sample;
  std::string block;                      ///< the file's name or number of this part of it, where it has one
  EnergyAxis axis = EnergyAxis::binding;  ///< of `energy_ev`, as stored
  std::vector<double> energy_ev;          ///< strictly monotonic, rising or falling as stored
  std::vector<double> intensity;          ///< sum over all scans, in `unit`; same length as energy_ev
  IntensityUnit unit = IntensityUnit::counts;
  std::vector<std::vector<double>> scans;  ///< single scans where the file stores them, else empty
  std::optional<double> dwell_s;           ///< per point and scan
  std::optional<int> scan_count;
  std::optional<double> total_s;  ///< per point over all scans, where the file tells only their product
  std::optional<double> photon_energy_ev;
  std::optional<double> pass_energy_ev;
  std::vector<double> transmission;        ///< relative, per point; empty where the file gives none
  std::optional<double> work_function_ev;  ///< as stored; energies hold it already, it is never applied again
  std::vector<SpectrumVariable> variables;
  std::string technique;      ///< "XPS", "AES dir", as stored
  std::string analyser_mode;  ///< "FAT", as stored
  std::string instrument;
  std::string acquired;  ///< ISO 8601 as far as the file tells
  std::string format;    ///< reader that opened it
  std::string
      comments;  ///< free text of the file, lines ended by LF (fits and calibrations of other programs)
  std::vector<std::string> notes;  ///< what the reader left out or could not tell, one sentence each
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
  /// Time spent on each point over all scans: dwell x scans, or total_s. Nothing where unknown or not
  /// positive.
  std::optional<double> seconds_per_point() const;
  /// Intensities in counts. Errors: spectrum.no_counts where the unit is unknown, or counts/s while the
  /// seconds per point are.
  Result<std::vector<double>> counts() const;
  /// Binding energies in stored order: photon energy - kinetic energy, no work function. Errors:
  /// spectrum.no_photon_energy where the axis is kinetic and the photon energy unknown.
  Result<std::vector<double>> binding_ev() const;

 private:
  explicit Spectrum(SpectrumData data) : data_(std::move(data)) {}
  SpectrumData data_;
};

}  // namespace litho
