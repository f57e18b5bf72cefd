#pragma once
#include <cstdint>

#include "modules/sem/layer_training/kernel.hpp"

namespace litho::layer_training {

/// Which cells lie at the outer boundary (1), at the front (2) or elsewhere (0); kNoClass beside boundaries
/// and where nothing is labelled.
Image<std::uint8_t> edge_cells(const Image<std::uint8_t>& cells);

/// Labelled in strokes: hardly a column in which both boundaries are.
bool is_scribbled(const Image<std::uint8_t>& cells);

/// Every cell's class from some cells': both boundaries as the model of the strokes, the strokes themselves
/// and the picture's own edges, of either sign, place them together.
Image<std::uint8_t> complete(const TrainingView& view, const LearnedModel& model);

}  // namespace litho::layer_training
