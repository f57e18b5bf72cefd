#pragma once
#include <cstdint>

#include "modules/sem/frame/kernel.hpp"
#include "pipeline/core/image.hpp"
#include "pipeline/core/result.hpp"

namespace litho {

struct Restored {
  Image<float> grey;    ///< units of the file; pixels that are not usable hold their neighbourhood's mean
  double noise_sd = 0;  ///< of one pixel of the input, same units (Immerkaer's operator, by its median)
  double saturated_fraction = 0;  ///< share of usable pixels at `white`
  double black_fraction = 0;      ///< share of usable pixels at 0
  Flags flags;                    ///< sem.saturated
};

/// Makes a picture fit for segmentation without moving an edge: holes filled, saturation and noise measured.
/// `usable`: 1 = picture of the specimen. Errors: sem.size (images differ), sem.no_picture (under 64 x 64
/// usable pixels), sem.flat (no contrast at all). 4 bytes a pixel, about 10 ms at 3 Mpx.
Result<Restored> restore(const Image<float>& grey, const Image<std::uint8_t>& usable, double white, int bits);

/// How much neighbouring blocks of 8 x 8 px differ, as variance over what the pixels' noise alone would give:
/// about 1 for a picture without detail (blank, or out of focus by more than a block), far above for any
/// surface in focus. Noise that is correlated between pixels only raises it. Infinite for a picture without
/// noise.
double detail_over_noise(const Restored& picture, const Image<std::uint8_t>& usable);

}  // namespace litho
