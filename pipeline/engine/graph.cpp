#include "pipeline/engine/graph.hpp"

#include <algorithm>
#include <utility>

#include "pipeline/core/text.hpp"
#include "pipeline/engine/yaml.hpp"

namespace litho {
namespace {

using Kind = Value::Kind;

constexpr const char* kVersion = "1";

bool is_name(std::string_view text) {
  const auto letter = [](char c) { return c >= 'a' && c <= 'z'; };
  return !text.empty() && letter(text[0]) &&
         std::ranges::all_of(text, [&](char c) { return letter(c) || c == '_' || (c >= '0' && c <= '9'); });
}

bool is_edge(std::string_view text) {
  if (text == "$item") return true;
  const auto parts = split(text, '.');
  return parts.size() == 2 && is_name(parts[0]) && is_name(parts[1]);
}

/// "sem.saturated", "sem.*", "*"
bool is_code_pattern(std::string_view text) {
  const auto parts = split(text, '.');
  for (std::size_t i = 0; i < parts.size(); ++i)
    if (!is_name(parts[i]) && (parts[i] != "*" || i + 1 < parts.size())) return false;
  return true;
}

class GraphReader {
 public:
  GraphReader(std::string_view text, std::string file) {
    graph_.file = std::move(file);
    graph_.text = text;
  }

  Result<Graph> read(const Value& root) {
    if (root.kind != Kind::map)
      return Error{"graph.missing_key", root.where(graph_.file), "is not a graph: it has no `lithoscope: 1`",
                   "a graph is a map with lithoscope, name, item and stages"};
    check_keys(root, "a graph", {"lithoscope", "name", "doc", "item", "stages"});
    read_version(root);
    graph_.name = text_of(root, "name", true);
    graph_.doc = text_of(root, "doc", false);
    graph_.item = text_of(root, "item", true);
    read_item(root);
    if (const Value* stages = map_of(root, "stages", true)) {
      if (stages->entries.empty()) add("graph.no_nodes", *stages, "there are no stages", "add one");
      for (const Value::Entry& entry : stages->entries) read_node(entry);
    }
    if (!errors_.empty()) return std::move(errors_);
    return std::move(graph_);
  }

 private:
  void add(std::string code, const Value& place, std::string message, std::string hint) {
    errors_.push_back({std::move(code), place.where(graph_.file), std::move(message), std::move(hint)});
  }
  static Value place_of(const Value::Entry& entry) {
    Value place;
    place.line = entry.line;
    place.column = entry.column;
    return place;
  }

  void check_keys(const Value& map, const std::string& what, const std::vector<std::string>& known) {
    for (const Value::Entry& entry : map.entries) {
      if (std::ranges::find(known, entry.key) != known.end()) continue;
      const auto near = did_you_mean(entry.key, known);
      add("graph.unknown_key", place_of(entry), what + " has no key '" + entry.key + "'",
          near ? "did you mean '" + *near + "'?" : "its keys: " + join(known, ", "));
    }
  }

  const Value* needed(const Value& map, const std::string& key, bool required) {
    const Value* value = map.find(key);
    if (value == nullptr && required)
      add("graph.missing_key", map, "the key '" + key + "' is missing", "add `" + key + ":`");
    return value;
  }
  std::string text_of(const Value& map, const std::string& key, bool required) {
    const Value* value = needed(map, key, required);
    if (value == nullptr || (value->kind == Kind::null && !required)) return {};
    if (value->kind != Kind::scalar || value->text.empty()) {
      add("graph.bad_value", *value, "'" + key + "' must be a word or a line of text", "");
      return {};
    }
    return value->text;
  }
  /// The map under a key; an empty one is null in YAML and not an error unless required.
  const Value* map_of(const Value& map, const std::string& key, bool required) {
    const Value* value = needed(map, key, required);
    if (value == nullptr || value->kind == Kind::map || (value->kind == Kind::null && !required))
      return value;
    add("graph.bad_value", *value, "'" + key + "' must be a map", "write " + key + ": { name: value }");
    return nullptr;
  }

  void read_version(const Value& root) {
    const Value* version = needed(root, "lithoscope", true);
    if (version != nullptr && (version->kind != Kind::scalar || version->text != kVersion))
      add("graph.version", *version,
          "the format version is '" + version->text + "', this program reads " + kVersion,
          "write `lithoscope: 1`, or use the program's version that the graph was written for");
  }

