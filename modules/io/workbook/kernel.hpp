#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "pipeline/core/table.hpp"

namespace litho {

struct WorkbookSheet {
  std::string name;  ///< made to fit Excel's rules: 31 characters, none of []:*?/\, unique
  const Table* table = nullptr;
};

/// Errors: workbook.too_large, workbook.zip.
Result<std::string> write_workbook(const std::vector<WorkbookSheet>& sheets);
bool fits_in_sheet(const Table& table);

}  // namespace litho
