#pragma once
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "modules/xps/cr_template/kernel.hpp"
#include "modules/xps/line_detection/kernel.hpp"
#include "pipeline/core/result.hpp"

namespace litho {

/// Smooth departures that a background may have from its cubic: Gaussians exp(-(x/length)^2) at every two
/// thirds of a length, the series of a Gaussian process of that correlation length and unit standard
/// deviation.
std::vector<double> smooth_departures(std::span<const double> energy_ev, double length_ev);
/// Lengths for the two windows: beside a line as broad as Li 1s, shorter departures could not be told from
/// it.
inline constexpr double kCr2pDepartureEv = 4.5, kLi1sDepartureEv = 6;
/// Scale that departures typically have, share of the background.
inline constexpr double kTypicalDeparture = 0.003;

struct Cr2pOptions {
  double centre_shift_ev = 0;  ///< of the plated spectrum against the template
  double shift_range_ev = 0.8;
  double shift_u_ev = 0;  ///< standard uncertainty of the centre; 0 where all of the range is as likely
  double charge_shift_ev =
      0;             ///< measured minus true energies of the plated spectrum, for other elements' lines
  double scale = 1;  ///< from the template's counts a channel to the spectrum's
  double alpha = 0.01;
  std::optional<double> dispersion = {};
};

struct Cr2pDetection {
  Detection line;
  std::string overlap;  ///< "Ge LMM" where another element's line had to be allowed for
};

/// Test of Cr 2p on a cubic, the step of the line itself, and smooth departures. Lines of Ge, Cu, Zn, Te and
/// Ag that are found beside weak chromium (p < 1e-4, over a tenth of its area) join the background, so that
/// Cr 2p1/2 or a stranger's line is no witness. Energies are binding energies and ascend. Errors: those of
/// detect_line; film.window (the region does not hold Cr 2p).
Result<Cr2pDetection> detect_cr2p(std::span<const double> energy_ev, std::span<const double> counts,
                                  const CrTemplate& film, const Cr2pOptions& options);

/// Position of the C 1s hydrocarbon line: the lowest of up to four components at fixed distances (C-C, C-O,
/// C=O, carbonate) that fit best. Errors: film.window; film.no_line (C 1s does not stand out).
struct LinePosition {
  double energy_ev = 0;
  double u_ev = 0;  ///< standard deviation, counting only
};
Result<LinePosition> c1s_position(std::span<const double> energy_ev, std::span<const double> counts);

/// The lithium window of a bare film, for the same window of the plated one: its counts hold Cr 3p with its
/// loss tail as the instrument shows them.
struct BareWindow {
  std::vector<double> energy_ev, counts;
};

struct LiWindowOptions {
  double charge_shift_ev = 0;     ///< measured minus true energies of the plated spectrum
  double charge_range_ev = 0.8;   ///< and how far it may be off
  double shift_from_bare_ev = 0;  ///< plated against bare window
  double scale = 1;               ///< from the bare window's counts a channel to the plated one's
  double alpha = 0.01;
};

/// What the lithium window holds. Amplitudes of Li 1s are areas in counts x eV; those of Cr 3p are ratios to
/// the bare film.
struct LiWindow {
  Detection li1s;
  std::optional<Detection> cr3p;  ///< where the bare window was given and both hold Cr 3p
  std::string overlap = {};       ///< "Fe 3p" where another element's line had to be allowed for
};

/// Test of Li 1s (53.2 to 57.2 eV, 1.2 to 2.4 eV wide: metal, oxide, hydroxide, carbonate, fluoride) on a
/// cubic, smooth departures and Cr 3p with its tail: the bare window itself where given, else the model's
/// line at 42.6 eV and its step. Lines of Fe, Mg and Ge that are found beside it join the background. Then of
/// Cr 3p, given Li 1s. Errors: those of detect_line; film.window.
Result<LiWindow> detect_li1s(std::span<const double> energy_ev, std::span<const double> counts,
                             const BareWindow* bare, const LiWindowOptions& options);

}  // namespace litho
