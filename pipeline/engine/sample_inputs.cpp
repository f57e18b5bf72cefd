#include <algorithm>
#include <map>
#include <set>

#include "pipeline/core/file.hpp"
#include "pipeline/core/text.hpp"
#include "pipeline/engine/input_paths.hpp"
#include "pipeline/engine/inputs.hpp"

namespace litho {
namespace {

namespace fs = std::filesystem;

bool is_spectra_name(const fs::path& path) {
  return has_extension(path, {".vms", ".vamas", ".npl", ".vgd", ".avg", ".xls", ".xlsx", ".xml", ".xy",
                              ".spe", ".pro", ".txt", ".csv", ".dat"});
}

std::string field(const std::map<std::string, std::string>& fields, const std::string& name) {
  const auto it = fields.find(name);
  return it == fields.end() ? "" : it->second;
}

/// Whether the first line has a column 'file', whatever separates the columns: a sheet that could not be
/// read.
bool heads_a_sheet(const fs::path& path) {
  const auto bytes = read_file(path);
  if (!bytes) return false;
  const std::string text = decode_text(*bytes);
  const auto lines = split_lines(text);
  if (lines.empty()) return false;
  std::string header = lower(lines.front());
  std::ranges::replace_if(
      header, [](char c) { return c == ';' || c == '\t' || c == '"'; }, ',');
  const auto names = split(header, ',');
  return std::ranges::any_of(names, [](std::string_view name) { return trim(name) == "file"; });
}

class SampleExpander {
 public:
  SampleExpander(SampleFiles kind, const XlsxReader& xlsx) : kind_(kind), xlsx_(xlsx) {}

  void add_argument(const std::string& argument) {
    const fs::path path(argument);
    std::error_code error;
    if (fs::is_directory(path, error))
      add_folder(path);
    else if (!fs::exists(path, error))
      fail("input.missing", argument, "there is no such file or folder", "check the path and its spelling");
    else if (!is_sheet_name(path, xlsx_) || !add_sheet(path))
      add_file(path);
  }

  Result<Inputs> finish() && {
    if (compares()) join_references();
    if (errors_.empty() && items_.empty())
      fail("input.none", "", "no spectra are named", "name files of spectra, a folder of them, or a sheet");
    if (!errors_.empty()) return errors_;
    std::vector<std::string> names;
    for (const Item& item : items_) names.push_back(item.name);
    names = unique_stems(names);
    for (std::size_t i = 0; i < names.size(); ++i) {
      // Two files of one name are two samples, and the table must tell them apart.
      if (items_[i].sample.empty()) items_[i].name = items_[i].sample = names[i];
      items_[i].stem = names[i];
    }
    inputs_.items = std::move(items_);
    return std::move(inputs_);
  }

 private:
  void fail(std::string code, std::string where, std::string message, std::string hint) {
    errors_.push_back({std::move(code), std::move(where), std::move(message), std::move(hint)});
  }

  void add_folder(const fs::path& folder) {
    bool any = false;
    for (const fs::path& file : sorted_files(folder)) {
      if (!is_spectra_name(file)) continue;
      any = true;
      add_file(file);
    }
    if (!any)
      fail("input.empty_folder", folder.string(), "holds no file with the extension of a spectra format",
           "name the folder that holds the spectra; subfolders are not searched");
  }

  /// Whether plated films are compared with bare ones.
  bool compares() const { return kind_ != SampleFiles::own; }

  void add_file(const fs::path& file) {
    if (compares())
      return fail("input.no_sheet", file.string(), "a single file does not say what it is compared with",
                  "write a sheet with the columns sample, role (reference or plated) and file");
    std::error_code error;
    if (!seen_.emplace(fs::weakly_canonical(file, error).string(), file.string()).second) {
      inputs_.notices.push_back(file.string() + " is named twice and measured once");
      return;
    }
    items_.push_back({file.stem().string(), "", "", {{file, {}, {}, file.string()}}});
  }

  /// False where the file is not a sheet but may be a table of one spectrum.
  bool add_sheet(const fs::path& sheet) {
    const auto csv = read_sheet(sheet, xlsx_);
    // Where a table of one spectrum may stand as well, only what names files is a sheet.
    const bool names_files = csv ? csv->column("file") >= 0 : heads_a_sheet(sheet);
    if (!names_files && kind_ == SampleFiles::own) return false;
    if (!csv) {
      errors_.insert(errors_.end(), csv.errors().begin(), csv.errors().end());
      return true;
    }
    bool complete = true;
    for (const std::string_view needed : {"file", "sample", "role"})
      if (csv->column(needed) < 0 && (needed != "role" || compares())) {
        complete = false;
        fail("sheet.no_column", sheet.string(), "there is no column '" + std::string(needed) + "'",
             "the header must name it; it names: " + join(csv->columns, ", "));
      }
    if (!complete) return true;
    for (const std::string& column : csv->columns)
      if (!column.empty() && !is_file_column(column) &&
          std::ranges::find(inputs_.sheet_columns, column) == inputs_.sheet_columns.end())
        inputs_.sheet_columns.push_back(column);
    for (std::string& notice : column_notices(*csv, sheet.string()))
      inputs_.notices.push_back(std::move(notice));
    for (const CsvRow& row : csv->rows) add_row(sheet, *csv, row);
    if (csv->rows.empty())
      fail("sheet.empty", sheet.string(), "has a header but no rows", "add one row a file");
    return true;
  }

