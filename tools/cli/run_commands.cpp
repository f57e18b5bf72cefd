#include <filesystem>

#include "modules/sem/learned_model/kernel.hpp"
#include "pipeline/core/file.hpp"
#include "pipeline/core/sha256.hpp"
#include "tools/cli/command.hpp"
#include "tools/cli/run_graph.hpp"

namespace litho {
namespace {

/// A command that runs the shipped graph of its name.
struct ShippedGraphCommand {
  const char* name;
  const char* doc;
  const char* examples;
  bool takes_model = false;
};
constexpr ShippedGraphCommand kShippedGraphCommands[]{
    {"interphase", "Thickness and planarity of the interphase",
     "Examples:\n"
     "  lithoscope interphase micrographs/ -o run\n"
     "  lithoscope interphase a.tif b.tif --pixel-size \"48.8 nm\" -o run\n"
     "  lithoscope interphase sheet.csv -o run --jobs 8\n"
     "  lithoscope interphase micrographs/ --model lab.model -o run",
     true},
    {"fracture", "Cracks in the pellet, delamination",
     "Examples:\n"
     "  lithoscope fracture micrographs/ -o run\n"
     "  lithoscope fracture sheet.csv -o run --jobs 8\n"
     "  lithoscope fracture micrographs/ --model lab.model -o run",
     true},
};

/// The graph that finds layers with a model, told which; the model's hash goes into the plan, and so into
/// run.json.
Status use_model(RunArguments& arguments, const std::string& model) {
  const auto bytes = read_file(model);
  if (!bytes) return bytes.errors();
  const auto decoded = decode_model({reinterpret_cast<const char*>(bytes->data()), bytes->size()}, model);
  if (!decoded) return decoded.errors();
  std::vector<const char*> stages{"layers"};
  if (arguments.graph == "fracture") stages.push_back("paths");
  arguments.graph += "_model";
  for (const std::string stage : stages) {
    arguments.settings.push_back(stage + ".model=" + std::filesystem::absolute(model).string());
    arguments.settings.push_back(stage + ".sha256=" + sha256_hex(*bytes));
  }
  return {};
}

}  // namespace

void add_run_commands(CLI::App& app, Action& action, std::vector<std::string> command_line) {
  static RunArguments arguments;
  static std::string model;
  arguments.command_line = std::move(command_line);
  for (const ShippedGraphCommand& shipped : kShippedGraphCommands) {
    CLI::App* command = app.add_subcommand(shipped.name, shipped.doc);
    add_run_options(*command, arguments);
    if (shipped.takes_model)
      command->add_option("--model", model,
                          "Find the layers, and cracks, with this model, which `lithoscope train` wrote");
    command->footer(shipped.examples);
    command->callback([&action, name = shipped.name] {
      arguments.graph = name;
      action = [] {
        if (!model.empty())
          if (const Status used = use_model(arguments, model); !used)
            return report(used.errors(), kUsageError);
        return run_graph(arguments);
      };
    });
  }

  CLI::App* any = app.add_subcommand("run", "Run any stage graph over any inputs");
  any->add_option("GRAPH", arguments.graph, "Graph file, or the name of a shipped graph")->required();
  add_run_options(*any, arguments);
  any->footer("Example:\n  lithoscope run my_graph.yaml micrographs/ -o run");
  any->callback([&action] { action = [] { return run_graph(arguments); }; });
}

}  // namespace litho
