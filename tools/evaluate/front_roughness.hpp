#pragma once
#include <filesystem>
#include <vector>

#include "pipeline/core/image.hpp"
#include "pipeline/core/result.hpp"

namespace litho::evaluate {

/// Points of one curve of a truth/*_boundaries.csv. Errors: file.*, csv.*, evaluate.column.
Result<std::vector<PointPx>> read_boundary(const std::filesystem::path& path, std::string_view curve);

/// Root mean square deviation, px, of an evenly sampled open curve from its long waves: distances to the line
/// fitted to it (least squares across), less their Gaussian filter of ISO 16610-21 with this cut-off,
/// normalised at the ends. NaN below 3 points. O(points x cut-off).
double filtered_rq(const std::vector<PointPx>& points, double cutoff_px);

}  // namespace litho::evaluate
