#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "tools/evaluate/report.hpp"
#include "tools/evaluate/statistics.hpp"

namespace litho::evaluate {

/// Collects figures under headings and writes them as a table and as aligned text.
class Figures {
 public:
  /// Following figures are of this level ("all", "clean", ...) and of these rows ("all", "ok", "answered").
  void under(std::string level, std::string over);
  /// Leaves out figures without a value.
  void add(std::string_view name, const Estimate& estimate, std::size_t n);
  void count(std::string_view name, std::size_t value);
  /// Mean with sign ("NAME bias"), then median, 90 % quantile and largest of the absolute errors.
  void errors(const std::string& name, std::vector<double> signed_errors);
  void median(std::string_view name, const std::vector<double>& values);
  /// "level/over/name": names the random stream of a figure's bootstrap.
  std::string stream(std::string_view name) const;

  const Table& table() const { return table_; }
  std::string text() const;

 private:
  Table table_{{"level", "over", "figure", "value", "lo", "hi", "n"}};
  std::string level_, over_;
};

}  // namespace litho::evaluate
