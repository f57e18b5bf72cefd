#pragma once
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "pipeline/engine/inputs.hpp"
#include "pipeline/engine/sheet.hpp"

namespace litho {

/// What expanding arguments to items has in common, whatever the items are: faults and remarks are gathered,
/// sheets opened, names made of use as file names.
class Expansion {
 protected:
  explicit Expansion(const XlsxReader& xlsx) : xlsx_(xlsx) {}

  void fail(std::string code, std::string where, std::string message, std::string hint) {
    errors_.push_back({std::move(code), std::move(where), std::move(message), std::move(hint)});
  }
  void fail_missing(const std::string& argument);
  void fail_empty_folder(const std::filesystem::path& folder, const std::string& message);

  /// The rows that can be used; what is wrong with others is among the faults.
  Csv open_sheet(const std::filesystem::path& sheet);
  /// Columns that go with the rows of tables, and remarks on names that nearly mean something.
  void take_columns(const Csv& csv, const std::string& sheet, bool with_file_columns);
  /// What a row says, by column; empty fields say nothing.
  static std::map<std::string, std::string> fields_of(const Csv& csv, const CsvRow& row);
  /// The files that a row names. Where there are none it is a fault.
  std::vector<std::filesystem::path> files_of(const std::filesystem::path& sheet, const std::string& where,
                                              const std::string& given);

  /// All faults at once, with the remarks, or the items, each with a stem of its own made of `names`.
  Result<Inputs> finish(const std::vector<std::string>& names) &&;

  const XlsxReader& xlsx_;
  Inputs inputs_;
  Errors errors_;
  std::map<std::string, std::string> seen_;  ///< what was named already, and where
};

}  // namespace litho
