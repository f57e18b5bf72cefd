#pragma once
#include <cstddef>
#include <span>
#include <vector>

namespace litho {

/// What a weighted spectrum may hold besides the signal: columns of any size (polynomial, step, a reference
/// spectrum), and smooth departures from them whose sizes are normal with one unknown common scale. Vectors
/// have one entry a channel and are weighted (divided by the square root of the expected counts) beforehand;
/// columns lie one after the other.
class BackgroundSpace {
 public:
  /// Free columns that depend on earlier ones to 1e-7 of their length are left out.
  BackgroundSpace(std::size_t channels, std::span<const double> free_columns,
                  std::span<const double> departures);

  std::size_t free_count() const { return free_; }

  /// The noise of a spectrum once the free columns and `signals` are projected out: variance of one channel
  /// in units of its weight, and (departure scale)^2 / that variance. The scale is averaged over its
  /// posterior with the prior 1/(1 + (scale/typical)^2), as its likelihood alone is often highest at none at
  /// all.
  struct Noise {
    double dispersion = 1;
    double departure_ratio = 0;
    double degrees_of_freedom = 0;  ///< of the dispersion; infinite where it was given
  };
  Noise estimate_noise(std::span<const double> weighted, std::span<const double> signals,
                       double typical_scale, const double* known_dispersion) const;

  /// Sets the size that departures are expected to have.
  void set_departures(double departure_ratio);
  /// Takes a weighted vector to one in which the dot product is the generalised least-squares one, background
  /// profiled out; in place.
  void whiten(std::span<double> vector) const;
  /// Share of the vector that the background explains, given what whiten() left of it: `raw` - free - smooth
  /// part. Both weighted.
  std::vector<double> fitted(std::span<const double> raw) const;

 private:
  std::span<const double> free_column(std::size_t k) const {
    return {basis_.data() + k * channels_, channels_};
  }
  std::span<const double> mode(std::size_t k) const { return {modes_.data() + k * channels_, channels_}; }

  std::size_t channels_;
  std::size_t free_ = 0;
  std::vector<double> basis_;   ///< orthonormal, spans the free columns
  std::vector<double> modes_;   ///< orthonormal, spans what the departures add to them
  std::vector<double> spread_;  ///< variance along each mode of departures of unit scale
  std::vector<double> shrink_;  ///< 1 - 1/sqrt(1 + ratio spread)
};

}  // namespace litho
