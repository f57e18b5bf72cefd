#pragma once
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "modules/xps/region_model/kernel.hpp"
#include "pipeline/core/measured.hpp"
#include "pipeline/core/rng.hpp"

namespace litho {

/// One region as measured: binding energies that ascend (eV), counts that are not negative.
struct RegionData {
  std::vector<double> energy_ev, counts;
  double dispersion = 1;  ///< variance over mean, estimated independently of the fit
};
/// The part of a spectrum inside a region's window, sorted by binding energy. Errors: region.window (fewer
/// than 10 points inside).
Result<RegionData> cut_region(const PeakRegion& region, const std::vector<double>& binding_ev,
                              const std::vector<double>& counts);

enum class IntervalKind { covariance, profile, bootstrap };
struct RegionFitOptions {
  IntervalKind interval = IntervalKind::profile;
  int bootstrap_draws = 400;
  int starts = 12;  ///< starting points tried where the first one does not lead to a good fit
  /// Names streams; needed for the bootstrap alone.
  std::function<RandomStream(const std::string&)> random{};
};

/// A figure with its standard uncertainty and 95 % interval; NaN where not determined.
struct Estimate {
  double value = kNotMeasured, u = kNotMeasured, lo = kNotMeasured, hi = kNotMeasured;
};

struct ComponentFit {
  std::string name;
  Estimate position_ev;  ///< the component's position: of a doublet or multiplet, of its first line
  Estimate fwhm_ev;      ///< of one line, Gaussian included
  Estimate area;         ///< all lines together, counts x eV; inside the window for shapes given by height
  bool area_in_window = false;
  double fraction = kNotMeasured;  ///< of the areas of all components
  bool at_bound = false;           ///< one of its fitted parameters ends on a bound
  std::vector<double> curve;       ///< counts, without background
};
struct FittedModelParameter {
  std::string name;
  double value = 0, u = kNotMeasured;
  bool fitted = false, at_bound = false, poorly_determined = false;
};
struct CorrelatedPair {
  std::string first, second;
  double coefficient;
};
/// How one of the declared models fared.
struct ModelScore {
  std::string name;
  bool converged = false;
  double deviance = 0;  ///< of counts, as it is
  int parameters = 0;   ///< fitted
  double aicc = 0, bic = 0;
  double weight = 0;  ///< of the chosen criterion among all models
};

struct RegionFit {
  std::string model;               ///< chosen one
  std::vector<ModelScore> scores;  ///< in the order declared
  std::vector<ComponentFit> components;
  std::vector<FittedModelParameter> parameters;
  std::vector<CorrelatedPair> high_correlations;  ///< |coefficient| over 0.95
  std::vector<double> background, envelope, residual_sigma;
  bool converged = false;
  double deviance = 0, pearson = 0;  ///< over the dispersion; pearson is chi-square with the fit's variances
  int degrees_of_freedom = 0;
  double misfit_sigma = 0;  ///< pearson less its mean, over its standard deviation were the model true
  double dispersion = 1;
  double low_ev = 0, high_ev = 0;        ///< window
  double low_level = 0, high_level = 0;  ///< background at its ends, counts (ISO 19830 asks for them)
};

/// Fits every declared model by maximum likelihood of the counts and reports the one that the region's
/// criterion prefers. Standard uncertainties are those of the Fisher information times the dispersion, never
/// rescaled by the misfit; where models compete, the spread between them enters with their weights. One
/// thread; the same input gives the same bits.
/// Errors: fit.too_few_observations, fit.observed, fit.start (no model is defined at its start), and those of
/// static backgrounds.
Result<RegionFit> fit_region(const PeakRegion& region, const RegionData& data,
                             const RegionFitOptions& options);

}  // namespace litho
