#include "modules/xps/region_model/curves.hpp"

#include <algorithm>

#include "modules/xps/backgrounds/kernel.hpp"

namespace litho {
namespace {

/// Index of the width that a doublet's broadening acts on, as in xps/doublet.
std::size_t broadened(LineShape shape) {
  return shape == LineShape::voigt ? 3 : 2;
}

/// How a component's amplitude is shared out to one of its lines, and what that does by the doublet's ratio
/// and broadening.
struct Share {
  double value, by_ratio = 0, by_broadening = 0;
};
Share share_of(const ModelComponent& component, const std::vector<double>& p, double part, bool second) {
  if (!component.doublet) return {part};
  const double ratio = p[component.doublet->area_ratio], broadening = p[component.doublet->broadening];
  if (component.amplitude_is_height())
    return second ? Share{part * ratio / broadening, part / broadening,
                          -part * ratio / (broadening * broadening)}
                  : Share{part};
  const double total = 1 + ratio;
  return second ? Share{part * ratio / total, part / (total * total)}
                : Share{part / total, -part / (total * total)};
}

/// Shares of a multiplet's lines, as the parameters have them, and the sum they were taken over.
struct Shares {
  std::vector<double> value;
  double sum = 0;
};
Shares shares_of(const ModelComponent& component, const std::vector<double>& p) {
  Shares shares;
  for (const MultipletPart& line : component.multiplet) {
    shares.value.push_back(line.share_parameter ? p[*line.share_parameter] : line.share);
    shares.sum += shares.value.back();
  }
  for (double& value : shares.value) value /= shares.sum;
  return shares;
}

}  // namespace

std::vector<std::size_t> ModelComponent::parameters() const {
  auto all = line;
  if (doublet) all.insert(all.end(), {doublet->splitting, doublet->area_ratio, doublet->broadening});
  for (const MultipletPart& part : multiplet)
    if (part.share_parameter) all.push_back(*part.share_parameter);
  return all;
}

ParameterState resolve(const RegionModel& model, std::span<const double> fitted) {
  ParameterState state;
  const std::size_t count = model.parameters.size();
  state.values.resize(count);
  state.slopes.resize(count);
  for (std::size_t k = 0; k < count; ++k) state.values[k] = model.parameters[k].start;
  for (std::size_t j = 0; j < model.fitted.size(); ++j) {
    state.values[model.fitted[j]] = fitted[j];
    state.slopes[model.fitted[j]] = {{j, 1.0}};
  }
  std::vector<double> inputs, slopes;
  for (const std::size_t k : model.order) {
    const ModelParameter& p = model.parameters[k];
    inputs.clear();
    for (const std::size_t i : p.tie_inputs) inputs.push_back(state.values[i]);
    slopes.assign(inputs.size(), 0);
    state.values[k] = p.tie->evaluate(inputs, slopes);
    for (std::size_t i = 0; i < inputs.size(); ++i)
      for (const auto& slope : state.slopes[p.tie_inputs[i]])
        state.slopes[k].push_back({slope.fitted, slopes[i] * slope.value});
  }
  return state;
}

std::vector<double> line_parameters_of(const ModelComponent& component, const std::vector<double>& values,
                                       std::size_t multiplet, bool second) {
  std::vector<double> line;
  for (const std::size_t k : component.line) line.push_back(values[k]);
  line[0] *= share_of(component, values, shares_of(component, values).value[multiplet], second).value;
  line[1] += component.multiplet[multiplet].offset_ev;
  if (component.doublet && second) {
    line[1] += values[component.doublet->splitting];
    line[broadened(component.shape)] *= values[component.doublet->broadening];
  }
  return line;
}

RegionCurves::RegionCurves(const RegionModel& model, std::vector<double> energy_ev,
                           std::vector<double> fixed_background)
    : model_(model), energy_ev_(std::move(energy_ev)), fixed_background_(std::move(fixed_background)) {
  const std::size_t n = energy_ev_.size(), m = model.fitted.size();
  line_values_.resize(n);
  line_jacobian_.resize(n * kMostLineParameters);
  signal_.resize(n);
  signal_jacobian_.resize(n * m);
  // Which fitted parameters move the components, and with them an active background.
  raises_.assign(m, false);
  std::vector<double> start;
  for (const std::size_t k : model.fitted) start.push_back(model.parameters[k].start);
  const auto state = resolve(model, start);
  for (const ModelComponent& component : model.components) {
    for (const std::size_t parameter : component.parameters())
      for (const auto& slope : state.slopes[parameter]) raises_[slope.fitted] = true;
  }
  if (model.background.polynomial_degree >= 0)
    if (auto basis = legendre_basis(energy_ev_, energy_ev_.front(), energy_ev_.back(),
                                    model.background.polynomial_degree))
      polynomial_ = *std::move(basis);
}

bool RegionCurves::add_component(const ModelComponent& component, const ParameterState& state,
                                 std::span<double> values, std::span<double> jacobian) {
  const std::size_t n = energy_ev_.size(), width = broadened(component.shape), count = component.line.size();
  const bool wanted = !jacobian.empty();
  const auto line_jacobian = std::span<double>(line_jacobian_).first(wanted ? n * count : 0);
  const auto add = [&](std::size_t parameter, const double* column, double factor) {
    for (const auto& slope : state.slopes[parameter]) {
      const double by = factor * slope.value;
      double* const to = jacobian.data() + slope.fitted * n;
      for (std::size_t i = 0; i < n; ++i) to[i] += by * column[i];
    }
  };
  const Shares shares = shares_of(component, state.values);
  if (!(shares.sum > 0)) return false;
  for (std::size_t part = 0; part < component.multiplet.size(); ++part)
    for (const bool second : {false, true}) {
      if (second && !component.doublet) continue;
      const auto line = line_parameters_of(component, state.values, part, second);
      if (!evaluate_line(component.shape, line, energy_ev_, line_values_, line_jacobian)) return false;
      for (std::size_t i = 0; i < n; ++i) values[i] += line_values_[i];
      if (!wanted) continue;
      const Share share = share_of(component, state.values, shares.value[part], second);
      const double amplitude = state.values[component.line[0]];
      const double broadening = second ? state.values[component.doublet->broadening] : 1;
      const auto column = [&](std::size_t k) { return line_jacobian.data() + k * n; };
      for (std::size_t k = 0; k < count; ++k)
        add(component.line[k], column(k), k == 0 ? share.value : k == width ? broadening : 1);
      for (std::size_t other = 0; other < component.multiplet.size(); ++other) {
        const auto& parameter = component.multiplet[other].share_parameter;
        if (!parameter) continue;
        const double by_share = ((other == part ? 1 : 0) - shares.value[part]) / shares.sum;
        add(*parameter, column(0), amplitude * by_share * share_of(component, state.values, 1, second).value);
      }
      if (!component.doublet) continue;
      add(component.doublet->area_ratio, column(0), amplitude * share.by_ratio);
      if (!second) continue;
      add(component.doublet->splitting, column(1), 1);
      add(component.doublet->broadening, column(width), state.values[component.line[width]]);
      if (share.by_broadening != 0)
        add(component.doublet->broadening, column(0), amplitude * share.by_broadening);
    }
  return true;
}

bool RegionCurves::component(std::size_t index, std::span<const double> fitted, std::span<double> values,
                             std::span<double> jacobian) {
  std::fill(values.begin(), values.end(), 0.0);
  std::fill(jacobian.begin(), jacobian.end(), 0.0);
  return add_component(model_.components[index], resolve(model_, fitted), values, jacobian);
}

bool RegionCurves::area(std::size_t index, std::span<const double> fitted, double& value,
                        std::span<double> slopes) {
  const ModelComponent& component = model_.components[index];
  std::fill(slopes.begin(), slopes.end(), 0.0);
  const std::size_t n = energy_ev_.size(), m = model_.fitted.size();
  if (!component.amplitude_is_height()) {
    const auto state = resolve(model_, fitted);
    value = state.values[component.line[0]];
    for (const auto& slope : state.slopes[component.line[0]])
      if (!slopes.empty()) slopes[slope.fitted] += slope.value;
    return true;
  }
  std::vector<double> curve(n), jacobian(slopes.empty() ? 0 : n * m);
  if (!this->component(index, fitted, curve, jacobian)) return false;
  const auto integral = [&](const double* y) {
    double sum = 0;
    for (std::size_t i = 1; i < n; ++i) sum += 0.5 * (y[i] + y[i - 1]) * (energy_ev_[i] - energy_ev_[i - 1]);
    return sum;
  };
  value = integral(curve.data());
  for (std::size_t j = 0; j < slopes.size(); ++j) slopes[j] = integral(jacobian.data() + j * n);
  return true;
}

bool RegionCurves::add_step(const ParameterState& state, std::span<double> values,
                            std::span<double> jacobian) {
  const std::size_t n = energy_ev_.size(), m = jacobian.size() / n;
  const double k_per_ev = state.values[*model_.background.step];
  if (!(k_per_ev >= 0)) return false;
  // As active_shirley of xps/backgrounds, in place; two columns at a time, for each sum waits for itself.
  const auto integrate = [&](double* a, double* b) {
    double sum_a = 0, sum_b = 0, last_a = a[0], last_b = b[0];
    for (std::size_t i = 1; i < n; ++i) {
      const double half = 0.5 * (energy_ev_[i] - energy_ev_[i - 1]), here_a = a[i], here_b = b[i];
      sum_a += half * (here_a + last_a), sum_b += half * (here_b + last_b);
      last_a = here_a, last_b = here_b;
      a[i] = here_a + k_per_ev * sum_a, b[i] = here_b + k_per_ev * sum_b;
    }
  };
  line_values_.assign(values.begin(), values.end());
  std::vector<double*> columns{values.data()};
  for (std::size_t j = 0; j < m; ++j)
    if (raises_[j]) columns.push_back(jacobian.data() + j * n);
  if (columns.size() % 2 == 1) columns.push_back(line_jacobian_.data());  // anything
  for (std::size_t c = 0; c < columns.size(); c += 2) integrate(columns[c], columns[c + 1]);
  for (const auto& slope : state.slopes[*model_.background.step]) {
    if (m == 0) break;
    double* const column = jacobian.data() + slope.fitted * n;
    double sum = 0;
    for (std::size_t i = 1; i < n; ++i) {
      sum += 0.5 * (energy_ev_[i] - energy_ev_[i - 1]) * (line_values_[i] + line_values_[i - 1]);
      column[i] += slope.value * sum;
    }
  }
  return true;
}

bool RegionCurves::add_losses(const ParameterState& state, std::span<double> values,
                              std::span<double> jacobian) {
  const std::size_t n = energy_ev_.size(), m = jacobian.size() / n;
  const auto& loss = *model_.background.loss;
  const TougaardLoss shape{state.values[loss.b], state.values[loss.c], state.values[loss.c_prime],
                           state.values[loss.d], loss.gap_ev};
  const Signal signal{signal_, std::span<const double>(signal_jacobian_).first(n * m)};
  const auto raised = active_tougaard(energy_ev_, signal, shape);
  if (!raised) return false;
  for (std::size_t i = 0; i < n; ++i) values[i] += raised->values[i];
  for (std::size_t i = 0; i < n * m; ++i) jacobian[i] += raised->jacobian[i];
  if (m == 0) return true;
  std::size_t column = m;
  for (const std::size_t parameter : {loss.b, loss.c, loss.c_prime, loss.d}) {
    for (const auto& slope : state.slopes[parameter])
      for (std::size_t i = 0; i < n; ++i)
        jacobian[slope.fitted * n + i] += slope.value * raised->jacobian[column * n + i];
    ++column;
  }
  return true;
}

bool RegionCurves::envelope(std::span<const double> fitted, std::span<double> values,
                            std::span<double> jacobian) {
  const std::size_t n = energy_ev_.size();
  const bool wanted = !jacobian.empty();
  const auto state = resolve(model_, fitted);
  std::fill(values.begin(), values.end(), 0.0);
  std::fill(jacobian.begin(), jacobian.end(), 0.0);
  for (const ModelComponent& component : model_.components)
    if (!add_component(component, state, values, jacobian)) return false;

  const ModelBackground& background = model_.background;
  // A step beside losses rises from the lines alone: both are added to the same signal.
  if (background.loss) {
    signal_.assign(values.begin(), values.end());
    if (wanted) signal_jacobian_.assign(jacobian.begin(), jacobian.end());
  }
  if (background.step && !add_step(state, values, jacobian)) return false;
  if (background.loss && !add_losses(state, values, jacobian)) return false;
  for (std::size_t k = 0; k < background.polynomial.size(); ++k) {
    const std::size_t parameter = background.polynomial[k];
    const double* const basis = polynomial_.data() + k * n;
    for (std::size_t i = 0; i < n; ++i) values[i] += state.values[parameter] * basis[i];
    if (wanted)
      for (const auto& slope : state.slopes[parameter])
        for (std::size_t i = 0; i < n; ++i) jacobian[slope.fitted * n + i] += slope.value * basis[i];
  }
  for (std::size_t i = 0; i < fixed_background_.size(); ++i) values[i] += fixed_background_[i];
  return true;
}

}  // namespace litho
