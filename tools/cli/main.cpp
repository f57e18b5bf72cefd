#include <fmt/format.h>

#include <cstdio>
#include <exception>

#include "pipeline/core/version.hpp"
#include "tools/cli/command.hpp"

namespace litho {
namespace {

std::string version_text() {
  std::string out = fmt::format("lithoscope {}", version());
  for (const auto& [name, number] : library_versions()) out += fmt::format("\n{} {}", name, number);
  return out;
}

int run_program(int argc, char** argv) {
  CLI::App app{
      "Batch measurement of lithium / solid-electrolyte interphases in micrographs and photoelectron spectra",
      "lithoscope"};
  app.set_version_flag("--version", version_text());
  app.require_subcommand(1);
  app.footer(
      "Examples:\n"
      "  lithoscope interphase micrographs/ -o run\n"
      "  lithoscope inspect cell3_12.tif\n"
      "  lithoscope COMMAND --help");
  Action action;
  add_run_commands(app, action, {argv, argv + argc});
  add_coverage_command(app, action, {argv, argv + argc});
  add_fit_command(app, action, {argv, argv + argc});
  add_study_command(app, action, {argv, argv + argc});
  add_train_command(app, action);
  add_merge_command(app, action);
  add_replay_command(app, action, {argv, argv + argc});
  add_diff_command(app, action);
  add_init_command(app, action);
  add_report_command(app, action);
  add_graph_commands(app, action);
  add_inspect_command(app, action);
  add_sample_command(app, action);
  add_evaluate_command(app, action);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& success) {
    return app.exit(success);
  } catch (const CLI::ParseError& error) {
    app.exit(error);
    return kUsageError;
  }
  return action();
}

}  // namespace

int report(const Errors& errors, int code) {
  for (const Error& error : errors) fmt::print(stderr, "lithoscope: {}\n", to_string(error));
  return code;
}

}  // namespace litho

int main(int argc, char** argv) {
  try {
    return litho::run_program(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "lithoscope: internal error: %s\n", error.what());
    return litho::kInternalError;
  }
}
