#include "pipeline/engine/batch.hpp"

#include <algorithm>
#include <memory>
#include <mutex>
#include <new>
#include <set>
#include <thread>
#include <utility>

#include "pipeline/core/number.hpp"
#include "pipeline/core/text.hpp"
#include "pipeline/core/version.hpp"
#include "pipeline/engine/cache.hpp"
#include "pipeline/engine/input_hashes.hpp"
#include "pipeline/engine/journal.hpp"
#include "pipeline/engine/pool.hpp"
#include "pipeline/engine/run_item.hpp"

namespace litho {
namespace {

constexpr std::uint64_t kCacheBytes = std::uint64_t{4} << 30;
constexpr auto kLookAgain = std::chrono::milliseconds(50);  // at items that other processes are at
constexpr std::int64_t kMostShards = 1'000'000;

std::string shard_name(const Shard& shard) {
  return shard.of == 1 ? "" : std::to_string(shard.number) + "/" + std::to_string(shard.of);
}

ItemRecord make_record(const Item& item, const std::vector<std::string>& sheet_columns,
                       std::vector<InputHash>&& hashes, ItemResult&& result) {
  ItemRecord record;
  record.name = item.name;
  record.sample = item.sample;
  record.status = !result.errors.empty()  ? ItemStatus::failed
                  : !result.flags.empty() ? ItemStatus::flagged
                                          : ItemStatus::ok;
  record.errors = std::move(result.errors);
  record.flags = std::move(result.flags);
  record.notes = std::move(result.notes);
  record.inputs = std::move(hashes);
  if (record.status != ItemStatus::failed) record.rows = std::move(result.rows);
  for (const std::string& column : sheet_columns) {
    const auto& fields = item.files.front().fields;
    const auto it = fields.find(column);
    record.sheet_values.push_back(it == fields.end() ? "" : it->second);
  }
  return record;
}

/// Keeps up to `jobs` items in flight; whoever ends one starts the next.
class Batch {
 public:
  Batch(const Plan& plan, const Inputs& inputs, const BatchOptions& options, const RunFolder& folder,
        std::stop_token stop, const std::function<void(const BatchEvent&)>& on_event)
      : plan_(plan),
        inputs_(inputs),
        options_(options),
        folder_(folder),
        on_event_(on_event),
        journal_(folder.path(), {options.command_line, options.jobs, shard_name(options.shard)}),
        pool_(make_pool(options.jobs)),
        services_{*pool_, options.seed, std::move(stop), nullptr, {}} {
    for (std::size_t i = 0; i < inputs.items.size(); ++i)
      if (options.shard.has(i)) waiting_.push_back(i);
    total_ = waiting_.size();
  }

  Result<BatchSummary> run() {
    if (options_.cache) {
      auto cache = Cache::open(*options_.cache, kCacheBytes, std::string(version()));
      if (!cache) return cache.errors();
      cache_ = *std::move(cache);
      services_.cache = cache_.get();
    }
    for (;;) {
      for (int i = 0; i < options_.jobs; ++i) pool_->submit([this] { guarded([this] { start_next(); }); });
      pool_->wait();
      if (!fatal_.empty() || services_.stop.stop_requested() || elsewhere_.empty()) break;
      std::this_thread::sleep_for(kLookAgain);
      waiting_ = std::exchange(elsewhere_, {});
      next_ = 0;
    }
    summary_.interrupted = done_ < total_;
    journal_.end(!fatal_.empty() ? "stopped" : summary_.interrupted ? "interrupted" : "complete");
    if (!fatal_.empty()) return fatal_;
    summary_.complete = !summary_.interrupted && folder_.all_ended();
    return summary_;
  }

 private:
  /// The pool's tasks must not throw.
  template <class Do>
  void guarded(Do what) {
    Error error;
    try {
      return what();
    } catch (const std::bad_alloc&) {
      error = {"run.out_of_memory", options_.run.string(), "there was not enough memory",
               "--jobs with fewer items at a time; --resume continues"};
    } catch (const std::exception& exception) {
      error = {"run.exception", options_.run.string(), exception.what(), "--resume continues"};
    }
    const std::lock_guard lock(mutex_);
    fatal_ = {std::move(error)};
  }

