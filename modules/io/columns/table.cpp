#include "modules/io/columns/table.hpp"

#include <algorithm>
#include <optional>

#include "pipeline/core/number.hpp"
#include "pipeline/core/text.hpp"

namespace litho {
namespace {

constexpr char kBlanks = ' ';

char separator_of(std::string_view line) {
  for (const char c : {'\t', ';', ','})
    if (line.find(c) != std::string_view::npos) return c;
  return kBlanks;
}

/// Empty fields at the end are no columns.
std::vector<std::string_view> fields_of(std::string_view line, char separator) {
  std::vector<std::string_view> out;
  for (std::string_view field : split(line, separator)) {
    field = trim(field);
    if (field.size() >= 2 && field.front() == '"' && field.back() == '"')
      field = trim(field.substr(1, field.size() - 2));
    if (separator != kBlanks || !field.empty()) out.push_back(field);
  }
  while (!out.empty() && out.back().empty()) out.pop_back();
  return out;
}

/// Words of a heading in a file separated by blanks: two blanks or a tab part them where single ones would
/// not fit.
std::vector<std::string> labels_of(std::string_view line, char separator, std::size_t columns) {
  std::vector<std::string> labels;
  for (const std::string_view field : fields_of(line, separator)) labels.emplace_back(field);
  if (labels.size() == columns || separator != kBlanks) return labels;
  std::vector<std::string> glued;  // "Binding Energy (eV)" and "counts / s" are one label each
  bool slash = false;
  for (const std::string& word : labels) {
    const bool energy = lower(word) == "energy" && !glued.empty() &&
                        (lower(glued.back()) == "binding" || lower(glued.back()) == "kinetic");
    const bool joins = slash || energy || word == "/" || word.starts_with('(') || word.starts_with('[');
    slash = word == "/";
    if (joins && !glued.empty())
      glued.back() += " " + word;
    else
      glued.push_back(word);
  }
  if (glued.size() == columns) return glued;
  labels.clear();
  std::string copy(line);
  for (std::size_t at; (at = copy.find("  ")) != std::string::npos;) copy.replace(at, 2, "\t");
  for (const std::string_view field : split(copy, '\t'))
    if (!trim(field).empty()) labels.emplace_back(trim(field));
  return labels;
}

struct CommaUse {
  bool decimal = false, certain = false;
  bool point = false;  ///< a point stands in a number without a comma
};

std::optional<double> number_of(std::string_view field, char separator, CommaUse& comma) {
  if (separator == ',' || field.find(',') == std::string_view::npos) {
    const auto value = parse_double(field);
    comma.point = comma.point || (value && field.find('.') != std::string_view::npos);
    return value;
  }
  if (field.find('.') != std::string_view::npos) return std::nullopt;
  std::string copy(field);
  const auto at = copy.find(',');
  copy[at] = '.';
  comma.decimal = true;
  const std::size_t digits = copy.find_first_not_of("0123456789", at + 1);
  comma.certain = comma.certain || (digits == std::string::npos ? copy.size() : digits) - at - 1 != 3;
  return parse_double(copy);
}

std::optional<std::vector<double>> row_of(std::string_view line, char separator, CommaUse& comma) {
  std::vector<double> row;
  for (const std::string_view field : fields_of(line, separator)) {
    const auto value = number_of(field, separator, comma);
    if (!value) return std::nullopt;
    row.push_back(*value);
  }
  return row;
}

/// A unit or nothing, as Origin and spreadsheets write them in a line below the names.
bool is_unit(std::string_view word) {
  const std::string text = lower(word);
  for (const char* unit :
       {"", "ev", "(ev)", "[ev]", "cps", "counts", "counts/s", "c/s", "a.u.", "arb. units"})
    if (text == unit) return true;
  return false;
}

/// Names with the units of the line below them.
std::vector<std::string> joined_labels(std::string_view names, std::string_view units, char separator,
                                       std::size_t columns) {
  auto labels = labels_of(units, separator, columns);
  const bool all_units = labels.size() == columns && std::ranges::all_of(labels, is_unit);
  if (!all_units || names.empty()) return labels;
  auto above = labels_of(names, separator, columns);
  if (above.size() != columns) return labels;
  for (std::size_t i = 0; i < columns; ++i)
    if (!labels[i].empty()) above[i] += " (" + labels[i] + ")";
  return above;
}

}  // namespace

Result<NumberTable> read_number_table(std::string_view text, const std::string& file_name) {
  NumberTable table;
  std::string_view heading;
  char separator = kBlanks;
  CommaUse comma;
  std::size_t number = 0;
  constexpr std::size_t kMostWords = 200;  // lines of words above a table
  for (const std::string_view raw : split_lines(text)) {
    ++number;
    std::string_view line = trim(raw);
    if (line.empty()) continue;
    const bool remark = line.starts_with('#') || line.starts_with('%');
    if (table.columns.empty()) {
      if (!remark) separator = separator_of(line);
      const auto row = remark ? std::nullopt : row_of(line, separator, comma);
      if (row && row->size() >= 2) {
        table.columns.resize(row->size());
        table.first_line = number;
        const std::string names = table.comments.empty() ? "" : table.comments.back();
        table.labels = joined_labels(names, heading, separator, row->size());
        for (std::size_t i = 0; i < row->size(); ++i) table.columns[i].push_back((*row)[i]);
        continue;
      }
      while (remark && !line.empty() && (line.front() == '#' || line.front() == '%'))
        line = trim(line.substr(1));
      if (!heading.empty()) table.comments.emplace_back(heading);
      heading = line;
      if (table.comments.size() > kMostWords) break;
      continue;
    }
    if (remark) {
      table.comments.emplace_back(trim(line.substr(1)));
      continue;
    }
    const auto row = row_of(line, separator, comma);
    if (!row || row->size() != table.columns.size())
      return Error{"columns.bad_line", file_name + ":" + std::to_string(number),
                   "'" + std::string(line.substr(0, 40)) + "' is no row of the " +
                       std::to_string(table.columns.size()) + " columns above it",
                   ""};
    for (std::size_t i = 0; i < row->size(); ++i) table.columns[i].push_back((*row)[i]);
  }
  if (table.columns.empty())
    return Error{"columns.no_table", file_name, "holds no table of numbers in two or more columns", ""};
  if (comma.decimal && comma.point)
    return Error{"columns.decimal_comma", file_name + ":" + std::to_string(table.first_line),
                 "some numbers have a comma and others a point: one of them parts thousands",
                 "write numbers with a decimal point and without marks between thousands"};
  if (comma.decimal && !comma.certain)
    return Error{"columns.decimal_comma", file_name + ":" + std::to_string(table.first_line),
                 "commas may be decimal or part thousands: every one is followed by three digits",
                 "write numbers with a decimal point"};
  if (table.labels.size() != table.columns.size()) {
    if (!heading.empty()) table.comments.emplace_back(heading);
    table.labels.assign(table.columns.size(), "");
  }
  return table;
}

}  // namespace litho
