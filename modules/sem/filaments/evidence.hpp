#pragma once
#include <cstdint>
#include <vector>

#include "modules/sem/layers/kernel.hpp"
#include "pipeline/core/image.hpp"

namespace litho::filaments {

/// Widths of filaments looked for, ground px.
inline constexpr double kWidths[] = {2, 3, 4.2, 6, 8.4, 12, 16.8, 24};

/// What each ground px beyond the front says for a filament through it rather than the electrolyte's own
/// texture: logarithm of the likelihood ratio in nats, the best over the widths.
struct Evidence {
  Image<float> price;         ///< of a px of path: 0.05 for a sure filament, 1.05 for none
  Image<float> gain;          ///< a ground px of path: neighbours within a width see the same texture
  Image<std::uint8_t> scale;  ///< index into kWidths
  Image<std::uint8_t> plain;  ///< 1: as grey as the layer
};

/// A px is seen through the mean over a filament's width and over as much on its two sides. How often texture
/// alone gives such a pair (grey, step to the nearer side) is counted beyond row `clear` of each column; a
/// filament's grey is the layer's, within what the layer's own texture and the edges' blur allow. `base`:
/// rows of the base front.
Evidence weigh_evidence(const LayerMap& layers, const std::vector<float>& base,
                        const std::vector<float>& clear);

/// Ground columns first..last-1 of the upright frame that the picture of the specimen spans: a databar at a
/// side is none of it.
struct Columns {
  int first = 0, last = 0;
};
Columns field_columns(const Ground& ground);

/// Electrolyte 1, interphase 0, on ground px; mirrored beyond the field's sides.
Image<float> share_of_step(const LayerMap& layers);

}  // namespace litho::filaments
