#include <fmt/format.h>

#include <filesystem>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>

#include "pipeline/core/file.hpp"
#include "pipeline/core/version.hpp"
#include "tools/cli/command.hpp"
#include "tools/cli/shipped_graphs.hpp"
#include "tools/cli/study.hpp"
#include "tools/cli/xlsx_sheet.hpp"
#include "tools/report/report.hpp"
#include "tools/results/crate.hpp"
#include "tools/results/study_tables.hpp"

namespace litho {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr const char* kFormat = "lithoscope-study-1";
constexpr const char* kParts[]{"interphase", "fracture", "coverage"};

/// Where a file of a part goes at the top: its own place, or beside it under the part's name where an earlier
/// part has that place (both SEM graphs draw overlays/<image>.png).
std::string place_at_top(const std::string& file, const std::string& part, std::set<std::string>& taken) {
  if (taken.insert(file).second) return file;
  const fs::path path(file);
  std::string own =
      (path.parent_path() / (path.stem().string() + "-" + part + path.extension().string())).generic_string();
  taken.insert(own);
  return own;
}

/// A second name for a part's file, or a copy where the disk knows no second names.
Status place(const fs::path& from, const fs::path& to) {
  std::error_code error;
  fs::create_directories(to.parent_path(), error);
  if (fs::equivalent(from, to, error)) return {};
  fs::remove(to, error);
  fs::create_hard_link(from, to, error);
  if (!error) return {};
  const auto bytes = read_file(from);
  return bytes ? write_file(to, *bytes) : Status(bytes.errors());
}

/// Tables, pictures and report of all parts at the top of the folder. The parts' own are theirs.
Status join_study(const RunArguments& arguments, const std::vector<std::string>& parts) {
  const fs::path folder(arguments.run);
  StudyTables joined;
  std::vector<CratePart> runs;
  std::vector<std::string> run_jsons, pictures;
  std::set<std::string> taken;
  for (const std::string& part : parts) {
    const auto opened = RunFolder::open(folder / part);
    if (!opened) return opened.errors();
    const auto merged = merge_run(*opened);
    if (!merged) return merged.errors();
    joined.add(merged->tables, opened->plan().sheet_columns);
    const auto text = read_text_file(folder / part / "run.json");
    if (!text) return text.errors();
    runs.push_back({part, *text});
    run_jsons.push_back(*text);
    for (std::size_t i = 0; i < opened->plan().items.size(); ++i)
      if (const auto record = opened->read_item(i))
        for (const ArtifactEntry& artifact : record->artifacts) {
          pictures.push_back(place_at_top(artifact.file, part, taken));
          if (const Status placed = place(folder / part / artifact.file, folder / pictures.back()); !placed)
            return placed;
        }
  }
  const NamedTables tables = joined.finish();
  std::vector<std::string> files{"results.xlsx", "run.json", "report.html"};
  for (const auto& [name, table] : tables) {
    files.push_back(name + ".csv");
    if (const Status status = write_file(folder / files.back(), write_csv(table)); !status) return status;
  }
  const auto workbook = results_workbook(tables, run_jsons);
  if (!workbook) return workbook.errors();
  if (const Status status = write_file(folder / "results.xlsx", *workbook); !status) return status;
  if (const Status status = write_study_report(folder, parts); !status) return status;
  const std::string crate = ro_crate(runs, files);
  if (const Status status = write_file(folder / "ro-crate-metadata.json", crate); !status) return status;
  Json of_parts = Json::object();
  for (const std::string& part : parts) of_parts[part] = part + "/run.json";
  files.emplace_back("ro-crate-metadata.json");
  files.insert(files.end(), pictures.begin(), pictures.end());
  const Json run{{"format", kFormat},
                 {"version", version()},
                 {"command_line", arguments.command_line},
                 {"parts", std::move(of_parts)},
                 {"files", files}};
  return write_file(folder / "run.json", run.dump(1) + "\n");
}

/// What an earlier study left at the top: it would not be true of the new parts.
void remove_joined(const fs::path& folder) {
  const auto text = read_text_file(folder / "run.json");
  const Json run = text ? Json::parse(*text, nullptr, false) : Json();
  if (!run.is_object() || run.value("format", "") != kFormat) return;
  std::error_code error;
  for (const auto& file : run.value("files", std::vector<std::string>())) {
    const fs::path path = fs::path(file).lexically_normal();
    if (path.is_absolute() || path.empty() || *path.begin() == "..") continue;
    fs::remove(folder / path, error);
    if (path.has_parent_path()) fs::remove(folder / path.parent_path(), error);  // if it is empty now
  }
}

/// What a part left that an earlier study had and this one has not: it would be joined with the others.
Status drop_other_parts(const std::string& folder, const std::vector<std::string>& parts) {
  for (const std::string& part : parts_of(folder)) {
    if (std::ranges::find(parts, part) != parts.end()) continue;
    const fs::path path = fs::path(folder) / part;
    const auto plan = read_text_file(path / "plan.json");
    if (!plan) return plan.errors();
    if (const auto cleared = RunFolder::open(path, *plan, ExistingFolder::overwrite);
        !cleared && cleared.errors().front().code == "run.in_use")
      return cleared.errors();
    std::error_code error;
    for (const char* name : {"plan.json", ".lock"}) fs::remove(path / name, error);
    for (const auto& entry : fs::directory_iterator(path, error))
      if (entry.is_directory(error)) fs::remove(entry, error);  // those that are empty now
    fs::remove(path, error);
  }
  return {};
}

struct Part {
  LoadedGraph loaded;
  Inputs inputs;
};

/// Which kinds of rows the sheets have; every problem of every kind before anything runs.
Result<std::map<std::string, Part>> plan_parts(const RunArguments& arguments) {
  bool micrographs = false, spectra = false;
  Errors errors;
  for (const std::string& sheet : arguments.inputs) {
    if (!is_sheet_name(sheet, xlsx_as_csv)) {
      errors.push_back(
          {"study.no_sheet", sheet, "is not a sheet", "`lithoscope init FOLDER` writes one to edit"});
      continue;
    }
    Errors beside;
    const auto csv = read_sheet(sheet, xlsx_as_csv, beside);
    errors.insert(errors.end(), beside.begin(), beside.end());
    if (!csv) {
      errors.insert(errors.end(), csv.errors().begin(), csv.errors().end());
      continue;
    }
    const int role = csv->column("role"), sample = csv->column("sample");
    if (sample < 0)
      errors.push_back(
          {"sheet.no_column", sheet, "there is no column 'sample'", "a study joins rows by sample"});
    for (const CsvRow& row : csv->rows) {
      const bool xps = role >= 0 && !row.fields[static_cast<std::size_t>(role)].empty();
      (xps ? spectra : micrographs) = true;
      if (sample >= 0 && row.fields[static_cast<std::size_t>(sample)].empty())
        errors.push_back({"sheet.missing_sample", sheet + ":" + std::to_string(row.line),
                          "the column 'sample' is empty", "a study joins rows by sample"});
    }
  }
  std::map<std::string, Part> parts;
  for (const std::string part : kParts) {
    if (!shipped_graphs().contains(part)) continue;
    // --set goes to the graph that has the stage; which one is told by loading it without.
    auto plain = load_graph(part, {});
    if (!plain) return plain.errors();
    std::vector<std::string> settings;
    for (const std::string& setting : arguments.settings)
      for (const GraphNode& node : plain->graph.nodes)
        if (setting.starts_with(node.id + ".")) settings.push_back(setting);
    auto loaded = load_graph(part, settings);
    if (!loaded) {
      errors.insert(errors.end(), loaded.errors().begin(), loaded.errors().end());
      continue;
    }
    if (!(loaded->graph.item == "micrograph" ? micrographs : spectra)) continue;
    auto inputs = expand_inputs(arguments, loaded->graph.item);
    if (inputs) {
      parts.emplace(part, Part{*std::move(loaded), *std::move(inputs)});
      continue;
    }
    for (const Error& error : inputs.errors())  // two graphs over the same rows find the same faults
      if (std::ranges::none_of(errors, [&](const Error& e) {
            return e.code == error.code && e.where == error.where && e.message == error.message;
          }))
        errors.push_back(error);
  }
  for (const std::string& setting : arguments.settings) {
    const auto taken = [&](const auto& part) {
      return std::ranges::any_of(part.second.loaded.graph.nodes,
                                 [&](const GraphNode& node) { return setting.starts_with(node.id + "."); });
    };
    if (errors.empty() && std::ranges::none_of(parts, taken))
      errors.push_back({"set.unknown_node", "--set " + setting, "no graph of this study has that stage",
                        "`lithoscope graph interphase` shows the stages"});
  }
  if (!errors.empty()) return errors;
  return parts;
}

int study(const RunArguments& arguments) {
  auto planned = plan_parts(arguments);
  if (!planned) return report(planned.errors(), kUsageError);
  const auto parts = *std::move(planned);
  std::vector<std::string> names;
  for (const char* part : kParts)
    if (parts.contains(part)) names.emplace_back(part);
  std::set<std::string> told;
  for (const auto& [name, part] : parts)
    for (const std::string& notice : part.inputs.notices)
      if (told.insert(notice).second) fmt::print(stderr, "lithoscope: {}\n", notice);
  return run_study(arguments, names, [&](const std::string& name, const RunArguments& of_part) {
    const Part& part = parts.at(name);
    return run_items(of_part, part.loaded, part.inputs);
  });
}

}  // namespace