  void add_row(const fs::path& sheet, const Csv& csv, const CsvRow& row) {
    const std::string where = sheet.string() + ":" + std::to_string(row.line);
    std::map<std::string, std::string> fields;
    for (std::size_t i = 0; i < row.fields.size(); ++i)
      if (!row.fields[i].empty()) fields[csv.columns[i]] = row.fields[i];
    const std::string given = field(fields, "file");
    const std::string role = field(fields, "role");
    if (role.empty() && has_extension(given, {".tif", ".tiff", ".png"})) return;  // a sheet that mixes both
    if (given.empty()) return fail("sheet.missing_file", where, "the column 'file' is empty", "name a file");
    if (role != "reference" && role != "plated" && !(role.empty() && kind_ == SampleFiles::own))
      fail("sheet.bad_role", where, "role '" + role + "' is not reference or plated",
           "reference: the bare Cr film; plated: after lithium was plated");
    const std::string sample = field(fields, "sample");
    if (sample.empty())
      return fail("sheet.missing_sample", where, "the column 'sample' is empty",
                  "rows of one sample carry the same name");
    const auto paths = expand_glob(sheet.parent_path(), given);
    if (paths.empty())
      return fail("sheet.missing_file", where, "'" + given + "' is not there",
                  "paths are relative to the sheet");
    const std::string what =
        sample + '\n' + role + '\n' + field(fields, "region") + '\n' + field(fields, "block");
    fields.erase("file");
    for (const fs::path& path : paths)
      add_sheet_file({sheet.parent_path() / path, fields, {}, where}, sample, what);
  }

  void add_sheet_file(ItemFile file, const std::string& sample, const std::string& what) {
    std::error_code error;
    const auto [same, fresh] =
        seen_.emplace(fs::weakly_canonical(file.path, error).string() + '\n' + what, file.where);
    if (!fresh)
      return fail("sheet.repeated_file", file.where,
                  "'" + file.path.filename().string() + "' stands already at " + same->second +
                      " with the same sample, role, region and block",
                  "remove one of the two");
    if (const std::string region = field(file.fields, "region"); !region.empty())
      if (const auto [other, first] = regions_.emplace(what, file.where); !first)
        return fail("sheet.repeated_region", file.where,
                    "region '" + region + "' of sample '" + sample + "' in this role stands already at " +
                        other->second,
                    "name the blocks apart in the column block, or remove one of the two");
    auto item = std::ranges::find(items_, sample, &Item::name);
    if (item == items_.end()) item = items_.insert(items_.end(), {sample, "", sample, {}});
    item->files.push_back(std::move(file));
  }

  void drop_bare_films() {
    const bool any = !items_.empty();
    std::erase_if(items_, [](const Item& item) {
      return std::ranges::none_of(
          item.files, [](const ItemFile& file) { return field(file.fields, "role") == "plated"; });
    });
    if (any && items_.empty() && errors_.empty())
      fail("sheet.no_plated", "", "no row has the role plated", "give the plated films the role plated");
  }

  void join_references() {
    std::map<std::string, std::vector<ItemFile>> bare;
    for (const Item& item : items_)
      for (const ItemFile& file : item.files)
        if (field(file.fields, "role") == "reference") bare[item.name].push_back(file);
    if (kind_ == SampleFiles::with_reference) drop_bare_films();
    for (Item& item : items_) {
      // The plated files lead: what the sheet says of them goes with the sample's row.
      std::ranges::stable_sort(item.files, {},
                               [](const ItemFile& file) { return field(file.fields, "role") != "plated"; });
      std::set<std::string> names;
      const std::vector<ItemFile> own = item.files;
      for (const ItemFile& file : own) {
        const std::string name = field(file.fields, "reference");
        if (name.empty() || name == item.name || !names.insert(name).second) continue;
        if (!bare.contains(name))
          fail("sheet.no_reference", file.where, "sample '" + name + "' has no row with the role reference",
               "the column reference names the sample that serves as bare film");
        else
          item.files.insert(item.files.end(), bare[name].begin(), bare[name].end());
      }
    }
  }

  SampleFiles kind_;
  const XlsxReader& xlsx_;
  std::vector<Item> items_;
  Inputs inputs_;
  Errors errors_;
  std::map<std::string, std::string> seen_;
  std::map<std::string, std::string> regions_;
};

}  // namespace

Result<Inputs> expand_samples(const std::vector<std::string>& arguments, SampleFiles files,
                              const XlsxReader& xlsx) {
  SampleExpander expander(files, xlsx);
  for (const std::string& argument : expand_arguments(arguments)) expander.add_argument(argument);
  return std::move(expander).finish();
}

}  // namespace litho
