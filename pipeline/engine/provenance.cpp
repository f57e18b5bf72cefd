#include "pipeline/engine/provenance.hpp"

#include <map>
#include <nlohmann/json.hpp>

#include "pipeline/core/text.hpp"
#include "pipeline/core/version.hpp"

namespace litho {
namespace {

using Json = nlohmann::ordered_json;

Json lines(const std::string& text) {
  Json out = Json::array();
  for (const std::string_view line : split_lines(text)) out.push_back(line);
  return out;
}

Json item_plan(const Item& item, std::size_t index) {
  Json files = Json::array();
  for (const ItemFile& file : item.files) {
    Json entry{{"file", file.path.string()}, {"fields", file.fields}};
    for (const auto& sidecar : file.sidecars) entry["sidecars"].push_back(sidecar.string());
    files.push_back(std::move(entry));
  }
  return {{"id", RunFolder::item_id(index, item.stem)},
          {"name", item.name},
          {"sample", item.sample},
          {"files", std::move(files)}};
}

Json plan_object(const Graph& graph, const Plan& plan, const Inputs& inputs, std::uint64_t seed) {
  Json items = Json::array();
  for (std::size_t i = 0; i < inputs.items.size(); ++i) items.push_back(item_plan(inputs.items[i], i));
  return {{"format", "lithoscope-plan-1"},
          {"version", version()},
          {"graph_name", graph.name},
          {"seed", seed},
          {"resolved", lines(plan.fingerprint())},
          {"sheet_columns", inputs.sheet_columns},
          {"items", std::move(items)}};
}

Json options_of(const Plan& plan) {
  Json out = Json::object();
  for (const PlanNode& node : plan.nodes()) {
    Json options = Json::object();
    for (const auto& [name, value] : node.stage->options_text()) options[name] = value;
    out[node.id] = {
        {"stage", node.info.name}, {"results_version", node.info.results_version}, {"options", options}};
  }
  return out;
}

Json remarks(const std::vector<Flag>& flags) {
  Json out = Json::array();
  for (const Flag& flag : flags) out.push_back({{"code", flag.code}, {"message", flag.message}});
  return out;
}

Json outcome(const ItemRecord& record) {
  Json inputs = Json::array(), errors = Json::array();
  for (const auto& [file, hash] : record.input_sha256) inputs.push_back({{"file", file}, {"sha256", hash}});
  for (const Error& error : record.errors) errors.push_back(to_string(error));
  return {
      {"name", record.name},         {"status", to_text(record.status)}, {"inputs", std::move(inputs)},
      {"errors", std::move(errors)}, {"flags", remarks(record.flags)},   {"notes", remarks(record.notes)}};
}

}  // namespace

std::string plan_json(const Graph& graph, const Plan& plan, const Inputs& inputs, std::uint64_t seed) {
  return plan_object(graph, plan, inputs, seed).dump(1) + "\n";
}

std::string run_json(const Graph& graph, const Plan& plan, const Inputs& inputs, const BatchOptions& options,
                     const std::vector<ItemRecord>& records, const std::vector<NodeSeconds>& timings,
                     double wall_s) {
  Json libraries = Json::object(), nodes = Json::object(), items = Json::array();
  for (const auto& [name, number] : library_versions()) libraries[name] = number;
  for (const NodeSeconds& timing : timings) nodes[timing.node] = timing.seconds;
  for (const ItemRecord& record : records) items.push_back(outcome(record));
  const Json run{{"format", "lithoscope-run-1"},
                 {"version", version()},
                 {"libraries", std::move(libraries)},
                 {"command_line", options.command_line},
                 {"seed", options.seed},
                 {"graph", {{"file", graph.file}, {"text", graph.text}}},
                 {"stages", options_of(plan)},
                 {"plan", plan_object(graph, plan, inputs, options.seed)},
                 {"items", std::move(items)},
                 {"timings", {{"jobs", options.jobs}, {"wall_s", wall_s}, {"node_s", std::move(nodes)}}}};
  return run.dump(1) + "\n";
}

}  // namespace litho
