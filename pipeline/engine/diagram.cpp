#include "pipeline/engine/diagram.hpp"

#include <algorithm>
#include <functional>

namespace litho {
namespace {

/// Inside double quotes, for both languages.
std::string escaped(std::string text, std::string_view quote) {
  std::string out;
  for (const char c : text) {
    if (c == '"')
      out += quote;
    else
      out += c == '\n' || c == '\\' ? ' ' : c;
  }
  return out;
}

/// Calls edge(from, to, label) for every edge; `from` is "item" for the item itself.
void each_edge(const Plan& plan,
               const std::function<void(const std::string&, const std::string&, const std::string&)>& edge) {
  for (const PlanNode& node : plan.nodes())
    for (std::size_t i = 0; i < node.inputs.size(); ++i) {
      const Source& source = node.inputs[i];
      if (source.node == Source::kNothing) continue;
      const std::string from = source.node == Source::kItem
                                   ? "item"
                                   : "n_" + plan.nodes()[static_cast<std::size_t>(source.node)].id;
      edge(from, "n_" + node.id, std::string(node.stage->inputs()[i].type));
    }
}

}  // namespace

std::string to_dot(const Graph& graph, const Plan& plan) {
  const auto quoted = [](const std::string& text) { return "\"" + escaped(text, "\\\"") + "\""; };
  std::string out = "digraph " + quoted(graph.name) + " {\n  rankdir=LR;\n  node [shape=box];\n";
  out += "  item [shape=oval, label=" + quoted(graph.item) + "];\n";
  for (const PlanNode& node : plan.nodes())
    out += "  n_" + node.id + " [label=\"" + node.id + "\\n" + escaped(node.info.name, "") + "\"];\n";
  each_edge(plan, [&](const std::string& from, const std::string& to, const std::string& label) {
    out += "  " + from + " -> " + to + " [label=" + quoted(label) + "];\n";
  });
  return out + "}\n";
}

std::string to_mermaid(const Graph& graph, const Plan& plan) {
  const auto quoted = [](const std::string& text) { return "\"" + escaped(text, "#quot;") + "\""; };
  std::string out = "flowchart LR\n  item([" + quoted(graph.item) + "])\n";
  for (const PlanNode& node : plan.nodes())
    out += "  n_" + node.id + "[" + quoted(node.id + "<br/>" + node.info.name) + "]\n";
  each_edge(plan, [&](const std::string& from, const std::string& to, const std::string& label) {
    out += "  " + from + " -- " + quoted(label) + " --> " + to + "\n";
  });
  return out;
}

}  // namespace litho
