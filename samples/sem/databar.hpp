#pragma once
#include <string>

#include "pipeline/core/image.hpp"
#include "samples/sem/scene.hpp"

namespace litho::sem_sample {

/// What the microscope says of the exposure, in databar and header alike.
struct Exposure {
  double kv, working_distance_mm, magnification;
  std::string detector;
};
Exposure make_exposure(const Scene& scene);

/// Fills the rows below the picture: scale bar with its length, tension, working distance, detector,
/// magnification.
void draw_databar(const Scene& scene, const Exposure& exposure, Image<std::uint8_t>& pixels);

/// Length of the drawn scale bar: 1, 2 or 5 times a power of ten, at most a quarter of the picture's width.
double scale_bar_nm(const Scene& scene);

}  // namespace litho::sem_sample
