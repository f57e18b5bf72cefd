#pragma once
#include <optional>
#include <string>

#include "modules/plot/svg/kernel.hpp"
#include "modules/sem/filaments/kernel.hpp"
#include "modules/sem/front_spectrum/kernel.hpp"
#include "modules/sem/thickness/kernel.hpp"

namespace litho {

/// One micrograph's measurement, as the plot shows it.
struct ProfileScene {
  std::string title;     ///< the image
  std::string made_by;   ///< program and version
  double pixel_size_nm;  ///< > 0
  std::string scale_source;
  const Interphase& interphase;
  const FilamentMap& filaments;
  const std::optional<FrontSpectrum>& spectrum;
};

/// Boundaries and filaments in um along and across the reference line, to scale where the layer's shape
/// allows; local thickness with the mean and its intervals; power spectrum of the front.
plot::Figure profile_figure(const ProfileScene& scene);

/// Depth of the base front below the reference line, one a row of the profile; NaN where not found.
std::vector<double> front_heights_um(const Interphase& interphase, double pixel_size_nm);

}  // namespace litho
