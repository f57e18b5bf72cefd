#pragma once
#include <span>
#include <string>
#include <vector>

#include "pipeline/core/result.hpp"

namespace litho {

// Energies are binding energies in eV and ascend; losses raise the background above each line. Matrices are
// stored column by column: d value i / d parameter k at [k * energies + i].

/// Lines summed, and how they change with the fit's parameters; a background that they raise is fitted with
/// them.
struct Signal {
  std::span<const double> values;    ///< one an energy
  std::span<const double> jacobian;  ///< energies x parameters, any number of them (also none)
};
struct FittedBackground {
  std::vector<double> values;
  std::vector<double> jacobian;  ///< by the signal's parameters first, then by the background's own
};

/// Shirley step fitted with the lines [doi:10.1016/j.elspec.2013.07.006]: B(E) = k int_E0^E signal dE', k in
/// 1/eV; trapezoidal rule. Own parameter: k.
/// Errors: background.length, background.energy, background.parameter (not finite or negative k).
Result<FittedBackground> active_shirley(std::span<const double> energy_ev, const Signal& signal,
                                        double k_per_ev);

/// K(T) = b T / ((c + c_prime T^2)^2 + d T^2) for losses T above gap_ev, per eV.
/// U2: c_prime = 1, d = 0 [doi:10.1016/0038-1098(87)90166-9]; U3: c_prime = -1
/// [doi:10.1002/(SICI)1096-9918(199703)25:3<137::AID-SIA230>3.0.CO;2-L]; U4: c_prime free
/// [doi:10.1002/sia.3746].
struct TougaardLoss {
  double b_ev2 = 0;
  double c_ev2 = 0;
  double c_prime = 1;
  double d_ev2 = 0;
  double gap_ev = 0;  ///< no losses below it; fixed in fits
};
/// The universal cross-section of calibration/data/tougaard.csv.
TougaardLoss universal_loss();

/// Background of multiple losses: B(E) = int_E0^E K(E - E') (signal + B)(E') dE', solved forward by the
/// trapezoidal rule. Own parameters: b, c, c_prime, d. Lines outside the window lose nothing into it.
/// Quadratic in the energies: 500 energies and 15 parameters 5 ms.
/// Errors: background.length, background.energy, background.parameter (b or d negative, c not positive, a
/// pole).
Result<FittedBackground> active_tougaard(std::span<const double> energy_ev, const Signal& signal,
                                         const TougaardLoss& loss);

/// Legendre polynomials P0..Pdegree over [low_ev, high_ev], energies x (degree + 1): the derivatives of a
/// polynomial background by its coefficients, which are nearly uncorrelated. degree 0 to 5.
/// Errors: background.energy, background.parameter.
Result<std::vector<double>> legendre_basis(std::span<const double> energy_ev, double low_ev, double high_ev,
                                           int degree);

/// What a static background was drawn from, for the report (ISO 19830 asks for it).
struct StaticBackground {
  std::vector<double> values;
  double low_level = 0, high_level = 0;  ///< means of the end points
  int iterations = 0;                    ///< 0 for the line
  double b_ev2 = 0;                      ///< of a Tougaard background
};
/// Straight line through the means of the first and of the last `end_points` points.
/// Errors: background.length, background.energy, background.end_points.
Result<StaticBackground> linear_background(std::span<const double> energy_ev,
                                           std::span<const double> intensity, int end_points);
/// Iterated Shirley background [doi:10.1103/PhysRevB.5.4709] between the means of `end_points` points at
/// either end, until no point moves by more than 1e-10 of the step. The same input gives the same bits.
/// Errors: those of linear_background; background.no_signal (nothing above the background to integrate),
/// background.not_converged (200 iterations).
Result<StaticBackground> shirley_background(std::span<const double> energy_ev,
                                            std::span<const double> intensity, int end_points);
/// Losses of the intensity itself above the mean of its first `end_points` points, as Tougaard draws them and
/// CasaXPS does [doi:10.1002/sia.740110902]: B(E) = low + int K(E - E') (intensity - low)(E') dE'. b_ev2 = 0
/// asks for the b that leads the background through the mean of the last `end_points` points.
/// Errors: those of linear_background; background.parameter; background.no_signal (no b does that).
Result<StaticBackground> tougaard_background(std::span<const double> energy_ev,
                                             std::span<const double> intensity, int end_points,
                                             const TougaardLoss& loss);

}  // namespace litho
