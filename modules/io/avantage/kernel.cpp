#include "modules/io/avantage/kernel.hpp"

#include <algorithm>
#include <optional>

#include "modules/io/avantage/sheets.hpp"
#include "modules/io/ole2/kernel.hpp"
#include "pipeline/core/text.hpp"

namespace litho {
namespace {

using Place = std::pair<std::uint32_t, std::uint32_t>;

const SheetCell* cell_at(const Sheet& sheet, std::uint32_t row, std::uint32_t column) {
  const auto cell = sheet.cells.find(Place{row, column});
  return cell == sheet.cells.end() ? nullptr : &cell->second;
}

std::string text_at(const Sheet& sheet, std::uint32_t row, std::uint32_t column) {
  const SheetCell* cell = cell_at(sheet, row, column);
  const auto* text = cell ? std::get_if<std::string>(cell) : nullptr;
  return text ? std::string(trim(*text)) : "";
}

std::optional<double> number_at(const Sheet& sheet, std::uint32_t row, std::uint32_t column) {
  const SheetCell* cell = cell_at(sheet, row, column);
  if (!cell) return std::nullopt;
  if (const auto* number = std::get_if<double>(cell)) return *number;
  return number_in_field(std::get<std::string>(*cell));
}

struct Columns {
  std::uint32_t units_row, energy, intensity;
  IntensityUnit unit;
};

/// The row of units: "eV", and right of it the first unit of an intensity.
std::optional<Columns> find_columns(const Sheet& sheet) {
  for (const auto& [place, cell] : sheet.cells) {
    const auto* text = std::get_if<std::string>(&cell);
    if (!text || lower(trim(*text)) != "ev") continue;
    for (auto right = sheet.cells.upper_bound(place);
         right != sheet.cells.end() && right->first.first == place.first; ++right) {
      const auto* unit_text = std::get_if<std::string>(&right->second);
      if (!unit_text) continue;
      const IntensityUnit unit = intensity_of_label(*unit_text);
      if (unit != IntensityUnit::unknown)
        return Columns{place.first, place.second, right->first.second, unit};
    }
  }
  return std::nullopt;
}

/// N of "Elements= | N", where the sheet announces it.
std::optional<double> announced_points(const Sheet& sheet) {
  for (const auto& [place, cell] : sheet.cells)
    if (const auto* text = std::get_if<std::string>(&cell);
        text && starts_with_nocase(trim(*text), "elements="))
      return number_at(sheet, place.first, place.second + 1);
  return std::nullopt;
}

/// The reason why the sheet is no spectrum, or "".
std::string read_sheet(const Sheet& sheet, SpectrumCollector& collector) {
  const auto columns = find_columns(sheet);
  if (!columns) return "no row of it holds the units of an energy and of an intensity";
  const std::string title =
      columns->units_row > 0 ? text_at(sheet, columns->units_row - 1, columns->energy) : std::string();
  const auto axis = axis_of_label(title);
  if (!axis) return "the title '" + title + "' of its energies is not said to be binding or kinetic energy";
  SpectrumData data;
  data.region = data.block = sheet.name;
  data.axis = *axis;
  data.unit = columns->unit;
  for (std::uint32_t row = columns->units_row + 1;; ++row) {
    const auto energy = number_at(sheet, row, columns->energy);
    if (!energy) break;
    const auto intensity = number_at(sheet, row, columns->intensity);
    if (!intensity) return "row " + std::to_string(row + 1) + " has an energy and no intensity";
    data.energy_ev.push_back(*energy);
    data.intensity.push_back(*intensity);
  }
  const auto announced = announced_points(sheet);
  if (announced && *announced != static_cast<double>(data.energy_ev.size()))
    return "it announces " + std::to_string(static_cast<long long>(std::min(*announced, 1e15))) +
           " points and holds " + std::to_string(data.energy_ev.size());
  if (data.unit == IntensityUnit::counts_per_s)
    data.notes.push_back(
        "the export gives counts per second without dwell time and scans: open the .VGD for counts");
  collector.add(std::move(data));
  return "";
}

Result<std::vector<Spectrum>> read_sheets(const Result<std::vector<Sheet>>& sheets,
                                          const std::string& file_name) {
  if (!sheets) return sheets.errors();
  SpectrumCollector collector("avantage", file_name);
  for (const Sheet& sheet : *sheets) {
    if (sheet.cells.empty()) continue;
    const std::string reason = read_sheet(sheet, collector);
    if (!reason.empty()) collector.leave_out("sheet '" + sheet.name + "'", reason);
  }
  return std::move(collector).finish();
}

}  // namespace

bool is_xls(Bytes bytes) {
  const auto file = CompoundFile::open(bytes, "");
  return file && (file->has("Workbook") || file->has("Book"));
}

Result<std::vector<Spectrum>> read_avantage_xls(Bytes bytes, const std::string& file_name) {
  return read_sheets(read_xls_sheets(bytes, file_name), file_name);
}

Result<std::vector<Spectrum>> read_avantage_xlsx(Bytes bytes, const std::string& file_name) {
  return read_sheets(read_xlsx_sheets(bytes, file_name), file_name);
}

}  // namespace litho
