#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "pipeline/core/table.hpp"

namespace litho {

/// Text of calibration/data/xps_<name>.csv as it was when the program was built; "" for an unknown name.
std::string_view embedded_table(std::string_view name);

/// One row of an embedded table. Columns that do not exist give "" and nothing.
class CalibrationRow {
 public:
  CalibrationRow(const Csv& csv, const CsvRow& row) : csv_(csv), row_(row) {}
  std::string text(std::string_view column) const;
  std::optional<double> number(std::string_view column) const;
  bool verified() const { return text("status") == "checked"; }

 private:
  const Csv& csv_;
  const CsvRow& row_;
};

/// Calls use(row) for every row of the embedded table.
template <class Use>
void for_each_row(std::string_view name, Use use) {
  const auto csv = read_csv(embedded_table(name));
  if (!csv) return;  // the tests read every table
  for (const auto& row : csv->rows) use(CalibrationRow(*csv, row));
}

}  // namespace litho
