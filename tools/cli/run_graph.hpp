#pragma once
#include <CLI/CLI.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "pipeline/engine/merge.hpp"
#include "tools/cli/load_graph.hpp"

namespace litho {

/// What every command that runs a stage graph over inputs can be told.
struct RunArguments {
  std::string graph;  ///< file, or name of a shipped graph
  std::vector<std::string> inputs;
  std::string run;
  int jobs = default_jobs();
  bool resume = false;
  bool force = false;
  bool retry_failed = false;
  std::string shard;  ///< "K/N"; empty = all items
  std::vector<std::string> settings;
  std::string pixel_size;
  std::uint64_t seed = 0;
  std::string cache;
  bool json = false;
  bool quiet = false;
  std::vector<std::string> command_line;  ///< goes into run.json

  /// One a processor.
  static int default_jobs();
};

/// -o and how to run: the part of the options that has nothing to do with results.
void add_output_options(CLI::App& command, RunArguments& arguments);
/// Adds INPUT..., -o and the options that all such commands share.
void add_run_options(CLI::App& command, RunArguments& arguments);

/// Runs the graph that `arguments` name, or one loaded already, over their inputs into their run folder;
/// talks, watches for interruptions, and returns the exit code.
int run_graph(const RunArguments& arguments);
int run_graph(const RunArguments& arguments, const LoadedGraph& loaded);
/// The same for items that are known already.
int run_items(const RunArguments& arguments, const LoadedGraph& loaded, const Inputs& inputs);

/// The items that INPUT... and --pixel-size name, for a graph whose item is `item`.
Result<Inputs> expand_inputs(const RunArguments& arguments, const std::string& item);

/// Tables, run.json and report.html of a run folder from its items.
Result<Merged> merge_folder(const std::string& run);
/// report.html alone, from the tables and items that are there.
Status report_folder(const std::string& run);
/// Prints the errors of a run folder and gives the exit code: wrong use of a folder, or something broken.
int report_run(const Errors& errors);

}  // namespace litho
