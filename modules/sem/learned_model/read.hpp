#pragma once
#include <string>

#include "modules/sem/learned_model/kernel.hpp"

namespace litho {

/// The model in a file, for stages; with a hash, it must have it. Errors: model.changed, and those of
/// decode_model.
Result<LearnedModel> read_model(const std::string& path, const std::string& sha256);

}  // namespace litho
