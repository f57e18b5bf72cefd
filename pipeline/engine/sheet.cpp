#include "pipeline/engine/sheet.hpp"

#include <algorithm>
#include <set>

#include "pipeline/core/file.hpp"
#include "pipeline/core/text.hpp"
#include "pipeline/engine/input_paths.hpp"

namespace litho {
namespace {

const std::vector<std::string>& known_columns() {
  static const std::vector<std::string> names{
      "file",           "sample",    "pixel_size_nm", "scale_u_percent", "view_tilt_deg",
      "side",           "condition", "time_h",        "replicate",       "note",
      "current_ma_cm2", "role",      "region",        "block",           "reference",
      "axis",           "unit",      "scans",         "dwell_s",         "photon_energy_ev"};
  return names;
}

/// `text` with the lines that errors name ("line 6") left blank.
std::string without_lines(std::string_view text, const Errors& errors) {
  std::set<std::string> named;
  for (const Error& error : errors) named.insert(error.where);
  std::string out;
  std::size_t number = 0;
  for (const std::string_view line : split_lines(text)) {
    if (!named.contains("line " + std::to_string(++number))) out += line;
    out += '\n';
  }
  return out;
}

}  // namespace

bool is_sheet_name(const std::filesystem::path& path, const XlsxReader& xlsx) {
  return has_extension(path, {".csv"}) || (xlsx && has_extension(path, {".xlsx"}));
}

Result<Csv> read_sheet(const std::filesystem::path& path, const XlsxReader& xlsx, Errors& beside) {
  const auto bytes = read_file(path);
  if (!bytes) return bytes.errors();
  const bool workbook = has_extension(path, {".xlsx"});
  const auto text = workbook ? xlsx(*bytes, path.string()) : Result<std::string>(decode_text(*bytes));
  if (!text) return text.errors();
  auto csv = read_csv(*text);
  Errors errors;
  if (!csv)
    for (const Error& error : csv.errors()) errors.push_back(at(path.string(), error));
  const auto lines = split_lines(*text);
  if (!workbook && !lines.empty() && lines[0].find(',') == std::string_view::npos)
    for (const char separator : {';', '\t'})
      if (lines[0].find(separator) != std::string_view::npos)
        errors = {{"sheet.separator", path.string() + ":1",
                   std::string("columns are separated by ") + (separator == ';' ? "semicolons" : "tabs"),
                   "save it as CSV with commas and a point as decimal mark, or as XLSX"}};
  if (errors.empty()) return csv;
  if (std::ranges::any_of(errors, [](const Error& error) { return error.code != "csv.field_count"; }))
    return errors;
  auto rest = read_csv(without_lines(*text, csv.errors()));
  if (!rest) return errors;
  beside.insert(beside.end(), errors.begin(), errors.end());
  return rest;
}

std::vector<std::string> column_notices(const Csv& sheet, const std::string& name) {
  std::vector<std::string> out;
  for (const std::string& column : sheet.columns) {
    if (column.empty() || std::ranges::find(known_columns(), column) != known_columns().end()) continue;
    std::string word = lower(column);
    std::ranges::replace_if(
        word, [](char c) { return c == ' ' || c == '-'; }, '_');
    auto near = did_you_mean(word, known_columns());
    for (const std::string& known : known_columns())  // "time", "pixel_size": the unit is missing
      if (!near && known.starts_with(word + "_")) near = known;
    if (near)
      out.push_back(name + ": the column '" + column + "' only goes through to the tables; did you mean '" +
                    *near + "'?");
  }
  return out;
}

bool is_file_column(std::string_view column) {
  constexpr std::string_view kFileColumns[]{"file", "sample", "role", "region", "block", "reference"};
  return std::ranges::find(kFileColumns, column) != std::end(kFileColumns);
}

}  // namespace litho
