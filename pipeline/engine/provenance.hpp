#pragma once
#include <string>
#include <vector>

#include "pipeline/engine/batch.hpp"

namespace litho {

/// Text of plan.json: what will be done, of which the tables are a function. No times, no thread counts.
std::string plan_json(const Graph& graph, const Plan& plan, const Inputs& inputs, std::uint64_t seed);

struct NodeSeconds {
  std::string node;
  double seconds = 0;  ///< summed over the items of this process
};

/// Text of run.json: the plan's content, versions, input hashes, outcome of each item, notes and timings.
std::string run_json(const Graph& graph, const Plan& plan, const Inputs& inputs, const BatchOptions& options,
                     const std::vector<ItemRecord>& records, const std::vector<NodeSeconds>& timings,
                     double wall_s);

}  // namespace litho
