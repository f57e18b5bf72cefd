#pragma once
#include <vector>

#include "modules/sem/layer_training/kernel.hpp"
#include "modules/sem/learned_layers/solve.hpp"

namespace litho::layer_training {

/// The picture on the grid, upright, with the labelled layer's outline in green and the found boundaries in
/// vermillion.
Image<Rgb8> draw_case(const TrainingView& view, const learned::Boundaries& found);

/// Places where a label would help most: stretches of an eighth of the picture's width in which a boundary is
/// least supported by the model of the other specimens, at most two a picture, least certain first. A row:
/// file, sample, place in image px, which boundary, mean edge probability there.
struct Unsure {
  std::size_t view;
  double x_px, y_px, width_px;
  bool front;
  double support;
};
std::vector<Unsure> unsure_places(const TrainingView& view, std::size_t number,
                                  const learned::Evidence& evidence, const learned::Boundaries& found);

/// One page (HTML, opens offline): scores left out by specimen, confusion, importance, what to label next.
/// `pictures`: file names of the worst cases, as they lie beside the page.
std::string training_page(const TrainingResult& trained, const std::vector<std::string>& pictures);

}  // namespace litho::layer_training