  void read_item(const Value& root) {
    static const std::vector<std::string> kKinds{"micrograph", "sample", "plated_sample"};
    if (graph_.item.empty() || std::ranges::find(kKinds, graph_.item) != kKinds.end()) return;
    const auto near = did_you_mean(graph_.item, kKinds);
    add("graph.bad_value", *root.find("item"), "an item cannot be a '" + graph_.item + "'",
        near ? "did you mean '" + *near + "'?" : "item: micrograph, sample or plated_sample");
  }

  void read_node(const Value::Entry& entry) {
    GraphNode node;
    node.id = entry.key;
    node.place = place_of(entry);
    if (!is_name(node.id))
      add("graph.bad_value", node.place, "'" + node.id + "' cannot name a stage",
          "use a-z, 0-9 and _, a letter first");
    if (entry.value.kind != Kind::map) {
      add("graph.bad_value", node.place, "the stage '" + node.id + "' must be a map",
          "write " + node.id + ": { use: family.stage, in: { ... } }");
      return;
    }
    check_keys(entry.value, "a stage", {"use", "in", "with", "require"});
    node.stage = text_of(entry.value, "use", true);
    if (const Value* inputs = map_of(entry.value, "in", false))
      for (const Value::Entry& input : inputs->entries) read_edge(node, input);
    if (const Value* with = map_of(entry.value, "with", false)) node.with = *with;
    if (const Value* require = entry.value.find("require")) read_require(node, *require);
    graph_.nodes.push_back(std::move(node));
  }

  void read_edge(GraphNode& node, const Value::Entry& input) {
    if (input.value.kind != Kind::scalar || !is_edge(input.value.text))
      add("graph.bad_edge", input.value.kind == Kind::scalar ? input.value : place_of(input),
          node.id + "." + input.key + ": '" + input.value.text + "' does not say where the value comes from",
          "write stage.output, or $item");
    node.inputs.emplace(input.key, input.value);
  }

  void read_require(GraphNode& node, const Value& require) {
    if (require.kind == Kind::null) return;
    const bool codes = require.kind == Kind::list && std::ranges::all_of(require.items, [](const Value& v) {
                         return v.kind == Kind::scalar && is_code_pattern(v.text);
                       });
    if (!codes)
      add("graph.bad_value", require, "'require' must be a list of flag codes",
          "write require: [sem.saturated], or sem.* for all of a family");
    node.require = require;
  }

  Graph graph_;
  Errors errors_;
};

}  // namespace

Result<Graph> read_graph(std::string_view text, std::string file) {
  const auto root = read_yaml(text, file);
  if (!root) return root.errors();
  return GraphReader(text, std::move(file)).read(*root);
}

Status set_option(Graph& graph, std::string_view assignment) {
  const std::string where = "--set " + std::string(assignment);
  const auto equals = assignment.find('=');
  const std::string_view path = assignment.substr(0, equals);
  const auto dot = path.find('.');
  if (equals == std::string_view::npos || dot == std::string_view::npos || dot == 0 || dot + 1 == path.size())
    return Error{"set.syntax", where, "is not STAGE.OPTION=VALUE", "for example --set front.smooth=\"3 px\""};
  const std::string id(path.substr(0, dot)), option(path.substr(dot + 1));

  const auto node = std::ranges::find(graph.nodes, id, &GraphNode::id);
  if (node == graph.nodes.end()) {
    std::vector<std::string> ids;
    for (const GraphNode& known : graph.nodes) ids.push_back(known.id);
    const auto near = did_you_mean(id, ids);
    return Error{"set.unknown_node", where, "the graph has no stage '" + id + "'",
                 near ? "did you mean '" + *near + "'?" : "its stages: " + join(ids, ", ")};
  }
  node->with.kind = Value::Kind::map;
  Value value = Value::scalar(std::string(assignment.substr(equals + 1)));
  const auto old = std::ranges::find(node->with.entries, option, &Value::Entry::key);
  if (old != node->with.entries.end())
    *old = {option, std::move(value), 0, 0};
  else
    node->with.entries.push_back({option, std::move(value), 0, 0});
  std::erase_if(node->set, [&](const std::string& earlier) {
    return earlier.starts_with(path) && earlier[path.size()] == '=';
  });
  node->set.emplace_back(assignment);
  return {};
}

}  // namespace litho
