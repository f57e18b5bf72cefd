#pragma once
#include <optional>
#include <span>

#include "pipeline/core/result.hpp"
#include "pipeline/core/spectrum.hpp"

namespace litho {

// Relative transmission of the analyser: an intensity divided by it is free of the analyser. Only ratios
// between kinetic energies of one file mean anything.

/// The curve the file carries, linear between its points. Vendors differ in whether theirs is to be divided
/// by; it is taken as a transmission. Errors: transmission.unknown (the file carries none),
/// transmission.range (outside the curve, or not positive there), and those of kinetic energies.
Result<double> transmission_of_file(const Spectrum& spectrum, double kinetic_ev);

enum class TransmissionScale { linear, log10 };
/// sum c_k x^k with x = kinetic_ev, or 10^(sum c_k x^k) with x = log10(kinetic_ev). Errors:
/// transmission.unknown (no coefficients), transmission.range (not positive or not finite).
Result<double> transmission_polynomial(std::span<const double> coefficients, TransmissionScale scale,
                                       double kinetic_ev);

/// (kinetic / pass energy)^-exponent, with the exponent measured for the instrument and lens mode. Errors:
/// transmission.unknown where pass energy or exponent is: no value is assumed for either. transmission.range.
Result<double> transmission_power_law(double kinetic_ev, std::optional<double> pass_energy_ev,
                                      std::optional<double> exponent);

}  // namespace litho
