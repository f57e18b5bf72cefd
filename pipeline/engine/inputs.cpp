#include "pipeline/engine/inputs.hpp"

#include <algorithm>
#include <filesystem>
#include <map>

#include "pipeline/core/number.hpp"
#include "pipeline/core/text.hpp"
#include "pipeline/engine/input_paths.hpp"

namespace litho {
namespace {

namespace fs = std::filesystem;

struct NumberColumn {
  std::string_view name;
  double lo;  ///< exclusive
  double hi;
};
constexpr NumberColumn kNumberColumns[]{{"pixel_size_nm", 0, 1e6},
                                        {"scale_u_percent", -1e-300, 100},
                                        {"view_tilt_deg", -90, 90},
                                        {"time_h", -1e-300, 1e9},
                                        {"current_ma_cm2", -1e9, 1e9}};
constexpr std::string_view kSides[]{"top", "bottom", "left", "right"};

bool is_picture(const fs::path& path) {
  return has_extension(path, {".tif", ".tiff", ".png"});
}

using SidecarNames = std::function<std::vector<std::string>(const std::string&)>;

class Expander {
 public:
  Expander(const SidecarNames& sidecar_names, const XlsxReader& xlsx)
      : sidecar_names_(sidecar_names), xlsx_(xlsx) {}

  void add_argument(const std::string& argument) {
    const fs::path path(argument);
    std::error_code error;
    if (fs::is_directory(path, error))
      add_folder(path);
    else if (!fs::exists(path, error))
      fail("input.missing", argument, "there is no such file or folder", "check the path and its spelling");
    else if (is_sheet_name(path, xlsx_))
      add_sheet(path);
    else
      add_file({path, {}, {}, argument}, argument, false);
  }

  Result<Inputs> finish() && {
    if (errors_.empty() && inputs_.items.empty())
      fail("input.none", "", "no micrograph is named",
           "name TIFF or PNG files, a folder of them, or a sheet");
    if (!errors_.empty()) return errors_;
    std::vector<std::string> stems;
    for (const Item& item : inputs_.items) stems.push_back(item.files.front().path.stem().string());
    stems = unique_stems(stems);
    for (std::size_t i = 0; i < stems.size(); ++i) inputs_.items[i].stem = stems[i];
    return std::move(inputs_);
  }

 private:
  void fail(std::string code, std::string where, std::string message, std::string hint) {
    errors_.push_back({std::move(code), std::move(where), std::move(message), std::move(hint)});
  }

  void add_folder(const fs::path& folder) {
    bool any = false;
    for (const fs::path& file : sorted_files(folder)) {
      if (!is_picture(file)) continue;
      any = true;
      add_file({file, {}, {}, file.string()}, file.string(), false);
    }
    if (!any)
      fail("input.empty_folder", folder.string(), "holds no *.tif, *.tiff or *.png file",
           "name the folder that holds the micrographs; subfolders are not searched");
  }

  void add_file(ItemFile file, const std::string& name, bool from_sheet) {
    std::error_code error;
    const auto [seen, fresh] = seen_.emplace(fs::weakly_canonical(file.path, error).string(), file.where);
    if (!fresh && from_sheet)
      return fail("sheet.repeated_file", file.where, "'" + name + "' stands already at " + seen->second,
                  "remove one of the two");
    if (!fresh) {
      inputs_.notices.push_back(name + " is named twice and measured once");
      return;
    }
    for (const std::string& beside : sidecar_names_(file.path.filename().string()))
      if (const fs::path path = file.path.parent_path() / beside; fs::is_regular_file(path, error))
        file.sidecars.push_back(path);
    const auto sample = file.fields.find("sample");
    Item item{name, "", sample == file.fields.end() ? "" : sample->second, {std::move(file)}};
    inputs_.items.push_back(std::move(item));
  }

  void add_sheet(const fs::path& sheet) {
    const auto csv = read_sheet(sheet, xlsx_);
    if (!csv) return append(csv.errors());
    if (csv->column("file") < 0)
      return fail("sheet.no_column", sheet.string(), "there is no column 'file'",
                  "the header must name 'file'; it names: " + join(csv->columns, ", "));
    const bool mixed = csv->column("role") >= 0;  // with rows of spectra
    for (const std::string& column : csv->columns)
      if (column != "file" && column != "sample" && !column.empty() && !(mixed && is_file_column(column)) &&
          std::ranges::find(inputs_.sheet_columns, column) == inputs_.sheet_columns.end())
        inputs_.sheet_columns.push_back(column);
    for (std::string& notice : column_notices(*csv, sheet.string()))
      inputs_.notices.push_back(std::move(notice));
    for (const CsvRow& row : csv->rows) add_row(sheet, *csv, row);
    if (csv->rows.empty())
      fail("sheet.empty", sheet.string(), "has a header but no rows", "add one row a micrograph");
  }

  void add_row(const fs::path& sheet, const Csv& csv, const CsvRow& row) {
    const std::string where = sheet.string() + ":" + std::to_string(row.line);
    std::map<std::string, std::string> fields;
    for (std::size_t i = 0; i < row.fields.size(); ++i)
      if (!row.fields[i].empty()) fields[csv.columns[i]] = row.fields[i];
    check_values(fields, where);
    const auto file = fields.find("file");
    if (file == fields.end())
      return fail("sheet.missing_file", where, "the column 'file' is empty", "name a file");
    if (fields.contains("role")) return;  // a row of spectra in a sheet that mixes both
    const std::string given = file->second;
    const auto names = expand_glob(sheet.parent_path(), given);
    if (names.empty())
      return fail("sheet.missing_file", where, "'" + given + "' is not there",
                  "paths are relative to the sheet");
    fields.erase("file");
    for (const fs::path& name : names)
      add_file({sheet.parent_path() / name, fields, {}, where}, name.string(), true);
  }

  void check_values(const std::map<std::string, std::string>& fields, const std::string& where) {
    for (const NumberColumn& column : kNumberColumns) {
      const auto it = fields.find(std::string(column.name));
      if (it == fields.end()) continue;
      const auto value = parse_double(it->second);
      if (!value || *value <= column.lo || *value >= column.hi)
        fail("sheet.bad_number", where,
             std::string(column.name) + " '" + it->second + "' is not a number in range",
             "write a plain number with a point as decimal mark; the unit is in the column's name");
    }
    if (const auto it = fields.find("side");
        it != fields.end() && std::ranges::find(kSides, it->second) == std::end(kSides))
      fail("sheet.bad_side", where, "side '" + it->second + "' is not top, bottom, left or right",
           "the side of the picture on which the lithium lies, or leave it empty");
  }

  void append(const Errors& errors) { errors_.insert(errors_.end(), errors.begin(), errors.end()); }

  const SidecarNames& sidecar_names_;
  const XlsxReader& xlsx_;
  Inputs inputs_;
  Errors errors_;
  std::map<std::string, std::string> seen_;
};

}  // namespace

Result<Inputs> expand_micrographs(const std::vector<std::string>& arguments,
                                  const SidecarNames& sidecar_names, const XlsxReader& xlsx) {
  Expander expander(sidecar_names, xlsx);
  for (const std::string& argument : expand_arguments(arguments)) expander.add_argument(argument);
  return std::move(expander).finish();
}

}  // namespace litho
