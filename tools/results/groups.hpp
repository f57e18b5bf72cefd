#pragma once
#include "pipeline/engine/tables.hpp"

namespace litho {

/// group_summary, group_differences and growth_law of a run's tables; those that there is nothing for are
/// left out. Conditions in order of first appearance.
NamedTables group_tables(const NamedTables& tables, const std::vector<std::string>& sheet_columns);

}  // namespace litho
