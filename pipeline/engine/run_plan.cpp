#include "pipeline/engine/run_plan.hpp"

#include <fmt/format.h>

#include "pipeline/core/sha256.hpp"
#include "pipeline/core/text.hpp"
#include "pipeline/core/version.hpp"
#include "pipeline/engine/record_json.hpp"

namespace litho {
namespace {

constexpr std::string_view kFormat = "lithoscope-plan-2";
constexpr const char* kGraphKey = "graph";  // as it was written; what it means stands in `resolved`

Json graph_json(const Graph& graph) {
  Json settings = Json::array();
  for (const GraphNode& node : graph.nodes)
    for (const std::string& setting : node.set) settings.push_back(setting);
  return {
      {"name", graph.name}, {"file", graph.file}, {"settings", std::move(settings)}, {"text", graph.text}};
}

Json stages_json(const Plan& plan) {
  Json out = Json::object();
  for (const PlanNode& node : plan.nodes()) {
    Json options = Json::object();
    for (const auto& [name, value] : node.stage->options_text()) options[name] = value;
    out[node.id] = {{"stage", node.info.name},
                    {"results_version", node.info.results_version},
                    {"options", std::move(options)}};
  }
  return out;
}

Json item_json(const Item& item, std::size_t index) {
  Json files = Json::array();
  for (const ItemFile& file : item.files) {
    Json entry{{"file", file.path.string()}, {"fields", file.fields}};
    for (const auto& sidecar : file.sidecars) entry["sidecars"].push_back(sidecar.string());
    files.push_back(std::move(entry));
  }
  return {{"id", fmt::format("{:06}-{}", index + 1, item.stem)},
          {"name", item.name},
          {"stem", item.stem},
          {"sample", item.sample},
          {"files", std::move(files)}};
}

Json lines(const std::string& text) {
  Json out = Json::array();
  for (const std::string_view line : split_lines(text)) out.push_back(line);
  return out;
}

Item item_from(const Json& json) {
  Item item{json.at("name"), json.at("stem"), json.at("sample"), {}};
  for (const Json& entry : json.at("files")) {
    ItemFile file;
    file.path = entry.at("file").get<std::string>();
    file.fields = entry.at("fields").get<std::map<std::string, std::string>>();
    if (entry.contains("sidecars"))
      for (const Json& sidecar : entry.at("sidecars")) file.sidecars.emplace_back(sidecar.get<std::string>());
    file.where = file.path.string();
    item.files.push_back(std::move(file));
  }
  return item;
}

Error bad_plan(const std::string& file, const std::string& why) {
  return {"run.bad_plan", file, "is not what this program writes: " + why,
          "use the program's version that made it, or start anew with --force"};
}

}  // namespace

std::string write_plan(const Graph& graph, const Plan& plan, const Inputs& inputs, std::uint64_t seed) {
  Json tables = Json::array(), items = Json::array(), libraries = Json::object();
  for (const TableSpec& table : plan.tables())
    tables.push_back(
        {{"name", table.name}, {"columns", table.columns}, {"row_per_item", table.row_per_item}});
  for (std::size_t i = 0; i < inputs.items.size(); ++i) items.push_back(item_json(inputs.items[i], i));
  for (const auto& [name, number] : library_versions()) libraries[name] = number;
  const Json json{{"format", kFormat},
                  {"version", version()},
                  {"libraries", std::move(libraries)},
                  {"seed", seed},
                  {"item", graph.item},
                  {kGraphKey, graph_json(graph)},
                  {"resolved", lines(plan.fingerprint())},
                  {"stages", stages_json(plan)},
                  {"tables", std::move(tables)},
                  {"sheet_columns", inputs.sheet_columns},
                  {"items", std::move(items)}};
  return json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

Result<RunPlan> read_plan(std::string text, const std::string& file) {
  try {
    Json json = Json::parse(text);
    if (json.at("format") != kFormat) return bad_plan(file, "its format is not " + std::string(kFormat));
    RunPlan plan;
    plan.text = std::move(text);
    plan.item = json.at("item");
    plan.sheet_columns = json.at("sheet_columns").get<std::vector<std::string>>();
    for (const Json& table : json.at("tables"))
      plan.tables.push_back({table.at("name"), table.at("columns"), table.at("row_per_item")});
    for (const Json& item : json.at("items")) plan.items.push_back({item.at("id"), item.at("name")});
    json.erase(kGraphKey);
    plan.id = sha256_hex(json.dump()).substr(0, 16);
    return plan;
  } catch (const Json::exception& error) {
    return bad_plan(file, error.what());
  }
}

std::string plan_differences(const RunPlan& a, const RunPlan& b) {
  const Json x = Json::parse(a.text), y = Json::parse(b.text);
  std::vector<std::string> out;
  for (const auto& [key, said] : std::initializer_list<std::pair<const char*, const char*>>{
           {"version", "version of the program"},
           {"libraries", "versions of libraries"},
           {"seed", "seed"},
           {"resolved", "stages or options"},
           {"sheet_columns", "columns of the sheet"},
           {"items", "inputs or what the sheet says of them"}})
    if (x.at(key) != y.at(key)) out.emplace_back(said);
  return join(out, ", ");
}

Result<Replay> read_replay(const std::string& plan_or_run_text, const std::string& file) {
  try {
    const Json json = Json::parse(plan_or_run_text);
    const Json& plan = json.contains("plan") ? json.at("plan") : json;
    const Json& written = plan.at(kGraphKey);
    auto graph = read_graph(written.at("text").get<std::string>(), written.at("file"));
    if (!graph) return graph.errors();
    Replay replay{*std::move(graph), {}, plan.at("seed"), plan.at("version"), {}};
    for (const Json& setting : written.at("settings"))
      if (const Status set = set_option(replay.graph, setting.get<std::string>()); !set) return set.errors();
    replay.inputs.sheet_columns = plan.at("sheet_columns").get<std::vector<std::string>>();
    for (const Json& item : plan.at("items")) replay.inputs.items.push_back(item_from(item));
    if (json.contains("plan"))
      for (const Json& item : json.at("items"))
        for (const Json& input : item.at("inputs"))
          replay.measured.push_back({input.at("file"), input.at("sha256")});
    return replay;
  } catch (const Json::exception& error) {
    return bad_plan(file, error.what());
  }
}

}  // namespace litho
