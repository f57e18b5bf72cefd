#pragma once
#include <string>

#include "tools/evaluate/report.hpp"

namespace litho {

/// The report as Markdown tables: the figures with one column a level, by the rows they are taken over, then
/// the confusions of all levels together. Intervals follow their figure in brackets.
std::string to_markdown(const EvaluationReport& report);

}  // namespace litho
