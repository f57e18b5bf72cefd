#pragma once
#include <span>
#include <vector>

#include "modules/xps/region_model/kernel.hpp"

namespace litho {

/// All parameters of a model for given fitted ones, with their derivatives by these.
struct ParameterState {
  struct Slope {
    std::size_t fitted;
    double value;
  };
  std::vector<double> values;              ///< one a parameter
  std::vector<std::vector<Slope>> slopes;  ///< none for held ones
};
ParameterState resolve(const RegionModel& model, std::span<const double> fitted);

/// A model over given binding energies (ascending, finite, at least 3). Keeps room between calls: one a
/// thread. Matrices are stored column by column over the fitted parameters.
class RegionCurves {
 public:
  /// `fixed_background` is drawn beforehand; empty where the model has none.
  RegionCurves(const RegionModel& model, std::vector<double> energy_ev, std::vector<double> fixed_background);

  const RegionModel& model() const { return model_; }
  const std::vector<double>& energy_ev() const { return energy_ev_; }
  const std::vector<double>& fixed_background() const { return fixed_background_; }

  /// Sum of components and backgrounds. False where a shape is not defined. `jacobian` may be empty.
  bool envelope(std::span<const double> fitted, std::span<double> values, std::span<double> jacobian);
  /// One component alone, without background.
  bool component(std::size_t index, std::span<const double> fitted, std::span<double> values,
                 std::span<double> jacobian);
  /// Area of a component: its parameter, or for shapes given by height the trapezoidal integral over the
  /// energies, with its derivatives.
  bool area(std::size_t index, std::span<const double> fitted, double& value, std::span<double> slopes);

 private:
  bool add_component(const ModelComponent& component, const ParameterState& state, std::span<double> values,
                     std::span<double> jacobian);

  bool add_step(const ParameterState& state, std::span<double> values, std::span<double> jacobian);
  bool add_losses(const ParameterState& state, std::span<double> values, std::span<double> jacobian);

  const RegionModel& model_;
  std::vector<bool> raises_;
  std::vector<double> energy_ev_, fixed_background_, polynomial_;
  std::vector<double> line_values_, line_jacobian_, signal_, signal_jacobian_;
};

/// The parameters of one line of a component as evaluate_line takes them: line `multiplet` of the multiplet,
/// the doublet's first or second.
std::vector<double> line_parameters_of(const ModelComponent& component, const std::vector<double>& values,
                                       std::size_t multiplet, bool second);

}  // namespace litho
