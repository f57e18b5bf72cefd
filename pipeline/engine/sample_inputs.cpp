#include <algorithm>
#include <map>
#include <set>

#include "pipeline/core/file.hpp"
#include "pipeline/core/text.hpp"
#include "pipeline/engine/expansion.hpp"
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

class SampleExpander : private Expansion {
 public:
  SampleExpander(SampleFiles kind, const XlsxReader& xlsx) : Expansion(xlsx), kind_(kind) {}

  void add_argument(const std::string& argument) {
    const fs::path path(argument);
    std::error_code error;
    if (fs::is_directory(path, error))
      add_folder(path);
    else if (!fs::exists(path, error))
      fail_missing(argument);
    else if (!is_sheet_name(path, xlsx_) || !add_sheet(path))
      add_file(path);
  }

  Result<Inputs> finish() && {
    std::vector<Item>& items = inputs_.items;
    if (compares()) join_references();
    if (errors_.empty() && items.empty())
      fail("input.none", "", "no spectra are named", "name files of spectra, a folder of them, or a sheet");
    std::vector<std::string> names;
    for (const Item& item : items) names.push_back(item.name);
    names = unique_stems(names);
    // Two files of one name are two samples, and the table must tell them apart.
    for (std::size_t i = 0; i < names.size(); ++i)
      if (items[i].sample.empty()) items[i].name = items[i].sample = names[i];
    return std::move(*this).Expansion::finish(names);
  }

 private:
  void add_folder(const fs::path& folder) {
    bool any = false;
    for (const fs::path& file : sorted_files(folder)) {
      if (!is_spectra_name(file)) continue;
      any = true;
      add_file(file);
    }
    if (!any) fail_empty_folder(folder, "holds no file with the extension of a spectra format");
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
    inputs_.items.push_back({file.stem().string(), "", "", {{file, {}, {}, file.string()}}});
  }

  /// Where a table of one spectrum may stand as well, only what names files is a sheet.
  bool names_files(const fs::path& sheet) const {
    Errors beside;
    const auto csv = read_sheet(sheet, xlsx_, beside);
    return csv ? csv->column("file") >= 0 : heads_a_sheet(sheet);
  }

  /// False where the file is not a sheet but may be a table of one spectrum.
  bool add_sheet(const fs::path& sheet) {
    if (!compares() && !names_files(sheet)) return false;
    const Csv csv = open_sheet(sheet);
    if (csv.columns.empty()) return true;
    bool complete = true;
    for (const std::string_view needed : {"file", "sample", "role"})
      if (csv.column(needed) < 0 && (needed != "role" || compares())) {
        complete = false;
        fail("sheet.no_column", sheet.string(), "there is no column '" + std::string(needed) + "'",
             "the header must name it; it names: " + join(csv.columns, ", "));
      }
    if (!complete) return true;
    take_columns(csv, sheet.string(), false);
    for (const CsvRow& row : csv.rows) add_row(sheet, csv, row);
    if (csv.rows.empty() && errors_.empty())
      fail("sheet.empty", sheet.string(), "has a header but no rows", "add one row a file");
    return true;
  }

  void add_row(const fs::path& sheet, const Csv& csv, const CsvRow& row) {
    const std::string where = sheet.string() + ":" + std::to_string(row.line);
    auto fields = fields_of(csv, row);
    const std::string given = field(fields, "file"), role = field(fields, "role"),
                      sample = field(fields, "sample");
    if (role.empty() && has_extension(given, {".tif", ".tiff", ".png"})) return;  // a sheet that mixes both
    if (role != "reference" && role != "plated" && !(role.empty() && kind_ == SampleFiles::own))
      fail("sheet.bad_role", where, "role '" + role + "' is not reference or plated",
           "reference: the bare Cr film; plated: after lithium was plated");
    if (sample.empty())
      fail("sheet.missing_sample", where, "the column 'sample' is empty",
           "rows of one sample carry the same name");
    const std::string what =
        sample + '\n' + role + '\n' + field(fields, "region") + '\n' + field(fields, "block");
    fields.erase("file");
    for (const fs::path& path : files_of(sheet, where, given))
      if (!sample.empty()) add_sheet_file({sheet.parent_path() / path, fields, {}, where}, sample, what);
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
    auto item = std::ranges::find(inputs_.items, sample, &Item::name);
    if (item == inputs_.items.end())
      item = inputs_.items.insert(inputs_.items.end(), {sample, "", sample, {}});
    item->files.push_back(std::move(file));
  }

  void drop_bare_films() {
    const bool any = !inputs_.items.empty();
    std::erase_if(inputs_.items, [](const Item& item) {
      return std::ranges::none_of(
          item.files, [](const ItemFile& file) { return field(file.fields, "role") == "plated"; });
    });
    if (any && inputs_.items.empty() && errors_.empty())
      fail("sheet.no_plated", "", "no row has the role plated", "give the plated films the role plated");
  }

  void join_references() {
    std::map<std::string, std::vector<ItemFile>> bare;
    for (const Item& item : inputs_.items)
      for (const ItemFile& file : item.files)
        if (field(file.fields, "role") == "reference") bare[item.name].push_back(file);
    if (kind_ == SampleFiles::with_reference) drop_bare_films();
    for (Item& item : inputs_.items) {
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
