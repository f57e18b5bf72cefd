#pragma once
#include <cstddef>
#include <limits>
#include <optional>
#include <span>
#include <vector>

#include "pipeline/core/result.hpp"

namespace litho {

/// A line of known shapes and unknown place: one or two shapes (metal and oxide) whose amplitudes are not
/// negative, at each node of a grid of up to two nuisances (shift; width).
struct LineFamily {
  std::size_t rows = 1;     ///< nodes of the first nuisance, in order
  std::size_t columns = 1;  ///< of the second; 1 where there are two shapes
  std::size_t parts = 1;    ///< 1 or 2
  std::size_t nominal = 0;  ///< node (row x columns + column) at which limit and z are given
  std::vector<double> mix;  ///< shares of the parts there, sum 1
  /// What a row costs in chi-square where the first nuisance is known beforehand: ((value - known)/u)^2, one
  /// a row, 0 at the nominal one; may be empty.
  std::vector<double> penalty = {};
  /// Counts a channel at amplitude 1: shapes[((row x columns + column) x parts + part) x channels + channel].
  std::vector<double> shapes;
};

struct DetectionProblem {
  std::span<const double> counts;      ///< one a channel, 20 channels or more
  std::span<const double> background;  ///< columns of any size and sign, one after the other
  /// Columns of smooth departures from that, as shares of the mean count: their sizes are normal with a
  /// common scale, unknown but around `typical_departure`. May be empty.
  std::span<const double> departures;
  double typical_departure = 0;
  const LineFamily* line = nullptr;
  std::span<const double>
      shape_variance;  ///< of the shapes themselves, counts^2 at amplitude 1; may be empty
  std::span<const double> extra_variance;  ///< of the background columns as fitted, counts^2; may be empty
  std::optional<double> dispersion;  ///< variance over mean of a channel; else estimated from the residuals
  double alpha = 0.01;               ///< false alarms allowed
};

inline constexpr double kDetectionPower = 0.95;

/// Intervals are 95 %, after Feldman and Cousins [doi:10.1103/PhysRevD.57.3873] by the profile likelihood.
struct Detection {
  double statistic = 0;  ///< likelihood ratio q0 in units of the dispersion
  double p = 1;          ///< of "no line", the search over the grid accounted for
  bool found = false;    ///< p < alpha
  double amplitude = 0, amplitude_lo = 0, amplitude_hi = 0;  ///< sum of the parts; lo is 0 where not found
  double limit = 0;  ///< smallest amplitude found with probability 0.95 at alpha [ISO 19668's sense]
  double z = 0;      ///< signed, of the nominal shape alone
  double z_sd = 0;   ///< standard deviation of the nominal shape's amplitude
  double amplitude_at_nominal = 0;  ///< may be negative
  std::size_t node = 0;
  double shift_ev = 0;        ///< of the node, where the caller's rows are shifts
  std::vector<double> parts;  ///< amplitudes at the node
  double dispersion = 1;
  double departure = 0;                    ///< scale of the smooth departures, share of the mean count
  std::vector<double> background, signal;  ///< fitted counts
  std::vector<double> limit_shape;         ///< nominal shape at amplitude 1, counts
};

/// Likelihood-ratio test of a line in quasi-Poisson counts, linear at each node. p-values by the geometry of
/// the searched shapes (look_elsewhere.hpp). 300 channels, 12 background columns, 11 departures and 42
/// shapes: about 1 ms. Errors: detection.length (arrays that do not fit together, too few channels),
/// detection.counts (negative or not finite), detection.shape (a line that vanishes or that the background
/// explains altogether).
Result<Detection> detect_line(const DetectionProblem& problem);

}  // namespace litho
