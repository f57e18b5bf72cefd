#pragma once
#include <map>
#include <string>
#include <vector>

#include "pipeline/core/result.hpp"
#include "pipeline/core/value.hpp"

namespace litho {

/// One node as written in a graph file.
struct GraphNode {
  std::string id;                       ///< unique in the graph
  std::string stage;                    ///< `use:`
  std::map<std::string, Value> inputs;  ///< port -> scalar "node.port" or "$item"
  Value with;                           ///< options as written (map or null), --set already applied
  Value require;                        ///< codes of flags that turn into failures (list of scalars or null)
  Value place;                          ///< where the node stands in the file
};

/// A stage graph as written: syntax is checked, names and types are not yet.
struct Graph {
  std::string file;  ///< for messages
  std::string name;
  std::string doc;
  std::string item;  ///< what an item is: "micrograph" (one file) or "sample" (all files of an XPS sample)
  std::vector<GraphNode> nodes;  ///< in file order
  std::string text;              ///< the file's text, for provenance
};

/// Errors, all at once, each with file:line:column: yaml.syntax, yaml.repeated_key, yaml.too_deep,
/// graph.version, graph.unknown_key ("did you mean"), graph.missing_key, graph.bad_edge, graph.no_nodes.
Result<Graph> read_graph(std::string_view text, std::string file);

/// "--set STAGE.OPTION=VALUE": puts one option into the node's `with`. Errors: set.syntax, set.unknown_node.
Status set_option(Graph& graph, std::string_view assignment);

}  // namespace litho
