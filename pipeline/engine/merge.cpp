#include "pipeline/engine/merge.hpp"

#include "pipeline/core/version.hpp"
#include "pipeline/engine/journal.hpp"
#include "pipeline/engine/record_json.hpp"

namespace litho {
namespace {

Json processes_json(const std::vector<ProcessRecord>& processes) {
  Json out = Json::array();
  for (const ProcessRecord& p : processes)
    out.push_back({{"started", p.started},
                   {"host", p.host},
                   {"command_line", p.command_line},
                   {"jobs", p.jobs},
                   {"shard", p.shard},
                   {"end", p.end},
                   {"items", p.items},
                   {"wall_s", p.wall_s}});
  return out;
}

Json timings_json(const std::vector<ProcessRecord>& processes) {
  double wall_s = 0;
  Json nodes = Json::object();
  for (const ProcessRecord& process : processes) {
    wall_s += process.wall_s;
    for (const auto& [node, seconds] : process.nodes) nodes[node] = nodes.value(node, 0.0) + seconds;
  }
  return {{"jobs", processes.empty() ? 0 : processes.front().jobs},
          {"wall_s", wall_s},
          {"node_s", std::move(nodes)}};
}

/// The plan's content in the plan's words, and what became of it.
std::string run_json(const RunFolder& folder, Json items, bool complete) {
  Json plan = Json::parse(folder.plan().text);
  const auto processes = read_journals(folder.path());
  Json run{{"format", "lithoscope-run-2"},
           {"version", version()},
           {"complete", complete},
           {"command_line", processes.empty() ? std::vector<std::string>{} : processes.front().command_line},
           {"seed", plan.at("seed")},
           {"graph", plan.at("graph")},
           {"libraries", plan.at("libraries")},
           {"stages", plan.at("stages")},
           {"plan", std::move(plan)},
           {"items", std::move(items)},
           {"processes", processes_json(processes)},
           {"timings", timings_json(processes)}};
  return run.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace

Result<Merged> merge_run(const RunFolder& folder) {
  const RunPlan& plan = folder.plan();
  const RunFolder::TableLock lock(folder);
  TableMerge tables(plan.tables, plan.item == "micrograph" ? "image" : "sample", plan.sheet_columns);
  Merged merged;
  Json items = Json::array();
  for (std::size_t i = 0; i < plan.items.size(); ++i) {
    const auto record = folder.read_item(i);
    if (!record) {
      merged.missing.push_back(plan.items[i].name);
      continue;
    }
    ++(record->status == ItemStatus::ok        ? merged.ok
       : record->status == ItemStatus::flagged ? merged.flagged
                                               : merged.failed);
    tables.add(*record);
    Json outcome{{"id", plan.items[i].id}};
    outcome.update(outcome_json(*record));
    items.push_back(std::move(outcome));
  }
  merged.tables = tables.tables();
  for (const auto& [name, table] : merged.tables)
    if (const Status status = folder.write(name + ".csv", write_csv(table)); !status) return status.errors();
  const Status status = folder.write("run.json", run_json(folder, std::move(items), merged.missing.empty()));
  if (!status) return status.errors();
  return merged;
}

}  // namespace litho
