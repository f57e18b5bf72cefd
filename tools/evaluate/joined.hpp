#pragma once
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/core/result.hpp"
#include "pipeline/core/table.hpp"

namespace litho::evaluate {

/// Rows of a run's table beside the rows of its truth, one pair an item of the truth.
class Joined {
 public:
  /// `key` names the column both tables have; paths are compared by their file name. Errors: see
  /// evaluate_interphase.
  static Result<Joined> read(const std::filesystem::path& run_csv, const std::filesystem::path& truth_csv,
                             std::string_view key);

  std::size_t size() const { return pairs_.size(); }
  /// Whether the run has a row for this item of the truth.
  bool in_run(std::size_t i) const { return pairs_[i].run >= 0; }
  /// Rows of the run that the truth does not know.
  std::size_t unknown() const { return unknown_; }
  /// Text of a field; "" where the row or the column is absent.
  const std::string& run(std::size_t i, std::string_view column) const;
  const std::string& truth(std::size_t i, std::string_view column) const;
  /// The field as a number; NaN where it is empty.
  double run_number(std::size_t i, std::string_view column) const;
  double truth_number(std::size_t i, std::string_view column) const;
  /// Errors: evaluate.bad_number for each field of these columns that is neither empty nor a number.
  Status check_numbers(const std::vector<std::string_view>& run_columns,
                       const std::vector<std::string_view>& truth_columns) const;

 private:
  struct Pair {
    int run;  // -1: the run has no such row
    int truth;
  };
  std::string run_name_, truth_name_;
  Csv run_, truth_;
  std::vector<Pair> pairs_;
  std::size_t unknown_ = 0;
};

}  // namespace litho::evaluate
