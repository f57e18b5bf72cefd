#include "modules/sem/front_spectrum/kernel.hpp"

#include <cmath>
#include <cstddef>
#include <map>
#include <numbers>
#include <opencv2/core.hpp>
#include <span>

#include "pipeline/core/table.hpp"

namespace litho {
namespace {

constexpr std::size_t kFewest = 32;

std::span<const double> longest_stretch(const std::vector<double>& heights) {
  std::size_t best = 0, best_size = 0;
  for (std::size_t begin = 0; begin < heights.size();) {
    std::size_t end = begin;
    while (end < heights.size() && std::isfinite(heights[end])) ++end;
    if (end - begin > best_size) best = begin, best_size = end - begin;
    begin = end + 1;
  }
  return std::span(heights).subspan(best, best_size);
}

/// Heights above their least-squares line.
cv::Mat_<double> without_line(std::span<const double> heights) {
  const auto n = static_cast<double>(heights.size());
  double mean = 0, slope = 0, squares = 0;
  for (const double h : heights) mean += h / n;
  for (std::size_t i = 0; i < heights.size(); ++i) {
    const double x = static_cast<double>(i) - (n - 1) / 2;
    slope += x * (heights[i] - mean);
    squares += x * x;
  }
  slope /= squares;
  cv::Mat_<double> out(1, static_cast<int>(heights.size()));
  for (std::size_t i = 0; i < heights.size(); ++i)
    out(static_cast<int>(i)) = heights[i] - mean - slope * (static_cast<double>(i) - (n - 1) / 2);
  return out;
}

}  // namespace

Result<FrontSpectrum> front_spectrum(const std::vector<double>& heights_um, double spacing_um,
                                     Window window) {
  const auto stretch = longest_stretch(heights_um);
  if (stretch.size() < kFewest)
    return Error{
        "sem.short_front", "",
        "the longest unbroken stretch of the front has " + std::to_string(stretch.size()) + " places",
        "a spectrum needs at least " + std::to_string(kFewest)};
  cv::Mat_<double> waves = without_line(stretch);
  const int n = waves.cols;
  double weight = n;
  if (window == Window::hann) {
    weight = 0;
    for (int i = 0; i < n; ++i) {
      const double w = 0.5 - 0.5 * std::cos(2 * std::numbers::pi * (i + 0.5) / n);
      waves(i) *= w;
      weight += w * w;
    }
  }
  cv::Mat_<std::complex<double>> transform;
  cv::dft(waves, transform, cv::DFT_COMPLEX_OUTPUT);
  FrontSpectrum out;
  out.length_um = n * spacing_um;
  for (int k = 1; k <= n / 2; ++k) {
    const double sides = 2 * k == n ? 1 : 2;
    out.lines.push_back({k / out.length_um, sides * spacing_um * std::norm(transform(k)) / weight});
  }
  return out;
}

std::vector<SpectrumLine> in_log_bands(const FrontSpectrum& spectrum, int bands_per_decade) {
  struct Band {
    double log_frequency = 0, density = 0, count = 0;
  };
  std::map<long, Band> bands;
  for (const SpectrumLine& line : spectrum.lines) {
    const double place = std::log10(line.frequency_per_um);
    Band& band = bands[std::lround(place * bands_per_decade)];
    band.log_frequency += place;
    band.density += line.psd_um3;
    band.count += 1;
  }
  std::vector<SpectrumLine> out;
  for (const auto& [index, band] : bands)
    out.push_back({std::pow(10, band.log_frequency / band.count), band.density / band.count});
  return out;
}

std::string spectrum_csv(const FrontSpectrum& spectrum) {
  Table table({"frequency_per_um", "wavelength_um", "psd_um3"});
  for (const SpectrumLine& line : spectrum.lines)
    table.add({line.frequency_per_um, 1 / line.frequency_per_um, line.psd_um3});
  return write_csv(table);
}

}  // namespace litho