bool is_study(const std::string& run_json) {
  const Json json = Json::parse(run_json, nullptr, false);
  return json.is_object() && json.value("format", "") == kFormat;
}

std::vector<std::string> study_parts(const std::string& run_json) {
  const Json run = Json::parse(run_json);
  std::vector<std::string> out;
  for (const char* part : kParts)
    if (run.value("parts", Json::object()).contains(part)) out.emplace_back(part);
  return out;
}

bool is_study_folder(const std::string& folder) {
  std::error_code error;
  return !fs::exists(fs::path(folder) / "plan.json", error) && !parts_of(folder).empty();
}

std::vector<std::string> parts_of(const std::string& folder) {
  std::error_code error;
  std::vector<std::string> out;
  for (const char* part : kParts)
    if (fs::exists(fs::path(folder) / part / "plan.json", error)) out.emplace_back(part);
  return out;
}

int run_study(const RunArguments& arguments, const std::vector<std::string>& parts, const RunPart& run_part) {
  std::error_code error;
  const bool join = arguments.resume || arguments.retry_failed || !arguments.shard.empty();
  if (fs::exists(arguments.run, error) && !join && !arguments.force)
    return report({{"run.exists", arguments.run, "the run folder exists already",
                    "--resume continues it, --force overwrites it, or choose another folder with -o"}},
                  kUsageError);
  if (fs::exists(fs::path(arguments.run) / "plan.json", error))
    return report({{"run.other_plan", arguments.run, "the folder belongs to a run that is no study",
                    "choose another folder with -o"}},
                  kUsageError);
  if (arguments.force) {
    remove_joined(arguments.run);
    if (const Status dropped = drop_other_parts(arguments.run, parts); !dropped)
      return report_run(dropped.errors());
  }
  int worst = kOk;
  bool complete = true;
  for (const std::string& part : parts) {
    RunArguments of_part = arguments;
    of_part.run = (fs::path(arguments.run) / part).string();
    if (!arguments.quiet && !arguments.json) fmt::print(stderr, "{}:\n", part);
    const int code = run_part(part, of_part);
    if (code != kOk && code != kSomeFailed) return code;
    worst = std::max(worst, code);
    const auto opened = RunFolder::open(of_part.run);
    complete = complete && opened && opened->all_ended();
  }
  if (complete)
    if (const Status joined = join_study(arguments, parts); !joined) return report_run(joined.errors());
  return worst;
}

