#include "tools/cli/load_graph.hpp"

#include "pipeline/core/file.hpp"
#include "tools/cli/peak_models.hpp"
#include "tools/cli/shipped_graphs.hpp"

namespace litho {

const Registry& registry() {
  static const Registry all = [] {
    Registry registry;
    register_all_stages(registry);
    return registry;
  }();
  return all;
}

Result<LoadedGraph> load_graph(const std::string& name_or_file, const std::vector<std::string>& settings) {
  const auto shipped = shipped_graphs().find(name_or_file);
  const auto text =
      shipped != shipped_graphs().end() ? Result<std::string>(shipped->second) : read_text_file(name_or_file);
  if (!text) return text.errors();
  return load_graph_text(with_shipped_peaks(*text), name_or_file, settings);
}

Result<LoadedGraph> load_graph_text(const std::string& text, const std::string& name,
                                    const std::vector<std::string>& settings) {
  auto graph = read_graph(text, name);
  if (!graph) return graph.errors();
  LoadedGraph loaded{*std::move(graph), {}};
  Errors errors;
  for (const std::string& setting : settings)
    if (const auto status = set_option(loaded.graph, setting); !status)
      errors.insert(errors.end(), status.errors().begin(), status.errors().end());
  if (!errors.empty()) return errors;
  auto plan = make_plan(loaded.graph, registry());
  if (!plan) return plan.errors();
  loaded.plan = *std::move(plan);
  return loaded;
}

}  // namespace litho
