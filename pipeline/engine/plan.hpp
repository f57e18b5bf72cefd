#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/engine/graph.hpp"
#include "pipeline/stage/registry.hpp"

namespace litho {

/// Where a value comes from.
struct Source {
  static constexpr int kItem = -1;
  static constexpr int kNothing = -2;  ///< an optional input left open
  int node = kNothing;                 ///< index in Plan::nodes()
  int port = 0;                        ///< output of that node
};

/// A node ready to run. Immutable.
struct PlanNode {
  std::string id;
  StageInfo info;
  std::unique_ptr<const Stage> stage;
  std::vector<Source> inputs;        ///< one an input port
  std::vector<int> consumers;        ///< one an edge out of this node: the node it feeds, rising
  std::vector<std::string> require;  ///< flag codes, or "prefix.*", that fail the item
  std::vector<Meta> meta;            ///< one an output port
  std::string where;                 ///< file:line:column
};

/// A graph whose names, types, options and metadata were checked. Immutable; shared by all items and threads.
class Plan {
 public:
  /// In topological order, closing ones last; in file order among nodes that could run at the same time.
  const std::vector<PlanNode>& nodes() const { return nodes_; }
  /// Tables declared by the nodes, each once, in the order of nodes.
  const std::vector<TableSpec>& tables() const { return tables_; }
  /// Nodes whose work nobody sees (graph.unused).
  const Errors& warnings() const { return warnings_; }
  /// What decides the results besides items and seed: stages with results version, every option, edges,
  /// requirements. One fact a line, the same for graphs that differ in comments, defaults written out or
  /// layout.
  const std::string& fingerprint() const { return fingerprint_; }

 private:
  friend Result<Plan> make_plan(const Graph&, const Registry&);
  std::vector<PlanNode> nodes_;
  std::vector<TableSpec> tables_;
  Errors warnings_;
  std::string fingerprint_;
};

/// All errors at once, each with its place: graph.unknown_stage, graph.unknown_node, graph.unknown_port,
/// graph.unfed, graph.type, graph.cycle, graph.table, graph.closing, option.* of the stages' schemas, and
/// what Stage::check says (its errors, with the node's id before their place).
Result<Plan> make_plan(const Graph& graph, const Registry& registry);

}  // namespace litho
