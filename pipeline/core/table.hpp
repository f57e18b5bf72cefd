#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "pipeline/core/result.hpp"

namespace litho {

/// Empty, text, whole number or number; a non-finite number is written as an empty field.
using Cell = std::variant<std::monostate, std::string, std::int64_t, double>;
std::string to_text(const Cell& cell);

/// Named columns and rows of cells, kept rectangular.
class Table {
 public:
  Table() = default;
  explicit Table(std::vector<std::string> columns) : columns_(std::move(columns)) {}

  const std::vector<std::string>& columns() const { return columns_; }
  const std::vector<std::vector<Cell>>& rows() const { return rows_; }
  /// `row` has one cell a column (asserted).
  void add(std::vector<Cell> row);
  bool operator==(const Table&) const = default;

 private:
  std::vector<std::string> columns_;
  std::vector<std::vector<Cell>> rows_;
};

/// RFC 4180 with LF line ends and one header line. A field is quoted only where read_csv would read it
/// otherwise.
std::string write_csv(const Table& table);

struct CsvRow {
  int line;  ///< 1-based line of the file where the row starts
  std::vector<std::string> fields;
};
struct Csv {
  std::vector<std::string> columns;  ///< trimmed
  std::vector<CsvRow> rows;          ///< blank lines and lines starting with '#' are left out
  /// Index of a column, or -1.
  int column(std::string_view name) const;
};
/// RFC 4180 with any line end, quoted fields that may hold line ends, a leading BOM ignored. All errors at
/// once: csv.empty, csv.repeated_column, csv.field_count, csv.quote, each with its line.
Result<Csv> read_csv(std::string_view text);

}  // namespace litho
