#pragma once
#include <string>

#include "pipeline/engine/plan.hpp"

namespace litho {

/// The graph as Graphviz or Mermaid text: a box a node, an arrow an edge with the type that flows.
std::string to_dot(const Graph& graph, const Plan& plan);
std::string to_mermaid(const Graph& graph, const Plan& plan);

}  // namespace litho
