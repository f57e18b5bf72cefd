#pragma once
#include <limits>
#include <string_view>

namespace litho {

/// Stands for "could not be measured" in every figure; written as an empty field.
inline constexpr double kNotMeasured = std::numeric_limits<double>::quiet_NaN();

/// A figure with its 95 % interval; `unit` is a symbol of units.hpp and must outlive the figure (a literal).
/// Any of the three numbers may be kNotMeasured.
struct Measured {
  double value = kNotMeasured;
  double lo = kNotMeasured;
  double hi = kNotMeasured;
  std::string_view unit;
};

}  // namespace litho
