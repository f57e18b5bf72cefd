#include "pipeline/engine/plan.hpp"

#include <algorithm>
#include <utility>

#include "pipeline/core/text.hpp"

namespace litho {
namespace {

constexpr std::string_view kItemType = PortType<Item>::name;

std::string hint_near(std::string_view word, const std::vector<std::string>& known, const std::string& what) {
  if (const auto near = did_you_mean(word, known)) return "did you mean '" + *near + "'?";
  return known.empty() ? "there are no " + what : what + ": " + join(known, ", ");
}

std::vector<std::string> names(const std::vector<PortSpec>& ports) {
  std::vector<std::string> out;
  for (const PortSpec& port : ports) out.push_back(port.name);
  return out;
}

int find_port(const std::vector<PortSpec>& ports, std::string_view name) {
  const auto it = std::ranges::find(ports, name, &PortSpec::name);
  return it == ports.end() ? -1 : static_cast<int>(it - ports.begin());
}

bool makes_product(const Stage& stage) {
  return std::ranges::any_of(stage.outputs(), [](const PortSpec& port) {
    return port.type == PortType<Rows>::name || port.type == PortType<Artifact>::name ||
           port.type == PortType<Artifacts>::name;
  });
}

std::string source_text(const std::vector<PlanNode>& nodes, const Source& source) {
  if (source.node == Source::kItem) return "$item";
  if (source.node == Source::kNothing) return "-";
  const PlanNode& node = nodes[static_cast<std::size_t>(source.node)];
  return node.id + "." + node.stage->outputs()[static_cast<std::size_t>(source.port)].name;
}

/// Works on nodes in file order; sort() brings them into the plan's.
class Planner {
 public:
  Planner(const Graph& graph, const Registry& registry) : graph_(graph), registry_(registry) {}

  void make_nodes() {
    for (const GraphNode& node : graph_.nodes) nodes_.push_back(make_node(node));
  }

  void connect() {
    for (std::size_t i = 0; i < nodes_.size(); ++i)
      if (nodes_[i].stage != nullptr) connect(graph_.nodes[i], nodes_[i]);
  }

  /// False where the graph has a cycle.
  bool sort() {
    std::vector<int> order;
    std::vector<bool> placed(nodes_.size());
    // Closing stages come last, so that in plan order everything else has been.
    const auto closing = [&](std::size_t i) { return nodes_[i].info.closing; };
    const auto open = [&] {
      for (std::size_t i = 0; i < nodes_.size(); ++i)
        if (!placed[i] && !closing(i)) return true;
      return false;
    };
    const auto ready = [&](std::size_t i) {
      return !placed[i] && !(closing(i) && open()) &&
             std::ranges::all_of(nodes_[i].inputs, [&](const Source& s) {
               return s.node < 0 || placed[static_cast<std::size_t>(s.node)];
             });
    };
    for (std::size_t i = 0; i < nodes_.size();) {
      if (!ready(i)) {
        ++i;
        continue;
      }
      placed[i] = true;
      order.push_back(static_cast<int>(i));
      i = 0;
    }
    if (order.size() < nodes_.size()) {
      report_cycle(placed);
      return false;
    }
    std::vector<int> place(order.size());
    std::vector<PlanNode> sorted;
    for (const int from : order) {
      place[static_cast<std::size_t>(from)] = static_cast<int>(sorted.size());
      sorted.push_back(std::move(nodes_[static_cast<std::size_t>(from)]));
    }
    for (PlanNode& node : sorted)
      for (Source& source : node.inputs)
        if (source.node >= 0) source.node = place[static_cast<std::size_t>(source.node)];
    nodes_ = std::move(sorted);
    return true;
  }

  /// Metadata from the first node to the last; what hangs on a failed node is not asked.
  void check() {
    std::vector<bool> sound(nodes_.size(), true);
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
      PlanNode& node = nodes_[i];
      std::vector<Meta> in;
      for (const Source& source : node.inputs) {
        Meta meta;
        if (source.node == Source::kItem) meta["item"] = graph_.item;
        if (source.node >= 0) {
          const auto from = static_cast<std::size_t>(source.node);
          if (!sound[from]) sound[i] = false;
          meta = nodes_[from].meta[static_cast<std::size_t>(source.port)];
        }
        in.push_back(std::move(meta));
      }
      node.meta.resize(node.stage->outputs().size());
      if (!sound[i]) continue;
      const Status status = node.stage->check(in, node.meta);
      sound[i] = static_cast<bool>(status);
      for (const Error& error : status.errors()) errors_.push_back(at(node.where + ": " + node.id, error));
    }
  }

