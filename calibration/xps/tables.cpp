#include "calibration/xps/tables.hpp"

#include "pipeline/core/number.hpp"

namespace litho {

std::string CalibrationRow::text(std::string_view column) const {
  const int index = csv_.column(column);
  return index < 0 ? "" : row_.fields[static_cast<std::size_t>(index)];
}

std::optional<double> CalibrationRow::number(std::string_view column) const {
  return parse_double(text(column));
}

}  // namespace litho
