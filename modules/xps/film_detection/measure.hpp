#pragma once
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "modules/xps/film_detection/kernel.hpp"

namespace litho {

/// One region as the tests need it: binding energies ascending, counts, and what makes two of them
/// comparable.
struct RegionCounts {
  std::vector<double> energy_ev, counts;
  double seconds = 1;  ///< per channel over all sweeps
  bool seconds_known = true;
  bool counts_from_scatter = false;  ///< the file gives no counts; these make the scatter a Poisson one
  std::optional<double> dwell_s;     ///< of one sweep
  std::optional<int> sweeps;
  std::optional<double> pass_energy_ev, photon_energy_ev;
  std::vector<double> transmission;  ///< ascending like the energies; may be empty
  std::string source;                ///< for messages
};

/// Regions of one sample; those of the bare film where there are any.
struct FilmSpectra {
  std::optional<RegionCounts> plated_cr2p, plated_li1s, plated_c1s;
  std::optional<RegionCounts> bare_cr2p, bare_li1s, bare_c1s;
  std::string reference;  ///< name of the bare film
};

struct MeasureOptions {
  double alpha = 0.01;
  double hydrocarbon_ev = 284.8;
};

/// Areas of thick films against each other, and how well that is known.
struct LineRatio {
  double value = 0;
  double ln_u = 0;  ///< standard deviation of its logarithm
};
/// Li 1s of thick lithium over Cr 2p of a thick film, metal and oxide by its share: sensitivity x atom
/// density x attenuation length. The uncertainty holds transmission, what lies on either surface, and the
/// lithium compound.
LineRatio thick_lithium_over_chromium(double oxide_share);

/// Lengths over which lithium attenuates the three lines, nm (calibration/xps/attenuation.hpp).
struct LithiumLengths {
  double cr2p_nm = 0, cr3p_nm = 0, li1s_nm = 0;
};
const LithiumLengths& lithium_lengths();

struct FilmMeasurement {
  std::optional<CrTemplate> film;  ///< what was looked for
  std::optional<Detection> cr2p;   ///< ratio to the bare film, or counts x eV where there is none
  std::optional<LiWindow> li;
  bool with_reference = false;
  /// Standard deviation of the ratio, relative, from shapes and backgrounds that differ between the two
  /// films.
  double cr2p_shape_u = 0, cr3p_shape_u = 0;
  Cr2pOptions cr2p_options;  ///< how chromium was looked for; `scale` is that against the reference
  /// Per second, counts x eV/s.
  double cr2p_area_per_amplitude = 1, li1s_area_per_amplitude = 1;
  /// Li 1s area (counts x eV/s) that thick lithium would give, from the bare film's Cr 2p; empty without.
  std::optional<double> thick_lithium_area;
  std::optional<double> charge_shift_ev;
  std::string charge_reference;
  std::vector<std::pair<std::string, std::string>> flags;  ///< code and sentence
};

/// Looks for Cr 2p alone: `li` stays empty. Errors: film.missing (no plated Cr 2p), those of the test.
Result<FilmMeasurement> measure_chromium(const FilmSpectra& spectra, const MeasureOptions& options);

/// Looks for Cr 2p and Li 1s in the plated spectra. Errors: film.missing (no plated Cr 2p or no plated Li 1s
/// region), those of the tests.
Result<FilmMeasurement> measure_film(const FilmSpectra& spectra, const MeasureOptions& options);

}  // namespace litho
