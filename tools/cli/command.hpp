#pragma once
#include <CLI/CLI.hpp>
#include <functional>
#include <string>
#include <vector>

#include "pipeline/core/error.hpp"

namespace litho {

/// Exit codes that users' scripts rely on.
enum ExitCode { kOk = 0, kInternalError = 1, kUsageError = 2, kSomeFailed = 3, kInterrupted = 130 };

/// What the chosen command will do once the command line has been read.
using Action = std::function<int()>;

/// Each adds its commands to the program; a chosen one sets `action`.
/// One command a shipped graph (interphase, ...), and run; `command_line` goes into run.json.
void add_run_commands(CLI::App& app, Action& action, std::vector<std::string> command_line);
/// coverage
void add_coverage_command(CLI::App& app, Action& action, std::vector<std::string> command_line);
/// fit
void add_fit_command(CLI::App& app, Action& action, std::vector<std::string> command_line);
void add_study_command(CLI::App& app, Action& action, std::vector<std::string> command_line);   // study
void add_replay_command(CLI::App& app, Action& action, std::vector<std::string> command_line);  // replay
void add_diff_command(CLI::App& app, Action& action);                                           // diff
void add_init_command(CLI::App& app, Action& action);                                           // init
void add_train_command(CLI::App& app, Action& action);                                          // train
void add_merge_command(CLI::App& app, Action& action);                                          // merge
void add_report_command(CLI::App& app, Action& action);                                         // report
void add_graph_commands(CLI::App& app, Action& action);    // check, graph, stages, describe
void add_inspect_command(CLI::App& app, Action& action);   // inspect
void add_sample_command(CLI::App& app, Action& action);    // sample
void add_evaluate_command(CLI::App& app, Action& action);  // evaluate

/// Prints the errors to stderr and returns the code.
int report(const Errors& errors, int code);

}  // namespace litho
