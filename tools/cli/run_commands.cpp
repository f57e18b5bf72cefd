#include "tools/cli/command.hpp"
#include "tools/cli/run_graph.hpp"

namespace litho {
namespace {

/// A command that runs the shipped graph of its name.
struct ShippedGraphCommand {
  const char* name;
  const char* doc;
  const char* examples;
};
constexpr ShippedGraphCommand kShippedGraphCommands[]{
    {"interphase", "Thickness and planarity of the interphase",
     "Examples:\n"
     "  lithoscope interphase micrographs/ -o run\n"
     "  lithoscope interphase a.tif b.tif --pixel-size \"48.8 nm\" -o run\n"
     "  lithoscope interphase sheet.csv -o run --jobs 8"},
    {"fracture", "Cracks in the pellet, delamination",
     "Examples:\n"
     "  lithoscope fracture micrographs/ -o run\n"
     "  lithoscope fracture sheet.csv -o run --jobs 8"},
    {"coverage", "Does lithium cover the chromium film?",
     "Examples:\n"
     "  lithoscope coverage sheet.csv -o run\n"
     "  lithoscope coverage sheet.csv -o run --set coverage.largest_open_fraction=0.01"},
};

}  // namespace

void add_run_commands(CLI::App& app, Action& action, std::vector<std::string> command_line) {
  static RunArguments arguments;
  arguments.command_line = std::move(command_line);
  for (const ShippedGraphCommand& shipped : kShippedGraphCommands) {
    CLI::App* command = app.add_subcommand(shipped.name, shipped.doc);
    add_run_options(*command, arguments);
    command->footer(shipped.examples);
    command->callback([&action, name = shipped.name] {
      arguments.graph = name;
      action = [] { return run_graph(arguments); };
    });
  }

  CLI::App* any = app.add_subcommand("run", "Run any stage graph over any inputs");
  any->add_option("GRAPH", arguments.graph, "Graph file, or the name of a shipped graph")->required();
  add_run_options(*any, arguments);
  any->footer("Example:\n  lithoscope run my_graph.yaml micrographs/ -o run");
  any->callback([&action] { action = [] { return run_graph(arguments); }; });
}

}  // namespace litho