  /// Takes items until one is in flight or none is left.
  void start_next() {
    for (;;) {
      std::size_t index;
      {
        const std::lock_guard lock(mutex_);
        if (next_ == waiting_.size() || !fatal_.empty() || services_.stop.stop_requested()) return;
        index = waiting_[next_++];
      }
      const Item& item = inputs_.items[index];
      std::vector<InputHash> hashes;
      if (keep(index, hashes)) continue;
      if (!folder_.claim(index)) {
        const std::lock_guard lock(mutex_);
        elsewhere_.push_back(index);
        continue;
      }
      if (keep(index, hashes)) {  // ended by another process since
        folder_.release(index);
        continue;
      }
      if (hashes.empty()) hashes = hashes_.of(item);
      std::string key;
      if (services_.cache != nullptr) {
        std::vector<std::string> digests;
        for (const InputHash& input : hashes) digests.push_back(input.sha256);
        key = item_key(item, digests);
      }
      run_item(plan_, item, std::move(key), services_,
               [this, index, hashes = std::move(hashes)](ItemResult result) mutable {
                 guarded([&] {
                   end_item(index, std::move(hashes), std::move(result));
                   start_next();
                 });
               });
      return;
    }
  }

  /// Whether the item has ended before and its record holds; announced then.
  bool keep(std::size_t index, std::vector<InputHash>& hashes) {
    const auto record = folder_.read_item(index);
    if (!record || !folder_.has_artifacts(*record)) return false;
    if (record->status == ItemStatus::failed && options_.retry_failed) return false;
    hashes = hashes_.of(inputs_.items[index]);
    if (record->inputs != hashes) {
      const std::lock_guard lock(mutex_);
      changed_.insert(index);
      return false;
    }
    announce(*record, true);
    return true;
  }

  void end_item(std::size_t index, std::vector<InputHash>&& hashes, ItemResult&& result) {
    if (!result.cancelled) {
      // A failed item has no numbers; its closing stages' files show why.
      std::vector<Artifact> artifacts;
      if (result.errors.empty()) artifacts = std::move(result.artifacts);
      std::ranges::move(result.closing_artifacts, std::back_inserter(artifacts));
      const std::vector<NodeTime> times = std::move(result.timings);
      ItemRecord record =
          make_record(inputs_.items[index], inputs_.sheet_columns, std::move(hashes), std::move(result));
      const Status written = folder_.write_item(index, record, artifacts);
      if (written) announce(record, false);
      const std::lock_guard lock(mutex_);
      if (written)
        journal_.item(folder_.plan().items[index].id, record.status, times);
      else
        fatal_ = written.errors();
    }
    folder_.release(index);
  }

  void announce(const ItemRecord& record, bool kept) {
    const std::lock_guard lock(mutex_);
    ++(record.status == ItemStatus::ok        ? summary_.ok
       : record.status == ItemStatus::flagged ? summary_.flagged
                                              : summary_.failed);
    summary_.changed = static_cast<int>(changed_.size());
    on_event_({++done_, total_, kept, record});
  }

  const Plan& plan_;
  const Inputs& inputs_;
  const BatchOptions& options_;
  const RunFolder& folder_;
  const std::function<void(const BatchEvent&)>& on_event_;
  Journal journal_;
  InputHashes hashes_;
  std::unique_ptr<Cache> cache_;
  std::unique_ptr<TaskPool> pool_;
  RunServices services_;
  std::size_t total_ = 0;

  std::mutex mutex_;  ///< guards what follows
  std::vector<std::size_t> waiting_;
  std::vector<std::size_t> elsewhere_;  ///< another process is at them
  std::set<std::size_t> changed_;
  std::size_t next_ = 0;
  std::size_t done_ = 0;
  Errors fatal_;
  BatchSummary summary_;
};

}  // namespace

Result<Shard> parse_shard(const std::string& text) {
  const auto parts = split(text, '/');
  const auto number = parse_int(parts[0]), of = parts.size() == 2 ? parse_int(parts[1]) : std::nullopt;
  if (!number || !of || *of < 1 || *of > kMostShards || *number < 1 || *number > *of)
    return Error{"usage.shard", "--shard", "'" + text + "' is not K/N with 1 <= K <= N",
                 "for example --shard 1/5, 2/5, ... 5/5"};
  return Shard{static_cast<int>(*number), static_cast<int>(*of)};
}

Result<BatchSummary> run_batch(const Graph& graph, const Plan& plan, const Inputs& inputs,
                               const BatchOptions& options, std::stop_token stop,
                               const std::function<void(const BatchEvent&)>& on_event) {
  const auto folder =
      RunFolder::open(options.run, write_plan(graph, plan, inputs, options.seed), options.existing);
  if (!folder) return folder.errors();
  return Batch(plan, inputs, options, *folder, stop, on_event).run();
}

}  // namespace litho
