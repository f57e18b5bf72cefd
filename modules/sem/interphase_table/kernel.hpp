#pragma once
#include <string>
#include <vector>

#include "modules/sem/local_thickness/kernel.hpp"
#include "modules/sem/thickness/kernel.hpp"
#include "pipeline/core/micrograph.hpp"
#include "pipeline/core/table.hpp"

namespace litho {

/// Columns of interphase.csv behind image, sample, status, flags and message.
const std::vector<std::string>& interphase_columns();
/// One cell a column, in their order.
std::vector<Cell> interphase_cells(const InterphaseFigures& figures, const PixelSize& pixel_size,
                                   const LocalThickness& local = {});

/// profiles/<image>.csv.
std::string profile_csv(const std::vector<ProfileRow>& profile);

}  // namespace litho
