#pragma once
#include <array>
#include <cstddef>
#include <span>

namespace litho {

/// One node's normal equations in whitened data, amplitudes not negative.
struct NodeFit {
  std::size_t parts = 1;
  std::array<std::array<double, 2>, 2> gram{};
  std::array<double, 2> score{};
  std::array<double, 2> amplitude{};
  double penalty = 0;  ///< chi-square that the node costs beforehand
  double gain = 0;     ///< fall of chi-square from amplitude 0, penalty taken off; 0 where nothing is gained

  void solve();
  /// Largest fall of chi-square where the amplitudes sum to `total`.
  double gain_at(double total) const;
};

struct ProfileInterval {
  double lo = 0, hi = 0;
};
/// Of the sum of the amplitudes, over all nodes. The likelihood ratio is compared with its 95th percentile
/// for a normal estimate of standard deviation `sd` and that true amplitude, which falls from 3.84 to 2.71 at
/// the bound 0. `lo` is 0 where the line was not found.
ProfileInterval profile_interval(std::span<const NodeFit> nodes, double sd, bool found);

}  // namespace litho
