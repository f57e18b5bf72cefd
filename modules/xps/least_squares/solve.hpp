#pragma once
#include <vector>

#include "modules/xps/least_squares/objective.hpp"

namespace litho {

struct FirstSteps {
  double trust_radius;  ///< the smaller, the shorter
  /// All parameters damped alike (Levenberg), in units of their pull at the start, rather than each by its
  /// present pull (Marquardt), which lets a parameter run away once it has lost its effect.
  bool even;
};

/// Moves `x` (inside the bounds, where the objective is defined) to a minimum; returns the iterations taken.
/// The only file that includes Ceres: it aborts on misuse, so all input has been checked.
int minimise(const Objective& objective, const std::vector<double>& lowest,
             const std::vector<double>& highest, int most_iterations, const FirstSteps& first_steps,
             std::vector<double>& x);

}  // namespace litho
