#pragma once
#include "modules/xps/coverage_decision/kernel.hpp"
#include "pipeline/stage/port.hpp"

namespace litho {

/// Spectra, what was found in them and the verdict: all that a figure needs.
struct Coverage {
  FilmSpectra spectra;
  FilmMeasurement measured;
  CoverageFigures figures;
};

template <>
struct PortType<Coverage> {
  static constexpr std::string_view name = "xps.coverage";
};

}  // namespace litho
