#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/core/result.hpp"

namespace litho {

/// A table of numbers below any lines of words.
struct NumberTable {
  std::vector<std::string> labels;    ///< one a column; all empty where no line names the columns
  std::vector<std::string> comments;  ///< other lines above the numbers, without '#'
  std::vector<std::vector<double>> columns;
  std::size_t first_line = 0;  ///< of the numbers, 1-based
};

/// Errors: columns.no_table, columns.bad_line, columns.decimal_comma.
Result<NumberTable> read_number_table(std::string_view text, const std::string& file_name);

}  // namespace litho
