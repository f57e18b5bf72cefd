#include "pipeline/engine/expansion.hpp"

#include <algorithm>

#include "pipeline/engine/input_paths.hpp"

namespace litho {

namespace fs = std::filesystem;

void Expansion::fail_missing(const std::string& argument) {
  if (argument.find_first_of("*?[") == std::string::npos)
    fail("input.missing", argument, "there is no such file or folder", "check the path and its spelling");
  else
    fail("input.missing", argument, "no file fits this pattern",
         "check its folder; patterns are for the last part of a path");
}

void Expansion::fail_empty_folder(const fs::path& folder, const std::string& message) {
  fail("input.empty_folder", folder.string(), message,
       "subfolders are not searched: name one, or let `lithoscope init " + folder.string() +
           "` write a sheet of all that is in them");
}

Csv Expansion::open_sheet(const fs::path& sheet) {
  Errors beside;
  auto csv = read_sheet(sheet, xlsx_, beside);
  errors_.insert(errors_.end(), beside.begin(), beside.end());
  if (csv) return *std::move(csv);
  errors_.insert(errors_.end(), csv.errors().begin(), csv.errors().end());
  return {};
}

void Expansion::take_columns(const Csv& csv, const std::string& sheet, bool with_file_columns) {
  for (const std::string& column : csv.columns)
    if (column != "file" && column != "sample" && !column.empty() &&
        (with_file_columns || !is_file_column(column)) &&
        std::ranges::find(inputs_.sheet_columns, column) == inputs_.sheet_columns.end())
      inputs_.sheet_columns.push_back(column);
  for (std::string& notice : column_notices(csv, sheet)) inputs_.notices.push_back(std::move(notice));
}

std::map<std::string, std::string> Expansion::fields_of(const Csv& csv, const CsvRow& row) {
  std::map<std::string, std::string> fields;
  for (std::size_t i = 0; i < row.fields.size(); ++i)
    if (!row.fields[i].empty()) fields[csv.columns[i]] = row.fields[i];
  return fields;
}

std::vector<fs::path> Expansion::files_of(const fs::path& sheet, const std::string& where,
                                          const std::string& given) {
  if (given.empty()) {
    fail("sheet.missing_file", where, "the column 'file' is empty", "name a file");
    return {};
  }
  auto files = expand_glob(sheet.parent_path(), given);
  if (files.empty())
    fail("sheet.missing_file", where, "'" + given + "' is not there", "paths are relative to the sheet");
  return files;
}

Result<Inputs> Expansion::finish(const std::vector<std::string>& names) && {
  if (!errors_.empty()) {
    for (const std::string& notice : inputs_.notices) fail("input.notice", "", notice, "");
    return errors_;
  }
  const std::vector<std::string> stems = unique_stems(names);
  for (std::size_t i = 0; i < stems.size(); ++i) inputs_.items[i].stem = stems[i];
  return std::move(inputs_);
}

}  // namespace litho
