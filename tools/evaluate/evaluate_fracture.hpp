#pragma once
#include <filesystem>

#include "pipeline/core/result.hpp"
#include "tools/evaluate/report.hpp"

namespace litho {

/// Compares `run_dir`/fracture.csv, its crack lines (cracks/*.geojson), crack images (cracks/*.tif) and gaps
/// (labels/*.tif, value 6) with `truth_dir`/truth.csv, truth/*_cracks.geojson and truth/*_labels.tif;
/// otherwise as evaluate_interphase. Errors: the same and evaluate.geojson.
Result<EvaluationReport> evaluate_fracture(const std::filesystem::path& run_dir,
                                           const std::filesystem::path& truth_dir);

}  // namespace litho
