#pragma once
#include <span>
#include <vector>

#include "modules/xps/lines/kernel.hpp"

namespace litho {

/// A spin-orbit doublet as one component. Its parameters are those of the line at lower binding energy
/// (line_parameters of the shape), followed by
///   splitting_ev  second centre less the first
///   area_ratio    second area over the first
///   broadening    second Lorentzian width over the first, or of the shape's only width: the second line of a
///                 p or d level is often broader (Coster-Kronig decay)
/// All else is shared. In la and doniach_sunjic, whose amplitude is a height, the second height is
/// area_ratio / broadening of the first, which makes the areas' ratio exact before damping (lf) and cutting.
std::vector<LineParameter> doublet_parameters(LineShape shape);

/// Parameters of the two lines.
struct DoubletLines {
  std::vector<double> first, second;
};
/// Errors: line.parameter_count; line.parameter_range for the doublet's own three.
Result<DoubletLines> doublet_lines(LineShape shape, std::span<const double> parameters);

/// As evaluate_line, at twice its cost.
Status evaluate_doublet(LineShape shape, std::span<const double> parameters,
                        std::span<const double> energy_ev, std::span<double> values,
                        std::span<double> jacobian = {});

}  // namespace litho
