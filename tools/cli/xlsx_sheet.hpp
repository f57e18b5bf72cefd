#pragma once
#include <cstdint>
#include <span>
#include <string>

#include "pipeline/core/result.hpp"

namespace litho {

/// The first sheet of a workbook as CSV text, row n on line n; numbers as their shortest exact text. Errors:
/// those of reading a workbook.
Result<std::string> xlsx_as_csv(std::span<const std::uint8_t> bytes, const std::string& name);

}  // namespace litho
