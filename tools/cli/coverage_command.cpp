#include <fmt/format.h>

#include "pipeline/engine/run_item.hpp"
#include "tools/cli/command.hpp"
#include "tools/cli/library_threads.hpp"
#include "tools/cli/run_graph.hpp"
#include "tools/cli/xlsx_sheet.hpp"

namespace litho {
namespace {

/// Its node bears the name of the shipped graph's, so that --set is the same with and without --plan.
constexpr const char* kPlanGraph = R"(lithoscope: 1
name: coverage-plan
doc: Sweeps that Cr 2p needs for a covered film to be called covered
item: plated_sample
stages:
  read:     { use: io.spectra,        in: { item: $item } }
  coverage: { use: xps.coverage_plan, in: { spectra: read.spectra } }
)";

struct CoverageArguments : RunArguments {
  bool plan = false;
  std::string largest_open;
};

/// Plans every sample in memory and prints the table; no run folder.
int plan(CoverageArguments arguments) {
  if (!arguments.largest_open.empty())
    arguments.settings.push_back("coverage.largest_open_fraction=" + arguments.largest_open);
  const auto loaded = load_graph_text(kPlanGraph, "coverage --plan", arguments.settings);
  if (!loaded) return report(loaded.errors(), kUsageError);
  const auto inputs = expand_samples(arguments.inputs, SampleFiles::with_bare_films, xlsx_as_csv);
  if (!inputs) return report(inputs.errors(), kUsageError);
  for (const std::string& notice : inputs->notices) fmt::print(stderr, "lithoscope: {}\n", notice);

  use_single_thread_in_libraries();
  std::vector<ItemResult> results(inputs->items.size());
  const auto pool = make_pool(arguments.jobs);
  const RunServices services{*pool, arguments.seed, {}, nullptr, {}};
  for (std::size_t i = 0; i < results.size(); ++i)
    run_item(loaded->plan, inputs->items[i], "", services,
             [&results, i](ItemResult result) { results[i] = std::move(result); });
  pool->wait();

  std::vector<std::string> columns = loaded->plan.tables().front().columns;
  columns.insert(columns.begin(), "sample");
  Table table(columns);
  int code = kOk;
  for (std::size_t i = 0; i < results.size(); ++i) {
    const ItemResult& result = results[i];
    std::vector<Cell> row{inputs->items[i].name};
    if (result.errors.empty()) {
      const auto& cells = result.rows.front().rows.front();
      row.insert(row.end(), cells.begin(), cells.end());
    } else {
      code = kSomeFailed;
      row.resize(columns.size());
      row.back() = to_string(result.errors.front());
    }
    table.add(std::move(row));
  }
  fmt::print("{}", write_csv(table));
  return code;
}

}  // namespace

void add_coverage_command(CLI::App& app, Action& action, std::vector<std::string> command_line) {
  static CoverageArguments arguments;
  arguments.command_line = std::move(command_line);
  arguments.graph = "coverage";
  CLI::App* command = app.add_subcommand("coverage", "Does lithium cover the chromium film?");
  add_run_options(*command, arguments);
  CLI::Option* output = command->get_option("--output")->required(false);
  CLI::Option* planned = command->add_flag(
      "--plan", arguments.plan, "Only say, as a table on stdout, how many sweeps Cr 2p needs; no run folder");
  command
      ->add_option("--largest-open", arguments.largest_open,
                   "Share of open surface that must not be missed (0.02)")
      ->needs(planned);
  command->footer(
      "Examples:\n"
      "  lithoscope coverage sheet.csv -o run\n"
      "  lithoscope coverage sheet.csv -o run --set coverage.largest_open_fraction=0.01\n"
      "  lithoscope coverage sheet.csv --plan --largest-open 0.01");
  command->callback([&action, output] {
    if (!arguments.plan && output->count() == 0) throw CLI::RequiredError("--output");
    action = [] { return arguments.plan ? plan(arguments) : run_graph(arguments); };
  });
}

}  // namespace litho
