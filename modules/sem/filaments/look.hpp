#pragma once
#include <vector>

#include "modules/sem/filaments/paths.hpp"
#include "modules/sem/layers/kernel.hpp"

namespace litho::filaments {

/// What the full picture shows across a chain, averaged along it. Greys as shares of the step: layer 0,
/// electrolyte 1. Lengths in px.
struct Look {
  double core = 0;             ///< darkest grey near the middle
  double left = 1, right = 1;  ///< grey beside it
  double width = 0;            ///< between half heights
  double width_root = 0, width_tip = 0;
  double root = 0;     ///< step to the nearer side over the third at the root
  double stands = 0;   ///< share of its stretches, a width long each, that are darker than both sides
  double darkest = 0;  ///< stretch, or third at the root or tip
  double uneven = 0;   ///< standard deviation of the stretches' greys
  double length = 0, depth = 0;  ///< along the chain; from the front to the tip along the front's normal
  double nearer() const { return left < right ? left : right; }
};

/// Greys of the full picture, upright, as shares of the step from layer to electrolyte.
class Shares {
 public:
  Shares(const Restored& picture, const LayerMap& layers);
  /// Illumination and level about a place: they hardly change over tens of px.
  struct Local {
    double shade = 1, middle = 0;
  };
  Local near(PointPx upright_place) const;
  float at(const Local& local, double u, double v) const;

 private:
  Upright<const float> grey_;
  const LayerMap& layers_;
  double contrast_;
  int first_ = 0, last_ = 0;  ///< columns of the field
};

/// Ground px to px of the full picture, upright, without the grid's corners.
std::vector<PointPx> smooth_path(const std::vector<Step>& path, int factor);

/// Greys across a chain, one row a node: read once, looked at in several lengths.
class Strip {
 public:
  /// About 40 us a hundred px of chain.
  Strip(const Shares& shares, const LayerMap& layers, const Chain& chain);
  /// Whether a dark line runs on from the root into the layer, as cracks do.
  bool runs_on() const;
  /// Degrees by which the chain turns at a node.
  double turn(std::size_t node) const;
  /// At its first `nodes` (2 or more). `slope`: of the mean front.
  Look look(std::size_t nodes, double slope) const;

 private:
  const Shares& shares_;
  const LayerMap& layers_;
  double width_px_;
  int factor_, reach_ = 0;
  std::vector<PointPx> path_;
  std::vector<std::vector<float>> rows_;
};

/// Whether a chain can be a filament at all: deeper than wide, growing away from the front, of the layer's
/// grey, darker than both its sides from its root on, not so long and thin as only cracks are.
bool may_be_filament(const Look& look, int factor);

/// How far it is from an ideal one (straight, tapering, sharp, as dark as the layer all along): sum of
/// squares of deviations, each over what noise and texture do to it. `width_px`: at which its evidence was
/// strongest.
double misfit(const Look& look, double width_px);

}  // namespace litho::filaments
