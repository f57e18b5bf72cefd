#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "modules/xps/film_detection/measure.hpp"
#include "modules/xps/layer_model/kernel.hpp"
#include "pipeline/core/measured.hpp"
#include "pipeline/core/table.hpp"

namespace litho {

enum class Decision { covered, non_uniform, uncovered, indeterminate };
std::string_view to_string(Decision decision);

struct DecisionOptions {
  double alpha = 0.01;                  ///< a line is found when its p is below
  double largest_open_fraction = 0.02;  ///< `covered` needs a chromium limit at most this
  double smallest_cover = 0.1;          ///< `uncovered` needs that so small a cover would have been found
  double thinnest_nm = 1;               ///< lithium thinner than this is no cover to the layer model
  double repeatability =
      0.02;  ///< relative standard deviation of an intensity measured on another day or spot
};

/// What coverage.csv says of one sample.
struct CoverageFigures {
  Decision decision = Decision::indeterminate;
  std::string sentence;
  Measured cr2p_area, cr2p_ratio;  ///< counts x eV/s; plated over reference
  double cr2p_p = kNotMeasured, cr2p_limit = kNotMeasured;
  bool cr2p_found = false;
  Measured li1s_area;
  double li1s_p = kNotMeasured;
  bool li1s_found = false;
  double smallest_cover_found =
      kNotMeasured;  ///< covered fraction that would have been found with probability 0.95
  LayerEstimate layer;
  std::optional<double> charge_shift_ev;
  std::string charge_reference, reference;
  std::vector<std::pair<std::string, std::string>> flags;
};

/// The verdict by declared error rates and its sentence; figures of the table beside it. Without a reference
/// the ratios rest on thick_lithium_over_chromium() and are bounds. Errors: those of estimate_layer.
Result<CoverageFigures> decide_coverage(const FilmMeasurement& measured, const std::string& reference,
                                        const DecisionOptions& options);

/// Columns of coverage.csv behind sample, status, flags and message, and one row of cells.
const std::vector<std::string>& coverage_columns();
std::vector<Cell> coverage_cells(const CoverageFigures& figures);

}  // namespace litho
