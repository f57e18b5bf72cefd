#pragma once
#include <string_view>

#include "pipeline/core/result.hpp"

namespace litho {

/// Relative sensitivity factor for Al K-alpha, C 1s = 1. `set` is "scofield" (photoionisation cross-sections:
/// transmission and attenuation length come on top) or "althermo1" (Avantage's). `line` as "Cr 2p"; the parts
/// of a doublet are "Cr 2p3/2" and "Cr 2p1/2". Errors: calibration.unknown_set, calibration.unknown_line.
Result<double> sensitivity_factor(std::string_view set, std::string_view line);

}  // namespace litho
