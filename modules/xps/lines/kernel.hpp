#pragma once
#include <optional>
#include <span>
#include <string_view>

#include "pipeline/core/result.hpp"

namespace litho {

/// Energies are binding energies in eV, so the inelastic and electron-hole tails point to higher energy.
enum class LineShape {
  gaussian,      ///< area, centre_ev, fwhm_ev
  lorentzian,    ///< area, centre_ev, fwhm_ev
  voigt,         ///< area, centre_ev, gaussian_fwhm_ev, lorentzian_fwhm_ev (may be 0); exact
  pseudo_voigt,  ///< area, centre_ev, fwhm_ev, lorentzian_fraction (of the area)
  gl_sum,        ///< area, centre_ev, fwhm_ev, mixing (Lorentzian share of the height); CasaXPS SGL(100 m)
  gl_product,    ///< area, centre_ev, fwhm_ev, mixing (to 0.99: at 1 the area's slope is infinite);
                 ///< CasaXPS GL(100 m); the true FWHM is up to 4 % smaller
  exponential_tail,  ///< area, centre_ev, gaussian_fwhm_ev, tail_ev: Gaussian convolved with a decay
  la,                ///< height, centre_ev, lorentzian_fwhm_ev, alpha, beta, gaussian_fwhm_ev (may be 0)
  lf,                ///< as la, then damping_ev
  casaxps_lf,        ///< area, centre_ev, lorentzian_fwhm_ev, alpha, beta, damping_ev, box_ev, convolutions
                     ///< (whole): lf convolved that many times with a box; CasaXPS LF(alpha, beta, w, n, m)
  doniach_sunjic,    ///< height, centre_ev, lorentzian_fwhm_ev, asymmetry, gaussian_fwhm_ev (may be 0)
};

struct LineParameter {
  std::string_view name;
  double lowest, highest;  ///< allowed range, both ends allowed
};

inline constexpr int kMostLineParameters = 8;
/// Widths allowed by the kernels; a Gaussian to convolve with is 0 (none) or at least this wide.
inline constexpr double kNarrowestWidthEv = 0.02;

/// The first is the amplitude, in which every shape is linear: an area over all energies (intensity x eV), or
/// for la, lf and doniach_sunjic, whose tails can hold an infinite area, the height at the centre before the
/// convolution. The second is the centre.
std::span<const LineParameter> line_parameters(LineShape shape);

/// values[i] at energy_ev[i], and unless `jacobian` is empty d values[i] / d parameter k at
/// jacobian[k * energies + i]. Energies ascend. With derivatives 0.01 us (gaussian) to 0.2 us a point,
/// convolved shapes 1.3 us. Errors: line.parameter_count, line.parameter_range, line.length, line.energy.
Status evaluate_line(LineShape shape, std::span<const double> parameters, std::span<const double> energy_ev,
                     std::span<double> values, std::span<double> jacobian = {});

/// What can be said of a line inside the window [low_ev, high_ev].
struct LineFigures {
  double maximum_ev = 0;          ///< where the line is highest; differs from centre_ev in skewed shapes
  double height = 0;              ///< there
  std::optional<double> fwhm_ev;  ///< empty where the line does not fall to half inside the window
  double area = 0;                ///< inside the window only
};
/// For a positive amplitude and a maximum inside the window. Areas to about 1e-9 of the whole for widths over
/// 1/200 of the window.
/// Errors: those of evaluate_line; line.window; line.amplitude (not positive).
Result<LineFigures> line_figures(LineShape shape, std::span<const double> parameters, double low_ev,
                                 double high_ev);

}  // namespace litho
