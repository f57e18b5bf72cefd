#pragma once
#include <string>

#include "modules/plot/svg/kernel.hpp"
#include "modules/xps/coverage_decision/kernel.hpp"

namespace litho {

/// Figure of one sample.
plot::Figure coverage_figure(const std::string& sample, const FilmSpectra& spectra,
                             const FilmMeasurement& measured, const CoverageFigures& figures);

}  // namespace litho
