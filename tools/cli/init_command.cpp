#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "calibration/sem_scale/sem_scale.hpp"
#include "pipeline/core/file.hpp"
#include "pipeline/core/number.hpp"
#include "pipeline/core/table.hpp"
#include "pipeline/core/text.hpp"
#include "pipeline/engine/input_paths.hpp"
#include "tools/cli/command.hpp"
#include "tools/cli/inspect.hpp"

namespace litho {
namespace {

namespace fs = std::filesystem;

struct Found {
  std::string file;  ///< relative to the sheet
  std::string sample;
  std::string role;  ///< of spectra, where the file's name tells it
  bool spectra = false;
  std::string note;
};

bool looks_like_data(const fs::path& path) {
  return has_extension(path, {".tif", ".tiff", ".png", ".vms", ".vamas", ".npl", ".vgd", ".avg", ".xls",
                              ".xlsx", ".xml", ".xy", ".spe", ".pro", ".txt", ".csv", ".dat"});
}

/// A table whose header names files is a sheet, not a spectrum.
bool is_sheet_of_files(const fs::path& path) {
  if (!has_extension(path, {".csv"})) return false;
  const auto text = read_text_file(path);
  const auto csv = text ? read_csv(*text) : Result<Csv>(Csv{});
  return csv && (csv->column("file") >= 0 || csv->column("image") >= 0);
}

std::string note_of(const nlohmann::ordered_json& facts) {
  if (facts.at("kind") == "micrograph") {
    if (facts.at("pixel_size_nm").is_null()) return "no pixel size in the file: fill in pixel_size_nm";
    return fmt::format("pixel size {} nm from {}", format_double(facts.at("pixel_size_nm").get<double>(), 4),
                       facts.at("pixel_size_source").get<std::string>());
  }
  std::vector<std::string> regions;
  for (const auto& region : facts.at("regions")) {
    const std::string name = region.at("name");
    if (std::ranges::find(regions, name) == regions.end()) regions.push_back(name);
  }
  return facts.at("format").get<std::string>() + ": " + join(regions, ", ");
}

/// Its subfolder, if it is in one: people sort by sample. Spectra need a sample, so that a file on its own is
/// one. `path` is relative to the folder.
std::string sample_guess(const fs::path& path, bool spectra) {
  fs::path parent = path.parent_path();
  const std::string last = lower(parent.filename().string());
  if (last == "sem" || last == "xps") parent = parent.parent_path();
  if (parent.has_filename()) return parent.filename().string();
  return spectra ? path.stem().string() : "";
}

/// Whether it only says more of a picture beside it.
bool is_sidecar(const fs::path& path, const std::vector<fs::path>& files) {
  return std::ranges::any_of(files, [&](const fs::path& picture) {
    if (picture.parent_path() != path.parent_path() || !has_extension(picture, {".tif", ".tiff", ".png"}))
      return false;
    const auto names = sidecar_candidates(picture.filename().string());
    return std::ranges::find(names, path.filename().string()) != names.end();
  });
}

std::string role_guess(const fs::path& path) {
  const std::string name = lower(path.stem().string());
  if (name.find("plated") != std::string::npos) return "plated";
  return name.find("reference") != std::string::npos || name.find("bare") != std::string::npos ? "reference"
                                                                                               : "";
}

/// In byte order of their paths; subfolders too, but neither hidden ones nor run folders.
std::vector<Found> find_data(const fs::path& folder, const fs::path& sheet,
                             std::vector<std::string>& unread) {
  std::vector<fs::path> files;
  std::error_code error;
  for (fs::recursive_directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    const bool hidden = at->path().filename().string().starts_with('.');
    if (at->is_directory() && (hidden || fs::exists(at->path() / "plan.json")))
      at.disable_recursion_pending();
    if (at->is_regular_file() && !hidden && looks_like_data(at->path())) files.push_back(at->path());
  }
  std::ranges::sort(files, {}, [](const fs::path& path) { return path.generic_string(); });
  std::vector<Found> out;
  const fs::path base = fs::absolute(sheet).parent_path();
  for (const fs::path& file : files) {
    if (is_sheet_of_files(file)) continue;
    const auto facts = inspect_file(file);
    if (!facts) {
      if (!is_sidecar(file, files)) unread.push_back(file.string());
      continue;
    }
    const bool spectra = facts->at("kind") == "spectra";
    out.push_back({fs::relative(file, base).generic_string(),
                   sample_guess(fs::relative(file, folder), spectra), spectra ? role_guess(file) : "",
                   spectra, note_of(*facts)});
  }
  return out;
}

Table sheet_of(const std::vector<Found>& files) {
  const bool spectra = std::ranges::any_of(files, &Found::spectra);
  const bool micrographs = !std::ranges::all_of(files, &Found::spectra);
  std::vector<std::string> columns{"file", "sample"};
  if (spectra) columns.insert(columns.end(), {"role", "reference"});
  if (micrographs) columns.insert(columns.end(), {"pixel_size_nm", "side"});
  columns.insert(columns.end(), {"condition", "time_h", "replicate", "note"});
  Table sheet(columns);
  for (const Found& found : files) {
    std::vector<Cell> row(columns.size());
    row[0] = found.file;
    row[1] = found.sample;
    if (!found.role.empty()) row[2] = found.role;
    row.back() = found.note;
    sheet.add(std::move(row));
  }
  return sheet;
}

int init(const std::string& folder, std::string output, bool force) {
  std::error_code error;
  if (!fs::is_directory(folder, error))
    return report({{"input.missing", folder, "there is no such folder", "check the path and its spelling"}},
                  kUsageError);
  if (output.empty()) output = (fs::path(folder) / "sheet.csv").string();
  if (fs::exists(output, error) && !force)
    return report(
        {{"init.exists", output, "the sheet exists already", "--force overwrites it, -o names another"}},
        kUsageError);
  std::vector<std::string> unread;
  const auto files = find_data(folder, output, unread);
  for (const std::string& name : unread)
    fmt::print(stderr, "left out: {} is neither a micrograph nor a file of spectra that can be read\n", name);
  if (files.empty())
    return report({{"input.empty_folder", folder, "holds no micrograph and no file of spectra", ""}},
                  kUsageError);
  if (const Status written = write_file(output, write_csv(sheet_of(files))); !written)
    return report(written.errors(), kInternalError);
  const auto spectra = std::ranges::count_if(files, &Found::spectra);
  fmt::print("{}: {} micrographs, {} files of spectra\n", output, static_cast<long>(files.size()) - spectra,
             spectra);
  fmt::print(stderr, "Check sample{}, fill in condition, then: lithoscope {} {} -o run\n",
             spectra > 0 ? " and role (reference or plated)" : "",
             spectra == 0                                 ? "interphase"
             : spectra == static_cast<long>(files.size()) ? "coverage"
                                                          : "study",
             output);
  return kOk;
}

}  // namespace

void add_init_command(CLI::App& app, Action& action) {
  static std::string folder, output;
  static bool force = false;
  CLI::App* command =
      app.add_subcommand("init", "Write a sheet of a folder's micrographs and spectra, to edit");
  command->add_option("FOLDER", folder, "Folder; its subfolders are looked through too")->required();
  command->add_option("-o,--output", output, "Sheet to write (default: FOLDER/sheet.csv)");
  command->add_flag("--force", force, "Overwrite the sheet");
  command->footer("Example:\n  lithoscope init data");
  command->callback([&action] { action = [] { return init(folder, output, force); }; });
}

}  // namespace litho
