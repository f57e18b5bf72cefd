#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "pipeline/engine/graph.hpp"
#include "pipeline/engine/inputs.hpp"
#include "pipeline/engine/plan.hpp"
#include "pipeline/engine/run_folder.hpp"

namespace litho {

struct BatchOptions {
  std::filesystem::path run;
  int jobs = 1;  ///< items in flight at the same time, and threads
  std::uint64_t seed = 0;
  ExistingFolder existing = ExistingFolder::refuse;
  std::optional<std::filesystem::path> cache;
  std::vector<std::string> command_line;  ///< for run.json
};

struct BatchSummary {
  int ok = 0;
  int flagged = 0;
  int failed = 0;
  bool interrupted = false;  ///< some items have not ended; --resume continues
};

/// An item has ended (or was found ended by --resume).
struct BatchEvent {
  std::size_t done;  ///< items ended so far
  std::size_t total;
  const ItemRecord& record;
};

/// Runs every item through the plan and leaves the run folder complete: items, tables, run.json. An item's
/// failure is its own; a folder that cannot be written ends the run. `on_event` is called by one thread at a
/// time. Memory is bounded by `jobs` items, not by the batch. Errors: run.exists, run.other_plan,
/// file.unwritable.
Result<BatchSummary> run_batch(const Graph& graph, const Plan& plan, const Inputs& inputs,
                               const BatchOptions& options, std::stop_token stop,
                               const std::function<void(const BatchEvent&)>& on_event);

}  // namespace litho
