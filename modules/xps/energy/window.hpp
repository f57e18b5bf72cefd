#pragma once
#include <vector>

#include "modules/xps/energy/kernel.hpp"

namespace litho {

/// A part of a spectrum, ascending binding energy.
struct EnergyWindow {
  std::vector<double> energy_ev, counts;
  std::size_t size() const { return energy_ev.size(); }
};
/// Errors: energy.length; energy.no_region where fewer than `fewest` points lie inside.
Result<EnergyWindow> window_of(const EnergySpectrum& spectrum, double lowest_ev, double highest_ev,
                               std::size_t fewest);

}  // namespace litho
