#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "modules/io/spectrum_words/kernel.hpp"

namespace litho {

using SheetCell = std::variant<double, std::string>;

/// One sheet of a workbook; cells by (row, column), both from 0.
struct Sheet {
  std::string name;
  std::map<std::pair<std::uint32_t, std::uint32_t>, SheetCell> cells;
};

Result<std::vector<Sheet>> read_xls_sheets(Bytes bytes, const std::string& file_name);
Result<std::vector<Sheet>> read_xlsx_sheets(Bytes bytes, const std::string& file_name);

/// Most cells a workbook may hold.
constexpr std::size_t kMaxCells = 2'000'000;

}  // namespace litho
