#pragma once
#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include "modules/xps/line_detection/kernel.hpp"
#include "pipeline/core/result.hpp"

namespace litho {

/// Cr 2p of a thick film as net counts a channel, all metal and all oxide, each with the area of the whole
/// line. Energies are binding energies and ascend.
struct CrTemplate {
  std::vector<double> energy_ev;
  std::vector<double> metal, oxide;
  std::vector<double> background;  ///< of the reference itself, counts; empty for the model
  std::vector<double> step;        ///< what rises behind the lines, any scale
  std::vector<double> scatter;  ///< what a moving mean over 0.7 eV takes off them: noise; empty for the model
  std::vector<double> shape_variance;  ///< counts^2; empty for the model
  double oxide_share = 0.5;            ///< of the film itself
  double area = 0;                     ///< net, counts x eV
  double area_u = 0;                   ///< standard deviation of it, counting only
  double shift_ev = 0;                 ///< of the film's metal line against 574.3 eV
  double gaussian_ev = 1;              ///< instrument broadening that fits best
};

/// Mean of the values within `half_width_ev` of each energy (ascending).
std::vector<double> moving_mean(std::span<const double> energy_ev, std::span<const double> values,
                                double half_width_ev);

/// Template from the spectrum of a bare film: a line, the model's metal and oxide (not negative) and their
/// steps by least squares over shift (+-8 eV) and width; what the model misses (satellites, losses, its own
/// faults, noise) is added to both shapes. 15 ms. Errors:
/// template.no_line (no Cr 2p stands out), template.window (the region does not hold the doublet).
Result<CrTemplate> cr2p_template(std::span<const double> energy_ev, std::span<const double> counts);
/// Template from the model alone, with unit area: metal skewed at 574.3 eV; Cr2O3's five multiplet lines from
/// 575.7 eV with a hydroxide at 577.4 eV for the oxide.
Result<CrTemplate> cr2p_model_template(double gaussian_ev);

/// The template without its scatter, which would lower every ratio, as a line family at `energy_ev`
/// (ascending): rows are shifts against the reference's own energies, `scale` takes the reference's counts a
/// channel to the other spectrum's, `shift_u_ev` is how well the middle shift is known (0: not at all within
/// the range). Also the step at the middle shift and the template's own variance.
struct PlacedTemplate {
  LineFamily line;
  std::vector<double> step;
  std::vector<double> shape_variance;
};
PlacedTemplate place_template(const CrTemplate& film, std::span<const double> energy_ev,
                              double centre_shift_ev, double shift_range_ev, double step_ev, double scale,
                              double shift_u_ev = 0);

}  // namespace litho
