#pragma once
#include "pipeline/core/image.hpp"
#include "samples/sem/scene.hpp"

namespace litho::sem_sample {

/// Share of each picture pixel inside the walls of any crack, by 64 sample points a pixel, and how bright the
/// crack's floor is there (of the electrolyte's grey; 1 where there is none).
struct CrackRaster {
  Image<float> cover, floor;
};
CrackRaster draw_cracks(const std::vector<CrackTrace>& cracks, int width, int height);

}  // namespace litho::sem_sample
