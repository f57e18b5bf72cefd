#include "pipeline/engine/run_item.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <exception>
#include <filesystem>
#include <limits>
#include <memory>
#include <new>
#include <set>
#include <utility>

#include "pipeline/engine/cache.hpp"
#include "pipeline/engine/node_record.hpp"

namespace litho {
namespace {

using Clock = std::chrono::steady_clock;

/// "sem.*" fits "sem.saturated".
bool fits(std::string_view pattern, std::string_view code) {
  if (pattern.ends_with('*')) return code.starts_with(pattern.substr(0, pattern.size() - 1));
  return pattern == code;
}

std::string one_line(std::string text) {
  std::ranges::replace_if(
      text, [](char c) { return c == '\n' || c == '\r'; }, ' ');
  return text;
}

Error out_of_memory() {
  return {"stage.out_of_memory", "", "there was not enough memory",
          "run fewer items at a time (--jobs), or smaller images"};
}

bool is_product(const PortSpec& port) {
  return port.type == PortType<Rows>::name || port.type == PortType<Artifact>::name ||
         port.type == PortType<Artifacts>::name;
}

/// One item on its way through the plan; kept alive by its tasks.
class ItemRun : public std::enable_shared_from_this<ItemRun> {
 public:
  ItemRun(const Plan& plan, const Item& item, std::string key, const RunServices& services,
          std::function<void(ItemResult)> done)
      : plan_(plan),
        nodes_(plan.nodes()),
        item_(std::make_shared<const Item>(item)),
        key_(std::move(key)),
        services_(services),
        done_(std::move(done)),
        stream_(std::filesystem::path(item.name).filename().string()),
        states_(nodes_.size()) {
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
      int feeds = 0;
      for (const Source& source : nodes_[i].inputs) feeds += source.node >= 0;
      states_[i].awaited = feeds;
      states_[i].users = static_cast<int>(nodes_[i].consumers.size());
      states_[i].time.node = nodes_[i].id;
      if (nodes_[i].info.closing) continue;
      ++ordinary_;
      if (feeds == 0) first_.push_back(i);
    }
  }

  void start() {
    services_.pool.submit([self = shared_from_this()] { self->begin(); });
  }

 private:
  /// Written by the one task that runs the node, read by tasks that come after it.
  struct State {
    std::atomic<int> awaited = 0;   ///< edges into the node whose value is not there yet
    std::atomic<int> users = 0;     ///< edges out of the node whose far end has not ended
    std::vector<Payload> outputs;   ///< until the last user ends
    std::vector<Payload> products;  ///< one an output; null where it is no product
    NodeRecord said;
    Errors errors;
    NodeTime time;
    bool known = false;  ///< from the cache
    bool ended = false;  ///< came to its end, well or with errors
    std::string key;
  };

  void begin() {
    if (services_.cache != nullptr && !key_.empty()) {
      try {
        ask_cache();
      } catch (const std::exception&) {  // without it, then
        for (State& state : states_) {
          state.known = false;
          state.outputs.clear();
        }
      }
    }
    if (ordinary_ == 0) return close();
    for (const std::size_t i : first_) submit(i);
  }

  void submit(std::size_t i) {
    services_.pool.submit([self = shared_from_this(), i] { self->step(i); });
  }

  /// From the last node to the first, so that only outputs that somebody needs are read.
  void ask_cache() {
    const auto keys = node_keys(plan_, key_, services_.cache->salt(), services_.seed, stream_);
    for (std::size_t i = nodes_.size(); i-- > 0;) {
      const PlanNode& node = nodes_[i];
      State& state = states_[i];
      state.key = keys[i];
      const bool needed = std::ranges::any_of(node.stage->outputs(), is_product) ||
                          std::ranges::any_of(node.consumers, [&](int c) {
                            return !states_[static_cast<std::size_t>(c)].known;
                          });
      if (needed && !may_store(node)) continue;
      const auto said = services_.cache->load(state.key + ".said");
      auto record = said ? load_record(*said) : std::nullopt;
      if (!record) continue;
      if (needed) {
        const auto bytes = services_.cache->load(state.key + ".out");
        auto outputs = bytes ? load_outputs(*node.stage, *bytes) : std::nullopt;
        if (!outputs) continue;
        state.outputs = *std::move(outputs);
      }
      state.said = *std::move(record);
      state.known = true;
    }
  }

