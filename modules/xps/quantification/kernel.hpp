#pragma once
#include <span>
#include <string>
#include <vector>

#include "pipeline/core/measured.hpp"
#include "pipeline/core/result.hpp"

namespace litho {

/// A line and what its area is divided by.
struct QuantifiedLine {
  std::string name;
  double area = 0;          ///< net area; the unit cancels if it is the same for all
  double u_area = 0;        ///< standard uncertainty
  double sensitivity = 1;   ///< relative sensitivity factor
  double transmission = 1;  ///< relative, at the line
  double kinetic_ev = 0;    ///< for the attenuation length; not used without a material
  /// Standard uncertainty, relative, of sensitivity x transmission x attenuation beside the other lines';
  /// what all share cancels.
  double u_relative = 0;
};

struct LineComposition {
  std::string name;
  double corrected = 0;     ///< area / (sensitivity x transmission x attenuation length in nm)
  Measured atomic_percent;  ///< 95 %, inside 0 to 100
};

enum class Attenuation {
  none,            ///< sensitivity factors hold it already
  average_matrix,  ///< TPP-2M of Avantage's average matrix
};

/// Atomic percentages of a homogeneous sample: 100 N_i / sum N. Errors: quantification.no_lines,
/// quantification.bad_line (factor not positive, number not finite), quantification.no_signal (no positive
/// sum), calibration.energy.
Result<std::vector<LineComposition>> atomic_percent(std::span<const QuantifiedLine> lines,
                                                    Attenuation attenuation);

}  // namespace litho
