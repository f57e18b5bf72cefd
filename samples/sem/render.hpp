#pragma once
#include <cstdint>

#include "pipeline/core/image.hpp"
#include "samples/sem/scene.hpp"

namespace litho::sem_sample {

enum Label : std::uint8_t {
  kNone = 0,
  kOutside = 1,
  kInterphase = 2,
  kElectrolyte = 3,
  kCrack = 4,
  kPore = 5,
  kGap = 6
};

struct Rendered {
  Image<std::uint8_t> pixels;      ///< databar area black, to be drawn over
  Image<std::uint8_t> labels;      ///< by the pixel's centre
  double filament_area_px2 = 0;    ///< beyond the base front, in the picture
  double base_layer_area_px2 = 0;  ///< cracks and pores of the layer included
  double pellet_area_px2 = 0;      ///< solid in the picture, its cracks and pores included
  double crack_area_px2 = 0;
  double cnr = 0;  ///< |mean electrolyte - mean interphase| / root mean of their variances, away from
                   ///< boundaries and defects
};

Rendered render(const Scene& scene);

}  // namespace litho::sem_sample
