#pragma once
#include <string>
#include <vector>

#include "pipeline/core/result.hpp"

namespace litho {

struct SpectrumLine {
  double frequency_per_um;  ///< of the wave, not of its angle
  double psd_um3;           ///< one-sided: the integral over frequency is the variance of the heights, um^2
};

struct FrontSpectrum {
  double length_um = 0;             ///< of the stretch taken
  std::vector<SpectrumLine> lines;  ///< k / length for k = 1 .. n/2, without the mean
};

enum class Window { none, hann };

/// One-sided power spectral density of heights at an even spacing, about their least-squares line:
/// periodogram P_k = 2 d |X_k|^2 / sum w^2 (the last line of an even count once) of the heights times the
/// window. Heights not found (NaN) are not filled in: the longest stretch without one counts. Without a
/// window the sum of P over the lines times their distance is the variance [Parseval]; Hann's keeps the
/// leaning of rough fronts' two ends from filling the short waves. Errors: sem.short_front (under 32
/// heights).
Result<FrontSpectrum> front_spectrum(const std::vector<double>& heights_um, double spacing_um,
                                     Window window = Window::hann);

/// The mean density in bands of equal width in log frequency: a periodogram's single lines scatter by as
/// much as their value.
std::vector<SpectrumLine> in_log_bands(const FrontSpectrum& spectrum, int bands_per_decade = 8);

/// psd/<image>.csv: frequency_per_um, wavelength_um, psd_um3.
std::string spectrum_csv(const FrontSpectrum& spectrum);

}  // namespace litho
