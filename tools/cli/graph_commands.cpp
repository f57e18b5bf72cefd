#include <fmt/format.h>

#include <filesystem>

#include "modules/sem/learned_model/kernel.hpp"
#include "pipeline/core/file.hpp"
#include "pipeline/core/text.hpp"
#include "pipeline/engine/diagram.hpp"
#include "pipeline/engine/reference.hpp"
#include "tools/cli/command.hpp"
#include "tools/cli/load_graph.hpp"

namespace litho {
namespace {

struct GraphArguments {
  std::string graph;
  std::vector<std::string> settings;
  bool mermaid = false;
};

/// Loads and checks; calls `use` with what passed.
template <class Use>
int with_plan(const GraphArguments& arguments, Use use) {
  const auto loaded = load_graph(arguments.graph, arguments.settings);
  if (!loaded) return report(loaded.errors(), kUsageError);
  for (const Error& warning : loaded->plan.warnings())
    fmt::print(stderr, "lithoscope: warning: {}\n", to_string(warning));
  use(*loaded);
  return kOk;
}

CLI::App* add_graph_argument(CLI::App& app, const std::string& name, const std::string& doc,
                             GraphArguments& arguments) {
  CLI::App* command = app.add_subcommand(name, doc);
  command
      ->add_option("GRAPH", arguments.graph,
                   "Graph file, or the name of a shipped graph (interphase, fracture)")
      ->required();
  command->add_option("--set", arguments.settings, "STAGE.OPTION=VALUE, may be repeated");
  return command;
}

int list_stages() {
  for (const auto& [name, entry] : registry().stages()) fmt::print("{:<22}{}\n", name, entry.info.doc);
  return kOk;
}

int describe(const std::string& name) {
  if (const StageEntry* entry = registry().find(name)) {
    fmt::print("{}", describe_stage(*entry));
    return kOk;
  }
  std::error_code ignored;
  if (std::filesystem::is_regular_file(name, ignored)) {
    const auto bytes = read_file(name);
    if (!bytes) return report(bytes.errors(), kUsageError);
    const auto model = decode_model({reinterpret_cast<const char*>(bytes->data()), bytes->size()}, name);
    if (!model) return report(model.errors(), kUsageError);
    fmt::print("{}", model_card(*model));
    return kOk;
  }
  std::vector<std::string> names;
  for (const auto& [known, entry] : registry().stages()) names.push_back(known);
  const auto near = did_you_mean(name, names);
  return report({{"graph.unknown_stage", "", "there is no stage '" + name + "'",
                  near ? "did you mean '" + *near + "'?" : "`lithoscope stages` lists them"}},
                kUsageError);
}

}  // namespace

void add_graph_commands(CLI::App& app, Action& action) {
  static GraphArguments arguments;
  static std::string stage;
  static bool markdown = false;

  CLI::App* check =
      add_graph_argument(app, "check", "Check a stage graph without running anything", arguments);
  check->footer("Example:\n  lithoscope check my_graph.yaml");
  check->callback([&action] {
    action = [] {
      return with_plan(arguments, [](const LoadedGraph& loaded) {
        fmt::print("{}: {} stages, ok\n", loaded.graph.file, loaded.graph.nodes.size());
      });
    };
  });

  CLI::App* graph = add_graph_argument(app, "graph", "Print a stage graph as DOT or Mermaid", arguments);
  graph->add_flag("--mermaid", arguments.mermaid, "Mermaid instead of DOT");
  graph->footer("Example:\n  lithoscope graph interphase | dot -Tsvg > interphase.svg");
  graph->callback([&action] {
    action = [] {
      return with_plan(arguments, [](const LoadedGraph& loaded) {
        fmt::print("{}", arguments.mermaid ? to_mermaid(loaded.graph, loaded.plan)
                                           : to_dot(loaded.graph, loaded.plan));
      });
    };
  });

  CLI::App* stages = app.add_subcommand("stages", "List all stages");
  stages->add_flag("--markdown", markdown, "The reference pages of all stages as Markdown");
  stages->callback([&action] {
    action = [] {
      if (!markdown) return list_stages();
      fmt::print("{}", stage_reference_markdown(registry()));
      return static_cast<int>(kOk);
    };
  });

  CLI::App* one = app.add_subcommand(
      "describe", "Describe a stage (ports, options with units and ranges, references) or a trained model");
  one->add_option("STAGE", stage, "Name of the stage, for example sem.field, or a model file")->required();
  one->footer("Example:\n  lithoscope describe sem.thickness");
  one->callback([&action] { action = [] { return describe(stage); }; });
}

}  // namespace litho
