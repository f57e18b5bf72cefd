#pragma once
#include <atomic>
#include <string>
#include <vector>

#include "pipeline/engine/cache.hpp"
#include "pipeline/engine/run_item.hpp"
#include "pipeline/stage/registry.hpp"

namespace litho::toys {

struct Number {
  double value = 0;
};
/// A value that cannot be kept in the cache, and is counted while it lives.
struct Sealed {
  explicit Sealed(double sealed) : value(sealed) { ++alive; }
  Sealed(const Sealed& other) : value(other.value) { ++alive; }
  Sealed& operator=(const Sealed&) = delete;
  ~Sealed() { --alive; }
  double value;
  static inline std::atomic<int> alive = 0;
};

/// What stages did since the last reset.
struct Runs {
  std::atomic<int> source = 0, add = 0, seal = 0, table = 0, waiting = 0;  ///< how often they ran
  std::atomic<int> sealed_alive = 0;  ///< most Sealed alive when toy.seal began
  void reset();
};
extern Runs runs;

/// toy.source (item -> number), toy.add (a, b? -> sum), toy.seal/toy.unseal, toy.random, toy.table and
/// toy.file (sinks), toy.flag, toy.fail (in many ways), toy.wait (until stopped), toy.picky (checks
/// metadata).
Registry registry();

/// read_graph + make_plan of a graph whose stages are `stages`; prints errors and fails the test where there
/// are any.
Plan plan_of(const std::string& stages);
/// The errors of the same, as text.
std::string plan_errors(const std::string& stages);

Item item_called(const std::string& name);
/// Runs one item to its end.
ItemResult run(TaskPool& pool, const Plan& plan, const Item& item, RunServices services,
               const std::string& key = "");
ItemResult run(TaskPool& pool, const Plan& plan, const std::string& item_name);
/// All of a result but timings, as text: equal texts mean equal bytes.
std::string text_of(const ItemResult& result);

}  // namespace litho::toys
