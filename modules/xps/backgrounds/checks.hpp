#pragma once
#include <cmath>
#include <span>
#include <string>

#include "modules/xps/backgrounds/kernel.hpp"
#include "pipeline/core/result.hpp"

namespace litho {

inline Status check_energies(std::span<const double> energy_ev) {
  if (energy_ev.size() < 2) return Error{"background.length", "", "a background needs at least 2 points", ""};
  for (std::size_t i = 0; i < energy_ev.size(); ++i)
    if (!std::isfinite(energy_ev[i]) || (i > 0 && !(energy_ev[i] > energy_ev[i - 1])))
      return Error{"background.energy", "point " + std::to_string(i + 1),
                   "energies must be finite and ascend", "sort the spectrum by binding energy"};
  return {};
}

/// background.parameter where the loss function is none.
Status check_loss(const TougaardLoss& loss);

}  // namespace litho
