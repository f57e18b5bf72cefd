#pragma once
#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/core/item.hpp"
#include "pipeline/engine/plan.hpp"
#include "pipeline/engine/pool.hpp"

namespace litho {

class Cache;

struct NodeTime {
  std::string node;
  double seconds = 0;
  bool from_cache = false;  ///< not run: the cache knew its result
};

/// What an item's run gave. As if its nodes had run one after another in the plan's order up to the first
/// failure, however many threads there were: nothing of a node behind the one that failed is in it, but the
/// files of closing stages.
struct ItemResult {
  Errors errors;  ///< of the node that failed, its id before each place; empty = the item is ok or flagged
  std::vector<Flag> flags;
  std::vector<Flag> notes;
  std::vector<Rows> rows;
  std::vector<Artifact> artifacts;
  std::vector<Artifact> closing_artifacts;  ///< stand for a failed item too
  std::vector<NodeTime> timings;            ///< of nodes that ran or came from the cache
  bool cancelled = false;                   ///< stopped before its end; the rest is of no use then
};

/// Said whenever a stage reports progress and when a node ends.
struct NodeProgress {
  std::string_view item;
  std::string_view node;
  double share;  ///< of the node, 0..1
  int nodes_ended;
  int nodes;
};

/// What running items needs from around it; outlives the runs, as do plan and pool.
struct RunServices {
  TaskPool& pool;
  std::uint64_t seed = 0;
  std::stop_token stop;
  Cache* cache = nullptr;                             ///< null = off
  std::function<void(const NodeProgress&)> progress;  ///< from any thread, at the same time; must not throw
};

/// Starts the item on the pool and returns; `done` is called once, from a pool thread, after all its nodes
/// ended, and may start further items. It must not throw. Errors in the result: the stages' own, and
/// stage.exception, stage.out_of_memory, stage.no_output (an output not put), stage.bad_rows and
/// stage.bad_artifact (rows or a path that do not fit what was declared), require.flag (a flag that the
/// graph's `require:` names).
/// `item_key` stands for the item in cache keys (see cache.hpp); "" = do not use the cache.
/// Random streams depend on seed, the last part of the item's name, node and stream name alone.
void run_item(const Plan& plan, const Item& item, std::string item_key, const RunServices& services,
              std::function<void(ItemResult)> done);

}  // namespace litho
