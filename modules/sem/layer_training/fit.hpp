#pragma once
#include <vector>

#include "modules/sem/layer_training/kernel.hpp"

namespace litho::layer_training {

using Views = std::vector<const TrainingView*>;

/// Forests of `classes` classes, of edges and of lines from these views alone, and the range of their
/// features. Views labelled in strokes are completed first, by what these views teach (see complete.hpp).
/// Errors: those of train_forest.
Result<LearnedModel> fit(const Views& views, int classes, const ForestOptions& options);

}  // namespace litho::layer_training
