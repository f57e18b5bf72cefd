#pragma once
#include <cstdint>

#include "modules/sem/crack_paths/kernel.hpp"
#include "modules/sem/learned_model/kernel.hpp"
#include "modules/sem/pellet/kernel.hpp"
#include "pipeline/core/image.hpp"

namespace litho {

/// The pellet that layers leave: interphase and electrolyte, what they hold of cracks, pores and gaps filled
/// in.
Pellet pellet_of(const LayerMap& layers, const Image<std::uint8_t>& usable);

/// Cracks by the model's forest of lines. `usual` (of sem/crack_paths) gives the grey of voids and the blur.
/// The model must know lines, the pellet have an interphase (asserted). About 0.4 s at 1 Mpx.
CrackPaths find_learned_cracks(const Image<float>& grey, const Image<std::uint8_t>& usable,
                               const RidgeMap& ridges, const Pellet& pellet, const LearnedModel& model,
                               double pixel_size_nm, const CrackPaths& usual);

}  // namespace litho
