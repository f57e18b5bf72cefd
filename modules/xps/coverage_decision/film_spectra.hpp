#pragma once
#include "modules/io/sample_spectra/kernel.hpp"
#include "modules/xps/film_detection/measure.hpp"

namespace litho {

/// Cr 2p, Li 1s and C 1s of a sample, those with the role reference as the bare film's; by name, else by the
/// energies that a narrow region holds. Absent regions stay empty. Errors: those of Spectrum::binding_ev and
/// counts.
Result<FilmSpectra> film_spectra(const SampleSpectra& all);

}  // namespace litho
