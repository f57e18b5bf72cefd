#pragma once
#include <cstdint>
#include <string>

#include "pipeline/core/rng.hpp"

namespace litho::xps_sample {

/// What one film is and how it was measured: all that decides its spectra.
struct Film {
  std::string kind;
  double open_fraction = 1;  ///< share of the surface without Li
  double li_nm = 0;          ///< thickness of Li on the covered share
  double cr_oxide = 0.5;     ///< share of the Cr 2p signal that is oxide, plated
  double reference_cr_oxide = 0.5;
  double gain = 1;  ///< intensity of the plated measurement over that of the reference
  double lambda_cr2p_nm = 3.15, lambda_cr3p_nm = 4.59, lambda_li1s_nm = 4.56;  ///< attenuation in this Li
  double li_metal = 0.5;                        ///< share of the Li 1s signal that is metal
  double li_strength = 1;                       ///< intensity of bulk Li 1s over its nominal one
  double ge_lmm = 0;                            ///< Ge LMM of exposed LAGP, over the bare film's Cr 2p
  double shift_ev = 0, reference_shift_ev = 0;  ///< measured minus true binding energy
  double extra_shift_ev = 0;  ///< of Li 1s beside the charge shift: layers in contact with Li metal
  int sweeps = 5, reference_sweeps = 10;
  double dwell_s = 0.1, pass_energy_ev = 50;
  /// Energy losses belong to the film: strength, plasmon and its share, the same bare and plated.
  double loss_strength = 0.5, plasmon_ev = 22, plasmon_share = 0.3;
  double low_energy_background = 0.15;                            ///< level under Li 1s over that under Cr 2p
  double dispersion = 1;                                          ///< variance over mean of the counts
  double cr2p_cps_ev = 24000;                                     ///< area of the bare film's Cr 2p
  double background_cps = 2000, reference_background_cps = 2000;  ///< at 560 eV
  bool kinetic_axis = true;

  double cr2p_ratio() const;  ///< expected plated over reference area, dose removed
  double cr3p_ratio() const;
  double li1s_share() const;                           ///< of the bulk Li 1s intensity
  double seconds() const { return dwell_s * sweeps; }  ///< a channel, plated
};

/// Film `index` of `kind`; every number of its own stream, so kinds do not disturb each other.
Film draw_film(const std::string& kind, std::uint64_t seed, int index, int sweeps);

}  // namespace litho::xps_sample
