#pragma once
#include <cstdint>
#include <string>

#include "pipeline/core/image.hpp"

namespace litho::sem_sample {

/// Separable Gaussian, edges repeated; beyond sigma 12 three box filters of the same variance. O(pixels *
/// sigma) up to there.
void blur(Image<float>& image, double sigma_px);

/// Adds smooth noise of about unit standard deviation times `amplitude`, correlated over `cell_px` (x and y).
void add_smooth_noise(Image<float>& image, double cell_x_px, double cell_y_px, double amplitude,
                      std::uint64_t seed, const std::string& stream);

/// Adds a fracture relief: facets (cells of scattered sites), each a tilted plane at its own height, some
/// carrying river lines. Heights are about +-1 times `amplitude`; `rivers` 0..1 is the share of facets with
/// river lines.
void add_facets(Image<float>& relief, double facet_px, double amplitude, double rivers, std::uint64_t seed,
                const std::string& stream);

}  // namespace litho::sem_sample
