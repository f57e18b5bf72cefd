#pragma once
#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/core/error.hpp"
#include "pipeline/core/item.hpp"
#include "pipeline/core/rng.hpp"
#include "pipeline/stage/port.hpp"

namespace litho {

/// A quality gate that spoke, or a remark: goes with the figures it concerns into tables, report and
/// run.json.
struct Flag {
  std::string code;     ///< stable, dotted: `sem.ambiguous`
  std::string message;  ///< in words, with the values
  bool operator==(const Flag&) const = default;
};

/// All that a stage sees of the world while it runs: its inputs, its outputs, and where to report.
class RunContext {
 public:
  RunContext(std::vector<Payload> inputs, std::size_t outputs, std::uint64_t seed, std::string stream,
             std::stop_token stop, std::function<void(double)> progress)
      : inputs_(std::move(inputs)),
        outputs_(outputs),
        seed_(seed),
        stream_(std::move(stream)),
        stop_(std::move(stop)),
        progress_(std::move(progress)) {}

  template <class T>
  const T& get(const In<T>& port) const {
    return *static_cast<const T*>(inputs_[port.index()].get());
  }
  /// nullptr where nothing is connected.
  template <class T>
  const T* find(const OptionalIn<T>& port) const {
    return static_cast<const T*>(inputs_[port.index()].get());
  }
  /// Each output is put exactly once.
  template <class T>
  void put(const Out<T>& port, T value) {
    outputs_[port.index()] = std::make_shared<const T>(std::move(value));
  }
  /// What the item failed with, where it did; only closing stages can see any.
  const Errors& failure() const { return failure_; }
  void set_failure(Errors failure) { failure_ = std::move(failure); }
  /// The item's status becomes `flagged`.
  void flag(std::string code, std::string message) {
    flags_.push_back({std::move(code), std::move(message)});
  }
  /// Said in run.json and at the end of the run; the status stays.
  void note(std::string code, std::string message) {
    notes_.push_back({std::move(code), std::move(message)});
  }

  /// Loops over rows or spectra ask this now and then and return early; the outputs do not matter then.
  bool stopped() const { return stop_.stop_requested(); }
  void progress(double share) const {
    if (progress_) progress_(share);
  }
  /// Depends on seed, item, node and name only.
  RandomStream random(std::string_view name) const { return {seed_, stream_ + "/" + std::string(name)}; }

  std::vector<Payload>& outputs() { return outputs_; }
  std::vector<Flag>& flags() { return flags_; }
  std::vector<Flag>& notes() { return notes_; }

 private:
  std::vector<Payload> inputs_;
  std::vector<Payload> outputs_;
  std::vector<Flag> flags_;
  std::vector<Flag> notes_;
  Errors failure_;
  std::uint64_t seed_;
  std::string stream_;
  std::stop_token stop_;
  std::function<void(double)> progress_;
};

}  // namespace litho
