#include "pipeline/core/table.hpp"

#include <algorithm>
#include <cassert>

#include "pipeline/core/number.hpp"
#include "pipeline/core/text.hpp"

namespace litho {
namespace {

std::string quoted(std::string_view field) {
  const bool plain = field.find_first_of(",\"\r\n") == std::string_view::npos && trim(field) == field &&
                     !field.starts_with('#');
  if (plain) return std::string(field);
  std::string out = "\"";
  for (const char c : field) out += c == '"' ? "\"\"" : std::string(1, c);
  return out + '"';
}

void append_line(std::string& out, const std::vector<std::string>& fields) {
  for (std::size_t i = 0; i < fields.size(); ++i) out += (i > 0 ? "," : "") + quoted(fields[i]);
  if (fields.size() == 1 && fields[0].empty()) out += "\"\"";  // a blank line would not be a row
  out += '\n';
}

std::string line_name(int line) {
  return "line " + std::to_string(line);
}

/// Splits text into records; a record remembers the line on which it starts.
class CsvScanner {
 public:
  explicit CsvScanner(std::string_view text) : text_(text) {}

  bool next(CsvRow& row, Errors& errors) {
    while (at_ < text_.size() && skip_blank_or_comment()) {
    }
    if (at_ >= text_.size()) return false;
    row = {line_, {}};
    for (;;) {
      row.fields.push_back(field(errors));
      if (at_ >= text_.size()) return true;
      if (text_[at_] == ',') {
        ++at_;
        continue;
      }
      end_of_line();
      return true;
    }
  }

 private:
  bool skip_blank_or_comment() {
    const auto end = std::min(text_.find_first_of("\r\n", at_), text_.size());
    const std::string_view line = trim(text_.substr(at_, end - at_));
    if (!line.empty() && line.front() != '#') return false;
    at_ = end;
    end_of_line();
    return true;
  }

  void end_of_line() {
    if (at_ < text_.size() && text_[at_] == '\r')
      ++at_;
    else if (at_ < text_.size() && text_[at_] == '\n') {
      ++at_;
      ++line_;
      return;
    } else
      return;
    if (at_ < text_.size() && text_[at_] == '\n') ++at_;
    ++line_;
  }

  std::string field(Errors& errors) {
    if (at_ >= text_.size() || text_[at_] != '"') {
      const auto end = std::min(text_.find_first_of(",\r\n", at_), text_.size());
      std::string out(trim(text_.substr(at_, end - at_)));
      at_ = end;
      return out;
    }
    const int opened = line_;
    std::string out;
    for (++at_; at_ < text_.size(); ++at_) {
      if (text_[at_] == '\n' || (text_[at_] == '\r' && text_.substr(at_ + 1, 1) != "\n")) ++line_;
      if (text_[at_] != '"') {
        out += text_[at_];
      } else if (text_.substr(at_ + 1, 1) == "\"") {
        out += '"';
        ++at_;
      } else {
        ++at_;
        const auto end = std::min(text_.find_first_of(",\r\n", at_), text_.size());
        if (!trim(text_.substr(at_, end - at_)).empty())
          errors.push_back(
              {"csv.quote", line_name(opened), "text follows a closing quote", "double the quotes inside"});
        at_ = end;
        return out;
      }
    }
    errors.push_back(
        {"csv.quote", line_name(opened), "a quoted field is never closed", "add the closing quote"});
    return out;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  int line_ = 1;
};

}  // namespace

std::string to_text(const Cell& cell) {
  if (const auto* text = std::get_if<std::string>(&cell)) return *text;
  if (const auto* whole = std::get_if<std::int64_t>(&cell)) return std::to_string(*whole);
  if (const auto* number = std::get_if<double>(&cell)) return format_double(*number);
  return "";
}

void Table::add(std::vector<Cell> row) {
  assert(row.size() == columns_.size());
  rows_.push_back(std::move(row));
}

std::string write_csv(const Table& table) {
  std::string out;
  append_line(out, table.columns());
  std::vector<std::string> fields;
  for (const auto& row : table.rows()) {
    fields.clear();
    for (const Cell& cell : row) fields.push_back(to_text(cell));
    append_line(out, fields);
  }
  return out;
}

int Csv::column(std::string_view name) const {
  const auto it = std::ranges::find(columns, name);
  return it == columns.end() ? -1 : static_cast<int>(it - columns.begin());
}

Result<Csv> read_csv(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  CsvScanner scanner(text);
  Csv csv;
  Errors errors;
  CsvRow row;
  if (!scanner.next(row, errors))
    return Error{"csv.empty", "", "no header line", "the first line names the columns"};
  for (std::string& name : row.fields) csv.columns.emplace_back(trim(name));
  for (std::size_t i = 0; i < csv.columns.size(); ++i)
    if (std::find(csv.columns.begin(), csv.columns.begin() + i, csv.columns[i]) != csv.columns.begin() + i)
      errors.push_back({"csv.repeated_column", line_name(row.line),
                        "column '" + csv.columns[i] + "' stands twice", "rename or remove one"});
  while (scanner.next(row, errors)) {
    if (row.fields.size() != csv.columns.size())
      errors.push_back({"csv.field_count", line_name(row.line),
                        std::to_string(row.fields.size()) + " fields, but the header names " +
                            std::to_string(csv.columns.size()),
                        "quote fields that hold a comma"});
    csv.rows.push_back(std::move(row));
  }
  if (!errors.empty()) return errors;
  return csv;
}

}  // namespace litho
