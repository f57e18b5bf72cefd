#pragma once
#include <string>
#include <vector>

#include "pipeline/engine/graph.hpp"
#include "pipeline/engine/plan.hpp"
#include "pipeline/stage/registry.hpp"

namespace litho {

struct LoadedGraph {
  Graph graph;
  Plan plan;
};

/// Every stage of this build.
const Registry& registry();

/// `name_or_file` is the name of a shipped graph, or else a file; `settings` are --set assignments.
Result<LoadedGraph> load_graph(const std::string& name_or_file, const std::vector<std::string>& settings);
/// A graph from its text; `name` stands for its file in messages.
Result<LoadedGraph> load_graph_text(const std::string& text, const std::string& name,
                                    const std::vector<std::string>& settings);

}  // namespace litho
