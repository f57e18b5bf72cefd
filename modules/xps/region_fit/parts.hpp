#pragma once
#include <memory>
#include <vector>

#include "modules/xps/region_fit/kernel.hpp"
#include "modules/xps/region_fit/scoring.hpp"

namespace litho {

/// One of the declared models over the data, and where its search ended.
struct FittedModel {
  const RegionModel* model = nullptr;
  std::shared_ptr<RegionCurves> curves;
  Scored scored;
  Eigen::MatrixXd covariance;  ///< with the noise of a static background
};

/// Searches from the declared start and, where that leads to no good fit, from others spread evenly over the
/// bounds.
Result<FittedModel> fit_model(const RegionModel& model, const RegionData& data, int starts);
/// Searches again from where another model of the region ended, as far as they share parameters; a model that
/// holds the other one must not fit worse.
bool improve_from(FittedModel& fitted, const FittedModel& other, const RegionData& data);
/// As fit_model from a known good place, for data drawn anew.
bool refit(const FittedModel& before, const RegionData& data, FittedModel& result);

/// deviance over dispersion, without priors
double plain_deviance(const std::vector<double>& counts, const std::vector<double>& mean, double dispersion);
ModelScore score_of(const FittedModel& fitted, const RegionData& data);
/// Weights of the models by the criterion; non-converged ones count only if none converged. Returns the best.
std::size_t weigh(std::vector<ModelScore>& scores, Criterion criterion);

/// A figure as a function of the fitted parameters, with its slopes.
struct Figure {
  double value = kNotMeasured;
  std::vector<double> slopes;
};
enum class FigureKind { position, fwhm, area };
Figure figure_of(const FittedModel& fitted, std::size_t component, FigureKind kind);

/// 95 % ends of fitted parameter `j` by profile likelihood; a side that meets a bound first ends there.
struct Ends {
  double lo = kNotMeasured, hi = kNotMeasured;
};
Ends profile_ends(const FittedModel& fitted, const RegionData& data, std::size_t j);

/// Width at half height of a line; exact for closed shapes whose parameter it is.
double line_width_ev(LineShape shape, const std::vector<double>& line);

}  // namespace litho
