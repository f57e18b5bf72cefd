#include "modules/xps/quantification/kernel.hpp"

#include <algorithm>
#include <cmath>

#include "calibration/xps/attenuation.hpp"

namespace litho {

Result<std::vector<LineComposition>> atomic_percent(std::span<const QuantifiedLine> lines,
                                                    Attenuation attenuation) {
  if (lines.empty()) return Error{"quantification.no_lines", "", "there is no line to quantify", ""};
  std::vector<LineComposition> composition;
  std::vector<double> u_corrected;
  double sum = 0;
  for (const QuantifiedLine& line : lines) {
    double factor = line.sensitivity * line.transmission;
    if (attenuation == Attenuation::average_matrix) {
      const auto matrix = find_material("average matrix");
      if (!matrix) return matrix.errors();
      constexpr bool kRelativistic = false;  // as Avantage has it
      const auto length = attenuation_length(*matrix, line.kinetic_ev, kRelativistic);
      if (!length) return at(line.name, length.errors().front());
      factor *= length->nm;
    }
    if (!(factor > 0 && line.sensitivity > 0 && line.u_area >= 0 && line.u_relative >= 0) ||
        !std::isfinite(factor + line.area + line.u_area + line.u_relative))
      return Error{"quantification.bad_line", line.name,
                   "sensitivity and transmission have to be positive, areas and uncertainties finite", ""};
    composition.push_back({line.name, line.area / factor, {}});
    u_corrected.push_back(std::hypot(line.u_area / factor, line.u_relative * line.area / factor));
    sum += composition.back().corrected;
  }
  if (!(sum > 0))
    return Error{"quantification.no_signal", "", "the corrected areas do not add up to anything positive",
                 ""};
  constexpr double kZ = 1.959964;
  for (std::size_t i = 0; i < composition.size(); ++i) {
    const double share = composition[i].corrected / sum;
    double variance = 0;
    for (std::size_t j = 0; j < composition.size(); ++j) {
      const double slope = ((i == j ? 1 : 0) - share) / sum;
      variance += slope * slope * u_corrected[j] * u_corrected[j];
    }
    const double half = kZ * std::sqrt(variance);
    composition[i].atomic_percent = {100 * share, std::clamp(100 * (share - half), 0.0, 100.0),
                                     std::clamp(100 * (share + half), 0.0, 100.0), "%"};
  }
  return composition;
}

}  // namespace litho
