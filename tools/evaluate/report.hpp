#pragma once
#include <string>

#include "pipeline/core/table.hpp"

namespace litho {

/// What a run got right and wrong against a known truth.
struct EvaluationReport {
  Table figures;    ///< level, over, figure, value, lo, hi, n: one figure a row, with its 95 % interval where
                    ///< it has one
  Table confusion;  ///< of (morphology, side, status, verdict, ...), level, truth, found, n
  std::string text;  ///< the same for people
};

}  // namespace litho
