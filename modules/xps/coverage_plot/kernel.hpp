#pragma once
#include <string>

#include "modules/xps/coverage_decision/kernel.hpp"
#include "pipeline/core/result.hpp"

namespace litho {

/// Figure of one sample as SVG. Errors: those of plot::write_svg.
Result<std::string> coverage_figure(const std::string& sample, const FilmSpectra& spectra,
                                    const FilmMeasurement& measured, const CoverageFigures& figures);

}  // namespace litho