  static bool may_store(const PlanNode& node) { return node.info.cacheable && can_save_outputs(*node.stage); }

  /// The node's turn: all its inputs are there, or will never be.
  void step(std::size_t i) {
    if (static_cast<int>(i) <= failed_.load())
      work(i);  // else: as if it came after the failure, in every run
    end(i);
  }

  void work(std::size_t i) {
    if (services_.stop.stop_requested()) {
      cancelled_ = true;
      return;
    }
    State& state = states_[i];
    const auto begin = Clock::now();
    state.errors = guarded(i);
    state.time.seconds = std::chrono::duration<double>(Clock::now() - begin).count();
    state.time.from_cache = state.known;
    state.ended = true;
    if (!state.errors.empty()) fail(static_cast<int>(i));
  }

  Errors guarded(std::size_t i) {
    Errors errors;
    try {
      errors = states_[i].known ? Errors{} : run(i);
      if (errors.empty()) errors = settle(i);
    } catch (const std::bad_alloc&) {
      errors = {out_of_memory()};
    } catch (const std::exception& exception) {
      errors = {{"stage.exception", "", one_line(exception.what()), "this may be a bug of the stage"}};
    } catch (...) {
      errors = {{"stage.exception", "", "something unknown was thrown", "this may be a bug of the stage"}};
    }
    for (Error& error : errors) error = at(nodes_[i].id, std::move(error));
    return errors;
  }

  Errors run(std::size_t i) {
    const PlanNode& node = nodes_[i];
    State& state = states_[i];
    const int failed = failed_;
    std::vector<Payload> inputs;
    for (const Source& source : node.inputs) {
      const bool lost = node.info.closing && source.node > failed;  // it may have run, or not
      inputs.push_back(source.node == Source::kItem              ? item_
                       : source.node == Source::kNothing || lost ? nullptr
                                                                 : output_of(source));
    }
    RunContext context(std::move(inputs), node.stage->outputs().size(), services_.seed,
                       stream_ + "/" + node.id, services_.stop, [this, i](double share) { tell(i, share); });
    const bool mourning = node.info.closing && failed < static_cast<int>(i);
    if (mourning) context.set_failure(states_[static_cast<std::size_t>(failed)].errors);
    const Status status = node.stage->run(context);
    state.said = {std::move(context.flags()), std::move(context.notes())};
    if (services_.stop.stop_requested()) {  // it may have left early: neither a result nor an error
      cancelled_ = true;
      return {};
    }
    if (!status) {
      state.outputs = std::move(context.outputs());  // what it came to, for closing stages
      return status.errors();
    }
    const Status whole = check_outputs(*node.stage, context.outputs());
    if (!whole) return whole.errors();
    state.outputs = std::move(context.outputs());
    if (!state.key.empty() && !mourning) {
      services_.cache->store(state.key + ".said", save_record(state.said));
      if (may_store(node))
        services_.cache->store(state.key + ".out", save_outputs(*node.stage, state.outputs));
    }
    return {};
  }

  /// Null only for closing stages, where the node failed or the cache did not hold its outputs.
  Payload output_of(const Source& source) const {
    const auto& outputs = states_[static_cast<std::size_t>(source.node)].outputs;
    return outputs.empty() ? nullptr : outputs[static_cast<std::size_t>(source.port)];
  }

  /// The same for a node that ran and one that the cache knew.
  Errors settle(std::size_t i) {
    const PlanNode& node = nodes_[i];
    State& state = states_[i];
    for (std::size_t k = 0; k < state.outputs.size(); ++k)
      state.products.push_back(is_product(node.stage->outputs()[k]) ? state.outputs[k] : nullptr);
    Errors errors;
    for (const Flag& flag : state.said.flags)
      for (const std::string& pattern : node.require)
        if (fits(pattern, flag.code)) {
          errors.push_back({"require.flag", "", flag.code + ": " + flag.message,
                            "the graph's `require: " + pattern + "` makes this a failure"});
          break;
        }
    return errors;
  }

  void fail(int i) {
    int first = failed_.load();
    while (i < first && !failed_.compare_exchange_weak(first, i)) {
    }
  }

