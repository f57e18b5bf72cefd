#include "pipeline/engine/batch.hpp"

#include <algorithm>
#include <chrono>
#include <map>
#include <memory>
#include <mutex>

#include "pipeline/core/file.hpp"
#include "pipeline/core/sha256.hpp"
#include "pipeline/core/version.hpp"
#include "pipeline/engine/cache.hpp"
#include "pipeline/engine/pool.hpp"
#include "pipeline/engine/provenance.hpp"
#include "pipeline/engine/run_item.hpp"

namespace litho {
namespace {

constexpr std::uint64_t kCacheBytes = std::uint64_t{4} << 30;

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// Path and content hash of every file an item is made from; a file that cannot be read has no hash, and the
/// reader stage says why.
std::vector<std::pair<std::string, std::string>> hash_inputs(const Item& item) {
  std::vector<std::pair<std::string, std::string>> out;
  const auto add = [&](const std::filesystem::path& path) {
    const auto bytes = read_file(path);
    out.emplace_back(path.string(), bytes ? sha256_hex(*bytes) : "");
  };
  for (const ItemFile& file : item.files) {
    add(file.path);
    for (const auto& sidecar : file.sidecars) add(sidecar);
  }
  return out;
}

ItemRecord make_record(const Item& item, const std::vector<std::string>& sheet_columns, ItemResult&& result) {
  ItemRecord record;
  record.name = item.name;
  record.sample = item.sample;
  record.status = !result.errors.empty()  ? ItemStatus::failed
                  : !result.flags.empty() ? ItemStatus::flagged
                                          : ItemStatus::ok;
  record.errors = std::move(result.errors);
  record.flags = std::move(result.flags);
  record.notes = std::move(result.notes);
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
        pool_(make_pool(options.jobs)),
        services_{*pool_, options.seed, std::move(stop), nullptr, {}} {}

  Status run() {
    if (options_.cache) {
      auto cache = Cache::open(*options_.cache, kCacheBytes, std::string(version()));
      if (!cache) return cache.errors();
      cache_ = *std::move(cache);
      services_.cache = cache_.get();
    }
    for (int i = 0; i < options_.jobs; ++i) pool_->submit([this] { start_next(); });
    pool_->wait();
    if (!fatal_.empty()) return fatal_;
    return {};
  }

  std::vector<NodeSeconds> timings() const {
    std::vector<NodeSeconds> out;
    for (const PlanNode& node : plan_.nodes())
      if (const auto it = seconds_.find(node.id); it != seconds_.end()) out.push_back({node.id, it->second});
    return out;
  }

 private:
  /// Takes items until one is in flight or none is left.
  void start_next() {
    for (;;) {
      std::size_t index;
      {
        const std::lock_guard lock(mutex_);
        if (next_ == inputs_.items.size() || !fatal_.empty() || services_.stop.stop_requested()) return;
        index = next_++;
      }
      const Item& item = inputs_.items[index];
      const std::string id = RunFolder::item_id(index, item.stem);
      if (options_.existing == ExistingFolder::resume)
        if (const auto record = folder_.read_item(id)) {
          announce(*record);
          continue;
        }
      auto hashes = hash_inputs(item);
      std::string key;
      if (services_.cache != nullptr) {
        std::vector<std::string> digests;
        for (const auto& [file, hash] : hashes) digests.push_back(hash);
        key = item_key(item, digests);
      }
      run_item(plan_, item, std::move(key), services_,
               [this, &item, id, hashes = std::move(hashes)](ItemResult result) mutable {
                 end_item(item, id, std::move(hashes), std::move(result));
                 start_next();
               });
      return;
    }
  }

  void end_item(const Item& item, const std::string& id,
                std::vector<std::pair<std::string, std::string>>&& hashes, ItemResult&& result) {
    if (result.cancelled) return;
    // A failed item has no numbers; its closing stages' files show why.
    std::vector<Artifact> artifacts;
    if (result.errors.empty()) artifacts = std::move(result.artifacts);
    std::ranges::move(result.closing_artifacts, std::back_inserter(artifacts));
    const std::vector<NodeTime> times = std::move(result.timings);
    ItemRecord record = make_record(item, inputs_.sheet_columns, std::move(result));
    record.input_sha256 = std::move(hashes);
    for (const Artifact& artifact : artifacts) record.artifacts.push_back(artifact.path);
    const Status written = folder_.write_item(id, record, artifacts);
    {
      const std::lock_guard lock(mutex_);
      if (!written) fatal_ = written.errors();
      for (const NodeTime& time : times) seconds_[time.node] += time.seconds;
    }
    if (written) announce(record);
  }

  void announce(const ItemRecord& record) {
    const std::lock_guard lock(mutex_);
    on_event_({++done_, inputs_.items.size(), record});
  }

  const Plan& plan_;
  const Inputs& inputs_;
  const BatchOptions& options_;
  const RunFolder& folder_;
  const std::function<void(const BatchEvent&)>& on_event_;
  std::unique_ptr<Cache> cache_;
  std::unique_ptr<TaskPool> pool_;
  RunServices services_;

  std::mutex mutex_;  ///< guards what follows
  std::size_t next_ = 0;
  std::size_t done_ = 0;
  Errors fatal_;
  std::map<std::string, double> seconds_;
};

Status write_results(const RunFolder& folder, const Graph& graph, const Plan& plan, const Inputs& inputs,
                     const std::vector<ItemRecord>& records) {
  const std::string item_column = graph.item == "sample" ? "sample" : "image";
  for (const auto& [name, table] : merge_tables(plan.tables(), item_column, inputs.sheet_columns, records))
    if (auto status = folder.write(name + ".csv", write_csv(table)); !status) return status;
  return {};
}

}  // namespace

Result<BatchSummary> run_batch(const Graph& graph, const Plan& plan, const Inputs& inputs,
                               const BatchOptions& options, std::stop_token stop,
                               const std::function<void(const BatchEvent&)>& on_event) {
  const auto start = std::chrono::steady_clock::now();
  const auto folder =
      RunFolder::open(options.run, plan_json(graph, plan, inputs, options.seed), options.existing);
  if (!folder) return folder.errors();
  Batch batch(plan, inputs, options, *folder, stop, on_event);
  if (const Status ran = batch.run(); !ran) return ran.errors();

  BatchSummary summary;
  std::vector<ItemRecord> records;
  for (std::size_t i = 0; i < inputs.items.size(); ++i) {
    auto record = folder->read_item(RunFolder::item_id(i, inputs.items[i].stem));
    if (!record) {
      summary.interrupted = true;
      continue;
    }
    ++(record->status == ItemStatus::ok        ? summary.ok
       : record->status == ItemStatus::flagged ? summary.flagged
                                               : summary.failed);
    records.push_back(*std::move(record));
  }
  if (const Status written = write_results(*folder, graph, plan, inputs, records); !written)
    return written.errors();
  const std::string run =
      run_json(graph, plan, inputs, options, records, batch.timings(), seconds_since(start));
  if (const Status written = folder->write("run.json", run); !written) return written.errors();
  return summary;
}

}  // namespace litho
