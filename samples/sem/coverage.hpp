#pragma once
#include "pipeline/core/image.hpp"
#include "samples/sem/scene.hpp"

namespace litho::sem_sample {

/// Share of each picture pixel that a thing covers (signed distance to its edge: exact to about 0.01 for
/// gentle curvature).
struct Coverage {
  Image<float> outside, base_layer, filament, crack, pore, gap;
  Image<float> crack_floor;  ///< grey of a crack's bottom as a share of the electrolyte's
  Image<std::uint8_t> labels;
};

Coverage cover(const Scene& scene);

}  // namespace litho::sem_sample
