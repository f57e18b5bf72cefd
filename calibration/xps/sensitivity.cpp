#include "calibration/xps/sensitivity.hpp"

#include <algorithm>
#include <optional>

#include "calibration/xps/tables.hpp"
#include "pipeline/core/text.hpp"

namespace litho {

Result<double> sensitivity_factor(std::string_view set, std::string_view line) {
  std::optional<double> factor;
  std::vector<std::string> sets, lines;
  for_each_row("sensitivity", [&](const CalibrationRow& row) {
    const std::string row_set = row.text("set");
    if (std::ranges::find(sets, row_set) == sets.end()) sets.push_back(row_set);
    if (row_set != set) return;
    lines.push_back(row.text("line"));
    if (lines.back() == line) factor = row.number("factor");
  });
  if (factor) return *factor;
  if (lines.empty())
    return Error{"calibration.unknown_set", "", "no set of sensitivity factors is called " + std::string(set),
                 "known: " + join(sets, ", ")};
  return Error{"calibration.unknown_line", "", std::string(set) + " has no " + std::string(line),
               "known: " + join(lines, ", ")};
}

}  // namespace litho
