#include "tools/cli/xlsx_sheet.hpp"

#include <algorithm>

#include "modules/io/avantage/sheets.hpp"
#include "pipeline/core/number.hpp"
#include "pipeline/core/table.hpp"

namespace litho {
namespace {

constexpr std::uint32_t kMaxColumns = 1000;  // a sheet of files has a dozen
constexpr std::uint32_t kMaxRows = 1'000'000;

std::string text_of(const SheetCell& cell) {
  if (const auto* number = std::get_if<double>(&cell)) return format_exact(*number);
  std::string text = std::get<std::string>(cell);
  std::ranges::replace_if(
      text, [](char c) { return c == '\n' || c == '\r'; }, ' ');  // a row stays a line
  return text;
}

}  // namespace

Result<std::string> xlsx_as_csv(std::span<const std::uint8_t> bytes, const std::string& name) {
  const auto sheets = read_xlsx_sheets(bytes, name);
  if (!sheets) return sheets.errors();
  if (sheets->empty() || sheets->front().cells.empty())
    return Error{"csv.empty", name, "the first sheet holds nothing", "its first row names the columns"};
  const auto& cells = sheets->front().cells;
  std::uint32_t columns = 0;
  for (const auto& [place, cell] : cells) columns = std::max(columns, place.second + 1);
  const std::uint32_t rows = cells.rbegin()->first.first + 1;
  if (columns > kMaxColumns || rows > kMaxRows)
    return Error{"sheet.too_large", name, "a cell stands beyond row 1 000 000 or column 1000",
                 "delete what is not a table of files"};
  std::string out;
  for (std::uint32_t row = 0; row < rows; ++row) {
    std::vector<std::string> fields(columns);
    bool any = false;
    for (auto it = cells.lower_bound({row, 0}); it != cells.end() && it->first.first == row; ++it) {
      fields[it->first.second] = text_of(it->second);
      any = any || !fields[it->first.second].empty();
    }
    out += any ? write_csv(Table(fields)) : "\n";
  }
  return out;
}

}  // namespace litho
