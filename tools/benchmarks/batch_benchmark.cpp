// What the batch machinery costs: 10 000 items that do nothing but leave a row, ten more rows and a file.
// Budgets: 2 ms an item, 20 s to merge.
//   cmake --build build/release --target batch_benchmark && build/release/tools/benchmarks/batch_benchmark
//   FOLDER
#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <filesystem>

#include "pipeline/core/file.hpp"
#include "pipeline/engine/batch.hpp"
#include "pipeline/engine/merge.hpp"
#include "pipeline/stage/registry.hpp"
#include "tools/report/report.hpp"
#include "tools/results/results.hpp"

namespace litho {
namespace {

constexpr int kItems = 10'000;
constexpr std::size_t kColumns = 30;

class Leave final : public StageWith<NoOptions> {
  In<Item> item_{this, "item"};
  Out<Rows> row_{this, "row"};
  Out<Rows> rows_{this, "rows"};
  Out<Artifact> file_{this, "file"};
  std::vector<TableSpec> tables() const override {
    return {{"one", names(), true}, {"many", names(), false}};
  }
  static std::vector<std::string> names() {
    std::vector<std::string> out;
    for (std::size_t i = 0; i < kColumns; ++i) out.push_back("figure_" + std::to_string(i));
    return out;
  }
  Status run(RunContext& ctx) const override {
    const std::vector<Cell> row(kColumns, Cell(0.123456789));
    ctx.put(row_, {"one", {row}});
    ctx.put(rows_, {"many", std::vector(10, row)});
    ctx.put(file_, {"files/" + ctx.get(item_).stem + ".csv", std::string(20'000, 'x')});
    return {};
  }
};

int run(const std::filesystem::path& folder) {
  std::filesystem::create_directories(folder / "inputs");
  Inputs inputs;
  for (int i = 0; i < kItems; ++i) {
    const std::string name = fmt::format("i{:05}", i);
    const auto file = folder / "inputs" / (name + ".vms");
    if (!write_file(file, std::string(10'000, 'a'))) return 1;
    inputs.items.push_back({name, name, name, {{file, {}, {}, name}}});
  }
  Registry registry;
  registry.add<Leave>({"bench.leave", 1, "Leaves rows and a file", {}, true});
  const auto graph = read_graph(
      "lithoscope: 1\nname: bench\nitem: sample\nstages:\n  leave: { use: bench.leave, in: { item: $item } "
      "}\n",
      "bench.yaml");
  const auto plan = make_plan(*graph, registry);
  BatchOptions options;
  options.run = folder / "run";
  const auto timed = [](const char* what, const auto& work) {
    const auto start = std::chrono::steady_clock::now();
    work();
    const double s = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    fmt::print("{:<22}{:7.2f} s{:8.3f} ms an item\n", what, s, 1e3 * s / kItems);
  };
  for (const ExistingFolder existing : {ExistingFolder::overwrite, ExistingFolder::join}) {
    options.existing = existing;
    timed(existing == ExistingFolder::join ? "resume, all there" : "run", [&] {
      if (!run_batch(*graph, *plan, inputs, options, {}, [](const BatchEvent&) {})) std::abort();
    });
  }
  timed("merge, tables", [&] {
    const auto opened = RunFolder::open(options.run);
    if (!opened || !merge_run(*opened)) std::abort();
  });
  timed("merge, all it writes", [&] {
    const auto opened = RunFolder::open(options.run);
    if (!opened || !write_results(*opened) || !write_report(*opened)) std::abort();
  });
  return 0;
}

}  // namespace
}  // namespace litho

int main(int argc, char** argv) {
  return argc == 2 ? litho::run(argv[1]) : 2;
}
