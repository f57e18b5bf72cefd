#pragma once
#include <optional>
#include <string>

#include "modules/sem/layers/kernel.hpp"
#include "modules/sem/learned_model/kernel.hpp"

namespace litho {

/// What a trained model says of a picture beside the layers themselves.
struct LearnedLayers {
  LayerMap layers;         ///< as find_layers gives them; flags: sem.model_uncertain, sem.ambiguous, ...
  double agreement = 0;    ///< IoU of the layer expected from the model's own probabilities
  double support = 1;      ///< mean probability of an edge along the weaker boundary
  double weakest = 1;      ///< the same over the weakest of eight stretches along the layer
  double strangeness = 0;  ///< share of features beyond the range of the training
  double rival_cost = 0;   ///< cost of the best reading from another side minus the chosen one's, nats a cell
};

/// Finds outside | interphase | electrolyte with a trained model: features on its grid, probabilities of the
/// forest, then both boundaries jointly (see solve.hpp). Without a side every side the model was trained on
/// is tried. Errors: model.scale (the picture's pixels are over twice as large as the model's cells, or too
/// few cells), sem.no_layer (hardly any of it is layer). Flags: sem.model_uncertain (the expected IoU or the
/// edge support is below, or the share of strange features above, what held-out specimens allowed),
/// sem.ambiguous. About 1 us a cell and tree level; 12 bytes a pixel at 2.7 px a cell.
Result<LearnedLayers> find_learned_layers(const Restored& picture, const Image<std::uint8_t>& usable,
                                          double pixel_size_nm, const LearnedModel& model,
                                          const LayerOptions& options);

}  // namespace litho
