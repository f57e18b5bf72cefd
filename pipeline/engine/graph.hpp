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
  std::vector<std::string> set;         ///< assignments of set_option, for messages
};

/// A stage graph as written: syntax is checked, names and types are not yet. A graph file:
///   lithoscope: 1
///   name: interphase
///   doc: one line
///   item: micrograph
///   stages:
///     read:  { use: io.micrograph, in: { item: $item } }
///     field: { use: sem.field, in: { micrograph: read.micrograph }, with: { x: 3 px }, require:
///     [sem.saturated] }
struct Graph {
  std::string file;  ///< for messages
  std::string name;
  std::string doc;
  /// What an item is: "micrograph" (one file), "sample" (all files of an XPS sample), "plated_sample" (those,
  /// with the files of the bare film that it is compared with).
  std::string item;
  std::vector<GraphNode> nodes;  ///< in file order
  std::string text;              ///< the file's text, for provenance
};

/// Errors, all at once, each with file:line:column: yaml.syntax, yaml.repeated_key, yaml.too_deep,
/// graph.version, graph.unknown_key ("did you mean"), graph.missing_key, graph.bad_value, graph.bad_edge,
/// graph.no_nodes; and the other yaml.* of yaml.hpp.
Result<Graph> read_graph(std::string_view text, std::string file);

/// "STAGE.OPTION=VALUE" of --set: puts one option into the `with` of the node called STAGE; make_plan checks
/// it. Errors: set.syntax, set.unknown_node.
Status set_option(Graph& graph, std::string_view assignment);

}  // namespace litho
