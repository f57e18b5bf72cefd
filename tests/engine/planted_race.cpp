// Two stages write one counter without a lock. Under ThreadSanitizer this program must be found out: if it is
// not, a clean run of test_engine means nothing. Built for that alone.
#include <atomic>
#include <cstdio>

#include "pipeline/engine/run_item.hpp"
#include "pipeline/stage/registry.hpp"

namespace litho {
namespace {

std::atomic<int> arrived = 0;
volatile int unguarded = 0;  // volatile: each write is made, not their sum

class Racer final : public StageWith<NoOptions> {
  In<Item> item_{this, "item"};
  Out<Artifact> file_{this, "file"};
  Status run(RunContext& ctx) const override {
    // Both at the same time, and relaxed, lest the wait put the writes in an order.
    arrived.fetch_add(1, std::memory_order_relaxed);
    while (arrived.load(std::memory_order_relaxed) < 2) {
    }
    // More than once: two accesses at the very same moment can miss each other in the shadow memory.
    for (int i = 0; i < 1000; ++i) unguarded = unguarded + 1;
    ctx.put(file_, Artifact{ctx.get(item_).name, ""});
    return {};
  }
};

int race() {
  Registry registry;
  registry.add<Racer>({"toy.racer", 1, "Races", {}, true});
  const auto graph = read_graph(
      "lithoscope: 1\nname: race\nitem: sample\nstages:\n"
      "  one: { use: toy.racer, in: { item: $item } }\n"
      "  two: { use: toy.racer, in: { item: $item } }\n",
      "race.yaml");
  const auto plan = make_plan(*graph, registry);
  const auto pool = make_pool(2);
  run_item(*plan, {"a", "a", "", {}}, "", {*pool, 1, {}, nullptr, {}}, [](const ItemResult&) {});
  pool->wait();
  std::printf("counted %d\n", static_cast<int>(unguarded));
  return 0;
}

}  // namespace
}  // namespace litho

int main() {
  return litho::race();
}
