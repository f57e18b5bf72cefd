#include "modules/xps/doublet/kernel.hpp"

#include <string>

#include "pipeline/core/number.hpp"

namespace litho {
namespace {

constexpr LineParameter kOwn[] = {{"splitting_ev", 0, 200}, {"area_ratio", 0, 10}, {"broadening", 0.1, 10}};
constexpr std::size_t kOwnCount = std::size(kOwn);

std::size_t broadened(LineShape shape) {
  return shape == LineShape::voigt ? 3 : 2;
}
bool amplitude_is_height(LineShape shape) {
  return line_parameters(shape)[0].name == "height";
}

}  // namespace

std::vector<LineParameter> doublet_parameters(LineShape shape) {
  const auto line = line_parameters(shape);
  std::vector<LineParameter> all(line.begin(), line.end());
  all.insert(all.end(), std::begin(kOwn), std::end(kOwn));
  return all;
}

Result<DoubletLines> doublet_lines(LineShape shape, std::span<const double> parameters) {
  const std::size_t count = line_parameters(shape).size();
  if (parameters.size() != count + kOwnCount)
    return Error{"line.parameter_count", "",
                 "the doublet has " + std::to_string(count + kOwnCount) + " parameters, got " +
                     std::to_string(parameters.size()),
                 ""};
  Errors errors;
  for (std::size_t k = 0; k < kOwnCount; ++k)
    if (!(parameters[count + k] >= kOwn[k].lowest && parameters[count + k] <= kOwn[k].highest))
      errors.push_back({"line.parameter_range", std::string(kOwn[k].name),
                        format_double(parameters[count + k]) + " is outside " +
                            format_double(kOwn[k].lowest) + " to " + format_double(kOwn[k].highest),
                        "bound the parameter inside this range"});
  if (!errors.empty()) return errors;
  DoubletLines lines{{parameters.begin(), parameters.begin() + static_cast<std::ptrdiff_t>(count)}, {}};
  lines.second = lines.first;
  const double splitting_ev = parameters[count], ratio = parameters[count + 1],
               broadening = parameters[count + 2];
  lines.second[0] *= amplitude_is_height(shape) ? ratio / broadening : ratio;
  lines.second[1] += splitting_ev;
  lines.second[broadened(shape)] *= broadening;
  return lines;
}

Status evaluate_doublet(LineShape shape, std::span<const double> parameters,
                        std::span<const double> energy_ev, std::span<double> values,
                        std::span<double> jacobian) {
  const auto lines = doublet_lines(shape, parameters);
  if (!lines) return lines.errors();
  const std::size_t n = energy_ev.size(), count = lines->first.size();
  if (!jacobian.empty() && jacobian.size() != n * (count + kOwnCount))
    return Error{"line.length", "", "room for derivatives does not match the energies", ""};
  const bool wanted = !jacobian.empty();
  std::vector<double> second(n), by_second(wanted ? n * count : 0);
  const auto by_first = wanted ? jacobian.first(n * count) : jacobian;
  if (auto status = evaluate_line(shape, lines->first, energy_ev, values, by_first); !status) return status;
  if (auto status = evaluate_line(shape, lines->second, energy_ev, second, by_second); !status) return status;
  for (std::size_t i = 0; i < n; ++i) values[i] += second[i];
  if (!wanted) return {};

  const std::size_t w = broadened(shape);
  const double ratio = parameters[count + 1], broadening = parameters[count + 2];
  const bool height = amplitude_is_height(shape);
  const double share = height ? ratio / broadening : ratio;  // second amplitude over the first
  for (std::size_t i = 0; i < n; ++i) {
    const double by_amplitude = by_second[i], by_centre = by_second[n + i], by_width = by_second[w * n + i];
    for (std::size_t k = 0; k < count; ++k)
      jacobian[k * n + i] += by_second[k * n + i] * (k == 0 ? share : k == w ? broadening : 1);
    jacobian[count * n + i] = by_centre;
    jacobian[(count + 1) * n + i] = by_amplitude * parameters[0] * (height ? 1 / broadening : 1);
    jacobian[(count + 2) * n + i] =
        by_width * parameters[w] - (height ? by_amplitude * parameters[0] * share / broadening : 0);
  }
  return {};
}

}  // namespace litho
