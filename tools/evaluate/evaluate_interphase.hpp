#pragma once
#include <filesystem>

#include "pipeline/core/result.hpp"
#include "tools/evaluate/report.hpp"

namespace litho {

/// Compares `run_dir`/interphase.csv and `run_dir`/labels with `truth_dir`/truth.csv and
/// `truth_dir`/truth/*_labels.tif (as `lithoscope sample sem` writes them), joined by image file name.
/// README.md defines every figure. An empty field is a figure that is missing, never 0; label images that are
/// absent are counted as such. Errors: file.*, csv.*, evaluate.column, evaluate.repeated_image,
/// evaluate.no_match, evaluate.bad_number, evaluate.status.
Result<EvaluationReport> evaluate_interphase(const std::filesystem::path& run_dir,
                                             const std::filesystem::path& truth_dir);

}  // namespace litho
