#pragma once
#include <string>
#include <vector>

#include "modules/sem/fracture_statistics/kernel.hpp"
#include "pipeline/core/micrograph.hpp"
#include "pipeline/core/table.hpp"

namespace litho {

/// Columns of fracture.csv behind image, sample, status, flags and message.
const std::vector<std::string>& fracture_columns();
/// One cell a column, in their order.
std::vector<Cell> fracture_cells(const FractureFigures& figures, const PixelSize& pixel_size);

/// Columns of cracks.csv behind image.
const std::vector<std::string>& crack_columns();
/// One row a crack, longest first, numbered from 1. `reference_deg`: from where orientations count.
std::vector<std::vector<Cell>> crack_rows(const CrackNetwork& network, double pixel_size_nm,
                                          double reference_deg);

}  // namespace litho
