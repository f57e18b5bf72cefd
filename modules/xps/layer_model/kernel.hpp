#pragma once
#include <optional>
#include <string_view>
#include <vector>

#include "pipeline/core/measured.hpp"
#include "pipeline/core/result.hpp"

namespace litho {

/// A line of the film under the layer: plated over bare area.
struct FilmLine {
  double ratio = 0;           ///< may be negative by noise
  double u = 0;               ///< standard deviation
  double attenuation_nm = 0;  ///< effective attenuation length in the layer
};

struct LayerObservation {
  std::vector<FilmLine> film;  ///< the first one (Cr 2p) sets the scale of thickness
  /// Li 1s area over that of thick lithium, its standard deviation, its attenuation length.
  std::optional<FilmLine> lithium;
  double lithium_ln_u = 0.35;      ///< of the thick-lithium area's logarithm
  double attenuation_ln_u = 0.15;  ///< common to all lengths
  double ratio_ln_u = 0.03;        ///< of each length against the first
  double gain_ln_u = 0.02;         ///< common to all lines: one measurement against the other
  double thinnest_nm = 1;          ///< a layer thinner than this is not a layer
};

enum class LayerKind { none, unresolved, patchy, thin };
std::string_view to_string(LayerKind kind);

/// Fraction f of the surface under an even layer of thickness t, the rest bare:
///   film line = 1 - f + f exp(-t/L), lithium = f (1 - exp(-t/L)).
/// Profile-likelihood intervals, 95 %. A side that the data do not bound is kNotMeasured, and so is a value
/// with an open side.
struct LayerEstimate {
  Measured fraction, thickness_nm;
  LayerKind kind = LayerKind::unresolved;
  double log_ratio = 0;  ///< ln of the likelihood of thick patches over that of an even layer
  /// Joint region: chi-square above the best over bare share (rows) and thickness (columns).
  std::vector<double> bare_share, thickness_grid_nm, excess;
};

/// Errors: layer.no_line (no film line), layer.value (a standard deviation or length not positive). 2 ms.
Result<LayerEstimate> estimate_layer(const LayerObservation& observation);

}  // namespace litho
