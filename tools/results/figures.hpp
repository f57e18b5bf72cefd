#pragma once
#include <string>
#include <vector>

#include "modules/statistics/nested_means/kernel.hpp"
#include "pipeline/engine/tables.hpp"

namespace litho {

/// Columns of a table that are compared between conditions: the main figures of the tables this program
/// ships, or every column of another one-row-an-item table that holds numbers and is not the sheet's.
std::vector<std::string> main_figures(const std::string& name, const Table& table,
                                      const std::vector<std::string>& sheet_columns);

/// Index of a column, -1 where there is none.
int column_of(const Table& table, std::string_view name);
/// A number of a cell, kNotMeasured where there is none (text of a sheet counts if it is one).
double number_in(const Cell& cell);

/// "um" of "thickness_um", "1/mm" of "filament_density_per_mm", "" where the name says none.
std::string unit_of_column(std::string_view column);

}  // namespace litho