  void end(std::size_t i) {
    release(i);
    for (const int c : nodes_[i].consumers)
      if (--states_[static_cast<std::size_t>(c)].awaited == 0 &&
          !nodes_[static_cast<std::size_t>(c)].info.closing)
        submit(static_cast<std::size_t>(c));
    if (++ended_ == ordinary_) close();  // nothing else of this item is under way any more
  }

  /// One after another: what the first of them sees, the last one sees too.
  void close() {
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
      if (!nodes_[i].info.closing) continue;
      State& state = states_[i];
      if (static_cast<int>(i) > failed_) {
        state.known = false;  // that was of an item that did not fail
        state.outputs.clear();
      }
      work(i);
      release(i);
    }
    finish();
  }

  void release(std::size_t i) {
    if (nodes_[i].consumers.empty()) states_[i].outputs.clear();
    for (const Source& source : nodes_[i].inputs) {
      if (source.node < 0) continue;
      State& feeder = states_[static_cast<std::size_t>(source.node)];
      if (--feeder.users == 0) feeder.outputs.clear();
    }
    ++told_;
    tell(i, 1);
  }

  void tell(std::size_t i, double share) const {
    if (services_.progress)
      services_.progress({item_->name, nodes_[i].id, share, told_.load(), static_cast<int>(nodes_.size())});
  }

  /// By the task that ended last, once.
  void finish() {
    ItemResult result;
    try {
      result = collect();
    } catch (const std::bad_alloc&) {
      result = {};
      result.errors = {out_of_memory()};
    }
    done_(std::move(result));
  }

  ItemResult collect() {
    ItemResult result;
    result.cancelled = cancelled_;
    std::set<std::string> paths;
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
      State& state = states_[i];
      const bool closing = nodes_[i].info.closing, late = static_cast<int>(i) > failed_;
      if (!state.ended || (late && !closing)) continue;
      result.timings.push_back(std::move(state.time));
      if (!late) {
        std::ranges::move(state.said.flags, std::back_inserter(result.flags));
        std::ranges::move(state.said.notes, std::back_inserter(result.notes));
        result.errors = std::move(state.errors);  // only the last one taken can have any
      }
      for (std::size_t k = 0; k < state.products.size(); ++k) {
        if (state.products[k] == nullptr) continue;
        if (nodes_[i].stage->outputs()[k].type == PortType<Rows>::name) {
          if (!late) result.rows.push_back(*static_cast<const Rows*>(state.products[k].get()));
          continue;
        }
        std::vector<Artifact> files;
        if (nodes_[i].stage->outputs()[k].type == PortType<Artifacts>::name)
          files = static_cast<const Artifacts*>(state.products[k].get())->files;
        else
          files.push_back(*static_cast<const Artifact*>(state.products[k].get()));
        for (Artifact& file : files) {
          if (paths.insert(file.path).second) {
            (closing ? result.closing_artifacts : result.artifacts).push_back(std::move(file));
            continue;
          }
          if (late) continue;
          result.errors.push_back({"stage.bad_artifact", nodes_[i].id,
                                   "an earlier stage made '" + file.path + "' too",
                                   "give them different names"});
          failed_ = static_cast<int>(i);
        }
      }
      state.products.clear();
    }
    return result;
  }

  const Plan& plan_;
  const std::vector<PlanNode>& nodes_;
  std::shared_ptr<const Item> item_;
  std::string key_;
  RunServices services_;
  std::function<void(ItemResult)> done_;
  std::string stream_;
  std::vector<State> states_;
  int ordinary_ = 0;                                           ///< nodes that are not closing ones
  std::vector<std::size_t> first_;                             ///< nodes that wait for no other
  std::atomic<int> failed_ = std::numeric_limits<int>::max();  ///< first node in the plan that failed so far
  std::atomic<int> told_ = 0;                                  ///< ended, as progress says it
  std::atomic<int> ended_ = 0;
  std::atomic<bool> cancelled_ = false;
};

}  // namespace

void run_item(const Plan& plan, const Item& item, std::string item_key, const RunServices& services,
              std::function<void(ItemResult)> done) {
  std::make_shared<ItemRun>(plan, item, std::move(item_key), services, std::move(done))->start();
}

}  // namespace litho
