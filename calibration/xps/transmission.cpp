#include "calibration/xps/transmission.hpp"

#include <algorithm>
#include <cmath>

#include "pipeline/core/number.hpp"

namespace litho {
namespace {

Error out_of_range(const std::string& where, double kinetic_ev) {
  return {"transmission.range", where,
          "there is no positive transmission at a kinetic energy of " + format_double(kinetic_ev) + " eV",
          ""};
}

Result<double> checked(double value, double kinetic_ev) {
  if (!(value > 0 && std::isfinite(value))) return out_of_range("", kinetic_ev);
  return value;
}

}  // namespace

Result<double> transmission_of_file(const Spectrum& spectrum, double kinetic_ev) {
  const SpectrumData& data = spectrum.data();
  if (data.transmission.empty())
    return Error{"transmission.unknown", data.region, "the file carries no transmission curve",
                 "state the instrument's transmission, or compare lines of one kinetic energy only"};
  double energy = kinetic_ev;
  if (data.axis == EnergyAxis::binding) {
    if (!data.photon_energy_ev)
      return Error{"spectrum.no_photon_energy", data.region,
                   "energies are binding energies and the file does not tell the photon energy",
                   "state the photon energy in eV"};
    energy = *data.photon_energy_ev - kinetic_ev;
  }
  const auto& axis = data.energy_ev;
  const bool rising = axis.front() < axis.back();
  const double low = rising ? axis.front() : axis.back(), high = rising ? axis.back() : axis.front();
  if (!(energy >= low && energy <= high)) return out_of_range(data.region, kinetic_ev);
  const auto after =
      std::find_if(axis.begin(), axis.end(), [&](double e) { return rising ? e >= energy : e <= energy; });
  const auto i = static_cast<std::size_t>(after - axis.begin());
  if (i == 0) return checked(data.transmission[0], kinetic_ev);
  const double share = (energy - axis[i - 1]) / (axis[i] - axis[i - 1]);
  return checked((1 - share) * data.transmission[i - 1] + share * data.transmission[i], kinetic_ev);
}

Result<double> transmission_polynomial(std::span<const double> coefficients, TransmissionScale scale,
                                       double kinetic_ev) {
  if (coefficients.empty())
    return Error{"transmission.unknown", "", "the transmission polynomial has no coefficients", ""};
  if (!(kinetic_ev > 0)) return out_of_range("", kinetic_ev);
  const double x = scale == TransmissionScale::linear ? kinetic_ev : std::log10(kinetic_ev);
  double sum = 0;
  for (std::size_t k = coefficients.size(); k-- > 0;) sum = sum * x + coefficients[k];
  return checked(scale == TransmissionScale::linear ? sum : std::pow(10.0, sum), kinetic_ev);
}

Result<double> transmission_power_law(double kinetic_ev, std::optional<double> pass_energy_ev,
                                      std::optional<double> exponent) {
  if (!pass_energy_ev || !exponent)
    return Error{"transmission.unknown", "",
                 std::string("the ") + (pass_energy_ev ? "exponent of the transmission" : "pass energy") +
                     " is not known",
                 "state it, or compare lines of one kinetic energy only"};
  if (!(kinetic_ev > 0 && *pass_energy_ev > 0)) return out_of_range("", kinetic_ev);
  return checked(std::pow(kinetic_ev / *pass_energy_ev, -*exponent), kinetic_ev);
}

}  // namespace litho
