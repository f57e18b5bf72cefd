#pragma once
#include <filesystem>

#include "pipeline/core/result.hpp"
#include "tools/evaluate/report.hpp"

namespace litho {

/// Compares `run_dir`/fracture.csv and `run_dir`/cracks with `truth_dir`/truth.csv and the crack pixels of
/// `truth_dir`/truth/*_labels.tif; otherwise as evaluate_interphase. Errors: the same.
Result<EvaluationReport> evaluate_fracture(const std::filesystem::path& run_dir,
                                           const std::filesystem::path& truth_dir);

}  // namespace litho
