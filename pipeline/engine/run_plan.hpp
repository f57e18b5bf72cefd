#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "pipeline/engine/graph.hpp"
#include "pipeline/engine/inputs.hpp"
#include "pipeline/engine/item_record.hpp"
#include "pipeline/engine/plan.hpp"

namespace litho {

/// What plan.json says: all that a run will do, and all that its tables can be rebuilt from together with its
/// items. Never changed once written.
struct RunPlan {
  struct Entry {
    std::string id;  ///< "000001-<stem>" for the first item: its folder under items/
    std::string name;
  };
  std::string text;  ///< of plan.json
  std::string id;    ///< 16 hex digits of everything that decides results; comments of the graph do not
  std::string item;  ///< "micrograph" or "sample"
  std::vector<std::string> sheet_columns;
  std::vector<TableSpec> tables;
  std::vector<Entry> items;
};

/// No times, no thread counts: two processes that shall do the same write the same.
std::string write_plan(const Graph& graph, const Plan& plan, const Inputs& inputs, std::uint64_t seed);
/// Errors: run.bad_plan.
Result<RunPlan> read_plan(std::string text, const std::string& file);
/// What two plans that are not the same differ in, for people: "options or stages, items".
std::string plan_differences(const RunPlan& a, const RunPlan& b);

/// The graph, its --set assignments, items and seed of a plan or of the `plan` in a run.json, to run them
/// again. Errors: run.bad_plan, and those of read_graph and set_option.
struct Replay {
  Graph graph;
  Inputs inputs;
  std::uint64_t seed = 0;
  std::string version;              ///< of the program that ran it
  std::vector<InputHash> measured;  ///< files as they were then; from a run.json only
};
Result<Replay> read_replay(const std::string& plan_or_run_text, const std::string& file);

}  // namespace litho