int merge_study(const std::string& folder) {
  RunArguments arguments;
  arguments.run = folder;
  const std::vector<std::string> parts = parts_of(folder);
  int worst = kOk;
  for (const std::string& part : parts) {
    const auto merged = merge_folder((fs::path(folder) / part).string());
    if (!merged) return report_run(merged.errors());
    fmt::print(stderr, "{}: {} ok, {} flagged, {} failed, {} missing\n", part, merged->ok, merged->flagged,
               merged->failed, merged->missing.size());
    if (merged->failed > 0 || !merged->missing.empty()) worst = kSomeFailed;
  }
  if (const auto text = read_text_file(fs::path(folder) / "run.json"); text && is_study(*text))
    arguments.command_line = Json::parse(*text).value("command_line", std::vector<std::string>());
  if (const Status joined = join_study(arguments, parts); !joined) return report_run(joined.errors());
  return worst;
}

void add_study_command(CLI::App& app, Action& action, std::vector<std::string> command_line) {
  static RunArguments arguments;
  arguments.command_line = std::move(command_line);
  CLI::App* command =
      app.add_subcommand("study", "Micrographs and spectra of the same samples, from one sheet");
  add_run_options(*command, arguments);
  command->footer("Example:\n  lithoscope study sheet.csv -o run");
  command->callback([&action] { action = [] { return study(arguments); }; });
}

}  // namespace litho
