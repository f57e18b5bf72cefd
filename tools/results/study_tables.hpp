#pragma once
#include "tools/results/results.hpp"

namespace litho {

/// Joins the tables of a study's parts and adds what is made of all of them: summary (one row a sample) and
/// the group tables.
class StudyTables {
 public:
  void add(const NamedTables& tables, const std::vector<std::string>& sheet_columns);
  /// Tables of the parts, then summary, group_summary, group_differences, growth_law where there are any.
  NamedTables finish() const;

 private:
  NamedTables tables_;
  std::vector<std::string> sheet_columns_;
};

/// One row a sample, in order of first appearance: thickness over its fields, the gravest morphology and
/// verdict of its fields with how many fields had which, cracks' length over pellet area, the decision of its
/// spectra. Thickness: with one or two fields their own specimen intervals, widened to reach both fields;
/// with three and more Student's interval of the fields' mean, from 0 on.
Table study_summary(const NamedTables& tables);

}  // namespace litho
