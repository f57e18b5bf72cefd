#include "pipeline/engine/inputs.hpp"

#include <algorithm>
#include <filesystem>
#include <map>

#include "pipeline/core/number.hpp"
#include "pipeline/core/text.hpp"
#include "pipeline/engine/expansion.hpp"
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

class Expander : private Expansion {
 public:
  Expander(const SidecarNames& sidecar_names, const XlsxReader& xlsx)
      : Expansion(xlsx), sidecar_names_(sidecar_names) {}

  void add_argument(const std::string& argument) {
    const fs::path path(argument);
    std::error_code error;
    if (fs::is_directory(path, error))
      add_folder(path);
    else if (!fs::exists(path, error))
      fail_missing(argument);
    else if (is_sheet_name(path, xlsx_))
      add_sheet(path);
    else
      add_file({path, {}, {}, argument}, argument, false);
  }

  Result<Inputs> finish() && {
    if (errors_.empty() && inputs_.items.empty())
      fail("input.none", "", "no micrograph is named",
           "name TIFF or PNG files, a folder of them, or a sheet");
    std::vector<std::string> names;
    for (const Item& item : inputs_.items) names.push_back(item.files.front().path.stem().string());
    return std::move(*this).Expansion::finish(names);
  }

 private:
  void add_folder(const fs::path& folder) {
    bool any = false;
    for (const fs::path& file : sorted_files(folder)) {
      if (!is_picture(file)) continue;
      any = true;
      add_file({file, {}, {}, file.string()}, file.string(), false);
    }
    if (!any) fail_empty_folder(folder, "holds no *.tif, *.tiff or *.png file");
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
    const Csv csv = open_sheet(sheet);
    if (csv.columns.empty()) return;
    if (csv.column("file") < 0)
      return fail("sheet.no_column", sheet.string(), "there is no column 'file'",
                  "the header must name 'file'; it names: " + join(csv.columns, ", "));
    take_columns(csv, sheet.string(), csv.column("role") < 0);  // else it has rows of spectra too
    for (const CsvRow& row : csv.rows) add_row(sheet, csv, row);
    if (csv.rows.empty() && errors_.empty())
      fail("sheet.empty", sheet.string(), "has a header but no rows", "add one row a micrograph");
  }

  void add_row(const fs::path& sheet, const Csv& csv, const CsvRow& row) {
    const std::string where = sheet.string() + ":" + std::to_string(row.line);
    auto fields = fields_of(csv, row);
    check_values(fields, where);
    const std::string given = fields.contains("file") ? fields["file"] : "";
    if (!given.empty() && fields.contains("role")) return;  // a row of spectra in a sheet that mixes both
    fields.erase("file");
    for (const fs::path& name : files_of(sheet, where, given))
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

  const SidecarNames& sidecar_names_;
};

}  // namespace

Result<Inputs> expand_micrographs(const std::vector<std::string>& arguments,
                                  const SidecarNames& sidecar_names, const XlsxReader& xlsx) {
  Expander expander(sidecar_names, xlsx);
  for (const std::string& argument : expand_arguments(arguments)) expander.add_argument(argument);
  return std::move(expander).finish();
}

}  // namespace litho
