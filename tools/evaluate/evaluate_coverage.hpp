#pragma once
#include <filesystem>

#include "pipeline/core/result.hpp"
#include "tools/evaluate/report.hpp"

namespace litho {

/// Compares `run_dir`/coverage.csv with `truth_dir`/truth.csv: decisions by kind of film (right where the
/// truth is clear and at least 5 sweeps were measured), films with 0.3-5 % open that were found, Cr found on
/// covered films, whether `covered` was given beside a limit above 2 %, errors and interval coverage of
/// ratio, fraction, thickness, areas and charge shift. Errors: as evaluate_interphase.
Result<EvaluationReport> evaluate_coverage(const std::filesystem::path& run_dir,
                                           const std::filesystem::path& truth_dir);

}  // namespace litho