  void collect_tables() {
    for (const PlanNode& node : nodes_)
      for (TableSpec& table : node.stage->tables()) {
        const auto known = std::ranges::find(tables_, table.name, &TableSpec::name);
        if (known == tables_.end())
          tables_.push_back(std::move(table));
        else if (known->columns != table.columns || known->row_per_item != table.row_per_item)
          errors_.push_back(
              {"graph.table", node.where,
               node.id + ": the table '" + table.name + "' has other columns here than in an earlier stage",
               "let one stage write it"});
        else if (table.row_per_item)
          errors_.push_back({"graph.table", node.where,
                             node.id + ": an earlier stage writes the table '" + table.name +
                                 "' too, which has one row an item",
                             "let one stage write it"});
      }
  }

  void find_consumers() {
    for (std::size_t i = 0; i < nodes_.size(); ++i)
      for (const Source& source : nodes_[i].inputs)
        if (source.node >= 0)
          nodes_[static_cast<std::size_t>(source.node)].consumers.push_back(static_cast<int>(i));
    for (const PlanNode& node : nodes_)
      if (node.consumers.empty() && !makes_product(*node.stage))
        warnings_.push_back({"graph.unused", node.where,
                             node.id + ": nothing uses what '" + node.info.name + "' gives",
                             "connect one of its outputs, or take it out"});
  }

  /// Before sorting, which puts closing stages last. False where that cannot be.
  bool check_closing() {
    const std::size_t before = errors_.size();
    for (const PlanNode& node : nodes_)
      for (std::size_t i = 0; i < node.inputs.size(); ++i) {
        if (node.inputs[i].node < 0) continue;
        const PortSpec& port = node.stage->inputs()[i];
        const PlanNode& from = nodes_[static_cast<std::size_t>(node.inputs[i].node)];
        if (from.info.closing)
          errors_.push_back({"graph.closing", node.where,
                             node.id + "." + port.name + ": '" + from.id +
                                 "' runs after everything else, nothing can read it",
                             "take out this edge"});
        if (node.info.closing && !port.optional)
          errors_.push_back(
              {"graph.closing", node.where,
               node.id + "." + port.name + ": an input of a closing stage must do without a value",
               "this is a bug of the stage, please report it"});
      }
    return errors_.size() == before;
  }

  std::string fingerprint() const {
    std::string out = "graph 1\nitem " + graph_.item + "\n";
    for (const PlanNode& node : nodes_) {
      out +=
          "node " + node.id + " = " + node.info.name + " " + std::to_string(node.info.results_version) + "\n";
      for (std::size_t i = 0; i < node.inputs.size(); ++i)
        out += "  in " + node.stage->inputs()[i].name + " = " + source_text(nodes_, node.inputs[i]) + "\n";
      for (const auto& [name, value] : node.stage->options_text())
        out += "  with " + name + " = " + value + "\n";
      for (const std::string& code : node.require) out += "  require " + code + "\n";
    }
    return out;
  }

  Errors errors_;
  std::vector<PlanNode> nodes_;
  std::vector<TableSpec> tables_;
  Errors warnings_;

 private:
  void add(std::string code, const Value& place, std::string message, std::string hint) {
    errors_.push_back({std::move(code), place.where(graph_.file), std::move(message), std::move(hint)});
  }

  PlanNode make_node(const GraphNode& node) {
    PlanNode out;
    out.id = node.id;
    out.where = node.place.where(graph_.file);
    for (const Value& code : node.require.items) out.require.push_back(code.text);
    const StageEntry* entry = registry_.find(node.stage);
    if (entry == nullptr) {
      std::vector<std::string> known;
      for (const auto& [name, ignored] : registry_.stages()) known.push_back(name);
      const auto near = did_you_mean(node.stage, known);
      add("graph.unknown_stage", node.place, node.id + ": there is no stage '" + node.stage + "'",
          near ? "did you mean '" + *near + "'?" : "`lithoscope stages` lists them");
      return out;
    }
    out.info = entry->info;
    auto stage = entry->make();
    const Status configured = stage->configure(node.with, graph_.file);
    for (const Error& error : configured.errors()) errors_.push_back(place_option(node, error));
    out.stage = std::move(stage);
    return out;
  }

  /// An option that came from --set has no line: say so instead.
  Error place_option(const GraphNode& node, Error error) const {
    if (error.where == graph_.file)
      error.where = node.set.empty() ? node.place.where(graph_.file) : "--set " + join(node.set, " --set ");
    error.message = node.id + ": " + error.message;
    return error;
  }

