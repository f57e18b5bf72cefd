#include <algorithm>
#include <cmath>

#include "modules/xps/region_fit/parts.hpp"

namespace litho {
namespace {

constexpr int kHalvings = 50;

double line_at(LineShape shape, const std::vector<double>& line, double energy_ev) {
  double value = kNotMeasured;
  if (!evaluate_line(shape, line, {&energy_ev, 1}, {&value, 1})) return kNotMeasured;
  return value;
}

bool width_is_parameter(LineShape shape) {
  return shape == LineShape::gaussian || shape == LineShape::lorentzian || shape == LineShape::pseudo_voigt ||
         shape == LineShape::gl_sum || shape == LineShape::gl_product;
}

/// Where a skewed line is highest, by golden section within its widths of the centre.
double highest_ev(LineShape shape, const std::vector<double>& line, double reach_ev) {
  if (shape == LineShape::voigt) return line[1];
  const double golden = 0.5 * (std::sqrt(5.0) - 1);
  double a = line[1] - reach_ev, b = line[1] + reach_ev;
  double left = b - golden * (b - a), right = a + golden * (b - a);
  double at_left = line_at(shape, line, left), at_right = line_at(shape, line, right);
  for (int k = 0; k < kHalvings; ++k) {
    if (at_left > at_right) {
      b = right, right = left, at_right = at_left;
      left = b - golden * (b - a), at_left = line_at(shape, line, left);
    } else {
      a = left, left = right, at_left = at_right;
      right = a + golden * (b - a), at_right = line_at(shape, line, right);
    }
  }
  return 0.5 * (a + b);
}

}  // namespace

double line_width_ev(LineShape shape, const std::vector<double>& parameters) {
  if (width_is_parameter(shape)) return parameters[2];
  auto line = parameters;
  line[0] = 1;
  double reach_ev = 0;
  const auto names = line_parameters(shape);
  for (std::size_t k = 2; k < line.size(); ++k)
    if (names[k].name.ends_with("fwhm_ev") || names[k].name == "tail_ev" || names[k].name == "box_ev")
      reach_ev += line[k];
  const double top_ev = highest_ev(shape, line, reach_ev), half = 0.5 * line_at(shape, line, top_ev);
  double width_ev = 0;
  for (const double side : {-1.0, 1.0}) {
    double inside = 0, outside = reach_ev;
    for (int k = 0; k < 12 && line_at(shape, line, top_ev + side * outside) > half; ++k) outside *= 2;
    if (!(line_at(shape, line, top_ev + side * outside) <= half)) return kNotMeasured;
    for (int k = 0; k < kHalvings; ++k) {
      const double middle = 0.5 * (inside + outside);
      (line_at(shape, line, top_ev + side * middle) > half ? inside : outside) = middle;
    }
    width_ev += 0.5 * (inside + outside);
  }
  return width_ev;
}

Figure figure_of(const FittedModel& fitted, std::size_t index, FigureKind kind) {
  const RegionModel& model = *fitted.model;
  const ModelComponent& component = model.components[index];
  const std::size_t m = fitted.scored.x.size();
  Figure figure{kNotMeasured, std::vector<double>(m, 0)};
  if (kind == FigureKind::area) {
    if (!fitted.curves->area(index, fitted.scored.x, figure.value, figure.slopes))
      figure.value = kNotMeasured;
    return figure;
  }
  const auto state = resolve(model, fitted.scored.x);
  const auto take = [&](std::size_t parameter, double factor) {
    for (const auto& slope : state.slopes[parameter]) figure.slopes[slope.fitted] += factor * slope.value;
  };
  if (kind == FigureKind::position) {
    figure.value = state.values[component.line[1]];
    take(component.line[1], 1);
    return figure;
  }
  std::vector<double> line;
  for (const std::size_t k : component.line) line.push_back(state.values[k]);
  line[0] = 1;
  figure.value = line_width_ev(component.shape, line);
  if (width_is_parameter(component.shape)) {
    take(component.line[2], 1);
    return figure;
  }
  const auto ranges = line_parameters(component.shape);
  for (std::size_t k = 2; k < line.size(); ++k) {
    if (state.slopes[component.line[k]].empty()) continue;
    const double h = 1e-3 * std::max(std::abs(line[k]), 0.05);
    auto lower = line, upper = line;
    lower[k] = std::max(line[k] - h, ranges[k].lowest), upper[k] = std::min(line[k] + h, ranges[k].highest);
    const double slope = (line_width_ev(component.shape, upper) - line_width_ev(component.shape, lower)) /
                         (upper[k] - lower[k]);
    if (std::isfinite(slope)) take(component.line[k], slope);
  }
  return figure;
}

Ends profile_ends(const FittedModel& fitted, const RegionData& data, std::size_t j) {
  constexpr double kDrop = 3.841458820694124;  // 95 % point of chi-square with one degree of freedom
  constexpr double kCloseEnough = 0.01;        // of the drop: 0.5 % of the half-width
  const double top = fitted.scored.x[j];
  auto problem = scoring_problem(*fitted.curves, data.counts, data.dispersion);
  problem.frozen[j] = true;
  const auto at = static_cast<Eigen::Index>(j);
  double error = std::sqrt(fitted.covariance(at, at));
  const bool known = std::isfinite(error) && error > 0;
  if (!known) {
    const double information = fitted.scored.information(at, at);
    if (!(information > 0)) return {};
    error = 1 / std::sqrt(information);  // held by a bound: at least as wide as this
  }
  const auto side_end = [&](double side) {
    const double bound = side < 0 ? problem.low[j] : problem.high[j];
    if (side * (bound - top) <= 0) return bound;
    double inside = 0, outside = std::numeric_limits<double>::infinity();  // distances from the top
    double distance = 1.96 * error;
    auto from = fitted.scored.x;
    double from_distance = 0;
    for (int round = 0; round < 12; ++round) {
      if (side * (bound - top) < distance) distance = side * (bound - top);
      auto x = from;
      for (std::size_t k = 0; k < x.size() && known; ++k) {
        const double slope = fitted.covariance(static_cast<Eigen::Index>(k), at) / fitted.covariance(at, at);
        if (std::isfinite(slope))
          x[k] =
              std::clamp(x[k] + slope * side * (distance - from_distance), problem.low[k], problem.high[k]);
      }
      x[j] = top + side * distance;
      Scored scored;
      const bool found = score(problem, std::move(x), scored, 60);
      const double root = found ? std::sqrt(std::max(0.0, scored.merit - fitted.scored.merit) / kDrop)
                                : std::numeric_limits<double>::infinity();
      if (std::abs(root * root - 1) < kCloseEnough) return top + side * distance;
      if (root < 1) {
        if (distance == side * (bound - top)) return bound;
        inside = distance;
        from = scored.x, from_distance = distance;
      } else {
        outside = distance;
      }
      // Along the line through the last point inside, never past a known outside.
      double next = root > 0 && std::isfinite(root) ? distance / root : 0.5 * (inside + distance);
      next = std::min(next, 3 * std::max(distance, 1e-300));
      if (std::isfinite(outside) && (next <= inside || next >= outside)) next = 0.5 * (inside + outside);
      if (!std::isfinite(outside) && next <= inside) next = 1.5 * inside;
      distance = next;
    }
    return std::isfinite(outside) ? top + side * 0.5 * (inside + outside) : kNotMeasured;
  };
  return {side_end(-1), side_end(1)};
}

}  // namespace litho
