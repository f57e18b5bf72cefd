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

/// The items whose index is `number` - 1 modulo `of`.
struct Shard {
  int number = 1;
  int of = 1;
  bool has(std::size_t index) const {
    return index % static_cast<std::size_t>(of) == static_cast<std::size_t>(number - 1);
  }
};
/// "2/5". Errors: usage.shard.
Result<Shard> parse_shard(const std::string& text);

struct BatchOptions {
  std::filesystem::path run;
  int jobs = 1;  ///< items in flight at the same time, and threads
  std::uint64_t seed = 0;
  ExistingFolder existing = ExistingFolder::refuse;
  Shard shard;
  bool retry_failed = false;  ///< run items again that ended as failed in an earlier run
  std::optional<std::filesystem::path> cache;
  std::vector<std::string> command_line;  ///< for the journal
};

struct BatchSummary {
  int ok = 0;
  int flagged = 0;
  int failed = 0;
  int changed = 0;           ///< measured again because their files were not those measured before
  bool interrupted = false;  ///< some items of the shard have not ended; joining the folder continues
  bool complete = false;     ///< every item of the plan has ended: time to merge
};

/// An item has ended, or was found ended.
struct BatchEvent {
  std::size_t done;  ///< items of this shard ended so far
  std::size_t total;
  bool kept;  ///< found ended
  const ItemRecord& record;
};

/// Runs the shard's items through the plan and leaves one record an item; merge_run makes tables of them. An
/// item's failure is its own; a folder that cannot be written ends the run. An item whose record is there is
/// kept if its files are still those that were measured; one that another process is at is waited for.
/// `on_event` is called by one thread at a time. Memory is bounded by `jobs` items, not by the batch. Errors:
/// those of RunFolder::open, file.unwritable, run.out_of_memory.
Result<BatchSummary> run_batch(const Graph& graph, const Plan& plan, const Inputs& inputs,
                               const BatchOptions& options, std::stop_token stop,
                               const std::function<void(const BatchEvent&)>& on_event);

}  // namespace litho
