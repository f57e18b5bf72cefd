#include <fmt/format.h>

#include "pipeline/core/file.hpp"
#include "pipeline/core/version.hpp"
#include "pipeline/engine/input_hashes.hpp"
#include "tools/cli/command.hpp"
#include "tools/cli/run_graph.hpp"
#include "tools/cli/study.hpp"

namespace litho {
namespace {

/// What is not as it was: said, not refused, for `diff` then tells what it made.
void tell_changes(const Replay& replay) {
  if (replay.version != version())
    fmt::print(stderr, "lithoscope: the run was made by version {}, this is {}\n", replay.version, version());
  InputHashes hashes;
  std::set<std::string> told;
  for (const InputHash& then : replay.measured) {
    if (!told.insert(then.file).second) continue;
    const Item item{"", "", "", {{then.file, {}, {}, ""}}};
    const std::string now = hashes.of(item).front().sha256;
    if (now.empty())
      fmt::print(stderr, "lithoscope: {} cannot be read; run this where the run was made\n", then.file);
    else if (now != then.sha256)
      fmt::print(stderr, "lithoscope: {} is not what was measured then\n", then.file);
  }
}

int replay_run(const std::string& text, const RunArguments& arguments) {
  auto replay = read_replay(text, arguments.inputs.front());
  if (!replay) return report(replay.errors(), kUsageError);
  Replay again = *std::move(replay);
  tell_changes(again);
  auto plan = make_plan(again.graph, registry());
  if (!plan) return report(plan.errors(), kUsageError);
  RunArguments with_seed = arguments;
  with_seed.seed = again.seed;
  return run_items(with_seed, {std::move(again.graph), *std::move(plan)}, again.inputs);
}

int replay(const RunArguments& arguments) {
  const std::string& file = arguments.inputs.front();
  const auto text = read_text_file(file);
  if (!text) return report(text.errors(), kUsageError);
  if (!is_study(*text)) return replay_run(*text, arguments);
  return run_study(arguments, study_parts(*text), [&](const std::string& part, const RunArguments& of_part) {
    const auto part_text = read_text_file(std::filesystem::path(file).parent_path() / part / "run.json");
    if (!part_text) return report(part_text.errors(), kUsageError);
    return replay_run(*part_text, of_part);
  });
}

}  // namespace

void add_replay_command(CLI::App& app, Action& action, std::vector<std::string> command_line) {
  static RunArguments arguments;
  arguments.command_line = std::move(command_line);
  CLI::App* command = app.add_subcommand("replay", "Repeat a run: the same graph, options, seed and inputs");
  arguments.inputs.resize(1);
  command->add_option("RUN_JSON", arguments.inputs.front(), "run.json of a run folder")->required();
  add_output_options(*command, arguments);
  command->footer("Example:\n  lithoscope replay run/run.json -o run2 && lithoscope diff run run2");
  command->callback([&action] { action = [] { return replay(arguments); }; });
}

}  // namespace litho
