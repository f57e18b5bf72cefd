// What the engine costs beyond the stages' own work; the budget is 50 us a node.
//   cmake --preset release && cmake --build build/release --target engine_benchmark
//   build/release/tools/benchmarks/engine_benchmark
#include <benchmark/benchmark.h>

#include "pipeline/engine/run_item.hpp"
#include "pipeline/stage/registry.hpp"

namespace litho {

struct Token {};
template <>
struct PortType<Token> {
  static constexpr std::string_view name = "bench.token";
};

namespace {

constexpr int kNodes = 100;
constexpr int kItems = 100;

class Start final : public StageWith<NoOptions> {
  In<Item> item_{this, "item"};
  Out<Token> out_{this, "out"};
  Status run(RunContext& ctx) const override {
    ctx.put(out_, Token());
    return {};
  }
};

class Pass final : public StageWith<NoOptions> {
  In<Token> in_{this, "in"};
  Out<Token> out_{this, "out"};
  Status run(RunContext& ctx) const override {
    ctx.put(out_, ctx.get(in_));
    return {};
  }
};

Plan chain() {
  Registry registry;
  registry.add<Start>({"bench.start", 1, "Gives a token", {}, false});
  registry.add<Pass>({"bench.pass", 1, "Passes it on", {}, true});
  std::string text =
      "lithoscope: 1\nname: chain\nitem: sample\nstages:\n  n0: { use: bench.start, in: { item: $item } }\n";
  for (int i = 1; i < kNodes; ++i)
    text +=
        "  n" + std::to_string(i) + ": { use: bench.pass, in: { in: n" + std::to_string(i - 1) + ".out } }\n";
  return *make_plan(*read_graph(text, "chain.yaml"), registry);
}

void run_chain(benchmark::State& state, std::unique_ptr<TaskPool> (*make)(int), int items) {
  const Plan plan = chain();
  const auto pool = make(static_cast<int>(state.range(0)));
  const RunServices services{*pool, 1, {}, nullptr, {}};
  for (auto _ : state) {
    for (int i = 0; i < items; ++i)
      run_item(plan, {"a", "a", "", {}}, "", services, [](const ItemResult&) {});
    pool->wait();
  }
  const double nodes = static_cast<double>(state.iterations()) * items * kNodes;
  state.counters["per_node"] =
      benchmark::Counter(nodes, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

BENCHMARK_CAPTURE(run_chain, one_item_tbb, make_tbb_pool, 1)->Arg(1)->Arg(2)->UseRealTime();
BENCHMARK_CAPTURE(run_chain, one_item_threads, make_thread_pool, 1)->Arg(1)->Arg(2)->UseRealTime();
BENCHMARK_CAPTURE(run_chain, hundred_items_tbb, make_tbb_pool, kItems)->Arg(1)->Arg(2)->UseRealTime();
BENCHMARK_CAPTURE(run_chain, hundred_items_threads, make_thread_pool, kItems)->Arg(1)->Arg(2)->UseRealTime();

void plan_of_hundred_nodes(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(chain());
}
BENCHMARK(plan_of_hundred_nodes)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace litho