  void connect(const GraphNode& from, PlanNode& node) {
    const auto& ports = node.stage->inputs();
    for (const auto& [port, value] : from.inputs)
      if (find_port(ports, port) < 0)
        add("graph.unknown_port", value, node.id + ": '" + node.info.name + "' has no input '" + port + "'",
            hint_near(port, names(ports), "inputs"));
    for (const PortSpec& port : ports) {
      const auto edge = from.inputs.find(port.name);
      if (edge == from.inputs.end()) {
        if (!port.optional)
          add("graph.unfed", from.place,
              node.id + "." + port.name + ": nothing feeds this input, it needs " + std::string(port.type),
              "connect it: in: { " + port.name + ": stage.output }");
        node.inputs.push_back({});
      } else {
        node.inputs.push_back(resolve(node.id + "." + port.name, port, edge->second));
      }
    }
  }

  Source resolve(const std::string& name, const PortSpec& port, const Value& edge) {
    if (edge.text == "$item") {
      if (port.type != kItemType) type_error(name, port, edge, kItemType, "");
      return {Source::kItem, 0};
    }
    const auto parts = split(edge.text, '.');
    const auto found = std::ranges::find(graph_.nodes, parts[0], &GraphNode::id);
    if (found == graph_.nodes.end()) {
      std::vector<std::string> ids;
      for (const GraphNode& node : graph_.nodes) ids.push_back(node.id);
      add("graph.unknown_node", edge, name + ": there is no stage '" + std::string(parts[0]) + "' here",
          hint_near(parts[0], ids, "stages of this graph"));
      return {};
    }
    const int index = static_cast<int>(found - graph_.nodes.begin());
    const Stage* stage = nodes_[static_cast<std::size_t>(index)].stage.get();
    if (stage == nullptr) return {};  // unknown stage: said already
    const int output = find_port(stage->outputs(), parts[1]);
    if (output < 0) {
      add("graph.unknown_port", edge,
          name + ": '" + std::string(parts[0]) + "' has no output '" + std::string(parts[1]) + "'",
          hint_near(parts[1], names(stage->outputs()), "outputs"));
      return {};
    }
    const std::string_view given = stage->outputs()[static_cast<std::size_t>(output)].type;
    if (given != port.type) {
      std::vector<std::string> fitting;
      for (const PortSpec& other : stage->outputs())
        if (other.type == port.type) fitting.push_back(found->id + "." + other.name);
      type_error(name, port, edge, given, fitting.empty() ? "" : "outputs that fit: " + join(fitting, ", "));
    }
    return {index, output};
  }

  void type_error(const std::string& name, const PortSpec& port, const Value& edge, std::string_view given,
                  std::string hint) {
    add("graph.type", edge,
        name + ": needs " + std::string(port.type) + " but '" + edge.text + "' gives " + std::string(given),
        std::move(hint));
  }

  /// Walks back from an unplaced node along unplaced nodes until one comes again.
  void report_cycle(const std::vector<bool>& placed) {
    std::vector<std::size_t> path;
    auto at_node = static_cast<std::size_t>(std::ranges::find(placed, false) - placed.begin());
    while (std::ranges::find(path, at_node) == path.end()) {
      path.push_back(at_node);
      const auto back = std::ranges::find_if(nodes_[at_node].inputs, [&](const Source& s) {
        return s.node >= 0 && !placed[static_cast<std::size_t>(s.node)];
      });
      at_node = static_cast<std::size_t>(back->node);
    }
    path.erase(path.begin(), std::ranges::find(path, at_node));
    std::ranges::rotate(path, std::ranges::min_element(path));  // from the first in the file
    std::ranges::reverse(path.begin() + 1, path.end());         // in the direction of flow
    std::string text;
    for (const std::size_t i : path) text += nodes_[i].id + " -> ";
    errors_.push_back({"graph.cycle", nodes_[path.front()].where,
                       "the stages feed each other in a circle: " + text + nodes_[path.front()].id,
                       "break one of these edges"});
  }

  const Graph& graph_;
  const Registry& registry_;
};

}  // namespace

Result<Plan> make_plan(const Graph& graph, const Registry& registry) {
  Planner planner(graph, registry);
  planner.make_nodes();
  planner.connect();
  const bool sorted = planner.check_closing() && planner.sort();
  // The rest needs every node in its place.
  if (!sorted || !planner.errors_.empty()) return std::move(planner.errors_);
  planner.check();
  planner.collect_tables();
  planner.find_consumers();
  if (!planner.errors_.empty()) return std::move(planner.errors_);
  Plan plan;
  plan.fingerprint_ = planner.fingerprint();
  plan.nodes_ = std::move(planner.nodes_);
  plan.tables_ = std::move(planner.tables_);
  plan.warnings_ = std::move(planner.warnings_);
  return plan;
}

}  // namespace litho
