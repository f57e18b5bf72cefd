// A batch of toy items as a program of its own, so that tests can kill it.
//   toy_batch RUN ITEMS JOBS SHARD(K/N) [force]
// Ends as lithoscope does: 0, 1, 2, 3 (some failed).
#include <cstdio>

#include "pipeline/core/number.hpp"
#include "pipeline/core/sha256.hpp"
#include "pipeline/engine/batch.hpp"
#include "pipeline/engine/merge.hpp"
#include "pipeline/stage/registry.hpp"

namespace litho {
namespace {

struct WorkOptions {
  int rounds = 20;
  static const Schema<WorkOptions>& schema() {
    static const Schema<WorkOptions> schema =
        Schema<WorkOptions>()
            .add("rounds", &WorkOptions::rounds, "of work, about 0.2 ms each")
            .range(0, 1000);
    return schema;
  }
};

/// Works for a while; every seventh item is flagged, every eleventh fails.
class Work final : public StageWith<WorkOptions> {
  In<Item> item_{this, "item"};
  Out<Rows> rows_{this, "rows"};
  Out<Rows> parts_{this, "parts"};
  Out<Artifact> file_{this, "file"};
  std::vector<TableSpec> tables() const override {
    return {{"work", {"number", "noise", "text"}, true}, {"parts", {"part", "value"}, false}};
  }
  Status run(RunContext& ctx) const override {
    const Item& item = ctx.get(item_);
    const auto number = *parse_int(item.stem.substr(1));
    std::string bytes(65536, static_cast<char>('a' + number % 26));
    for (int i = 0; i < options().rounds; ++i) bytes.replace(0, 64, sha256_hex(bytes));
    if (number % 11 == 10) return Error{"toy.broken", item.name, "cannot be measured", "mend it"};
    if (number % 7 == 6) ctx.flag("toy.odd", "looks odd");
    ctx.put(rows_, {"work", {{number, ctx.random("noise").normal(), bytes.substr(0, 64)}}});
    Rows parts{"parts", {}};
    for (std::int64_t i = 0; i < number % 4; ++i) parts.rows.push_back({i, 0.1 * static_cast<double>(i)});
    ctx.put(parts_, std::move(parts));
    ctx.put(file_, {"files/" + item.stem + ".txt", bytes});
    return {};
  }
};

int run(const std::string& folder, std::int64_t items, int jobs, const std::string& shard, bool force) {
  Registry registry;
  registry.add<Work>({"toy.work", 1, "Works", {}, true});
  const auto graph = read_graph(
      "lithoscope: 1\nname: toy\nitem: micrograph\nstages:\n  work: { use: toy.work, in: { item: $item } }\n",
      "toy.yaml");
  const auto plan = make_plan(*graph, registry);
  Inputs inputs;
  inputs.sheet_columns = {"condition"};
  for (std::int64_t i = 0; i < items; ++i) {
    const std::string name = "i" + std::to_string(i);
    inputs.items.push_back({name + ".toy", name, "s" + std::to_string(i % 5), {}});
    inputs.items.back().files.push_back({name + ".toy", {{"condition", i % 2 == 0 ? "a" : "b"}}, {}, ""});
  }
  BatchOptions options;
  options.run = folder;
  options.jobs = jobs;
  options.seed = 3;
  options.existing = force ? ExistingFolder::overwrite : ExistingFolder::join;
  options.shard = *parse_shard(shard);
  const auto summary = run_batch(*graph, *plan, inputs, options, {}, [](const BatchEvent&) {});
  Errors errors = summary ? Errors{} : summary.errors();
  if (errors.empty() && summary->complete) {
    const auto opened = RunFolder::open(folder);
    if (!opened)
      errors = opened.errors();
    else if (const auto merged = merge_run(*opened); !merged)
      errors = merged.errors();
  }
  if (!errors.empty()) {
    std::fprintf(stderr, "%s\n", to_string(errors).c_str());
    return errors.front().code.starts_with("run.") ? 2 : 1;
  }
  return summary->failed > 0 ? 3 : 0;
}

}  // namespace
}  // namespace litho

int main(int argc, char** argv) {
  if (argc < 5) return 2;
  return litho::run(argv[1], *litho::parse_int(argv[2]), static_cast<int>(*litho::parse_int(argv[3])),
                    argv[4], argc > 5);
}
