#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "modules/xps/film_detection/measure.hpp"
#include "pipeline/core/measured.hpp"
#include "pipeline/core/table.hpp"

namespace litho {

struct PlanOptions {
  double alpha = 0.01;
  double largest_open_fraction = 0.02;  ///< the limit of the chromium ratio to reach
  double hydrocarbon_ev = 284.8;
};

/// Sweeps that a covered film's Cr 2p needs for a limit small enough. Sweeps are those of the plated spectrum
/// where there is one, else of the bare film's, and so are background level, scatter and dwell.
struct SweepPlan {
  std::optional<int> sweeps_measured;
  std::optional<double> dwell_s;
  /// Of the plated spectrum as measured; without one, what the bare film's sweeps would reach.
  double limit_now = kNotMeasured;
  /// Exposures against the measured one; a whole number of sweeps where these are known, else of such files.
  /// Empty where not even 100 000 sweeps are enough.
  std::optional<double> times_needed;
  std::optional<std::int64_t> sweeps_needed;  ///< where sweeps are known
  double limit_then = kNotMeasured;           ///< that nine of ten such measurements stay below, at these
  std::string message;
};

/// The smallest number of sweeps (to 1 %) at which nine of ten measurements of a covered film have a Cr 2p
/// limit of at most the fraction: limits of the detection itself, on the fitted background with noise drawn
/// once for all numbers of sweeps. About 0.5 s. Errors: plan.no_reference (no Cr 2p of a bare film),
/// those of references that cannot be compared (coverage.pass_energy, ...) and of measure_chromium.
Result<SweepPlan> plan_sweeps(const FilmSpectra& spectra, const PlanOptions& options);

/// Columns of the table behind the sample's name, and one row of cells.
const std::vector<std::string>& sweep_plan_columns();
std::vector<Cell> sweep_plan_cells(const SweepPlan& plan, const PlanOptions& options);

}  // namespace litho
