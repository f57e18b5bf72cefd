#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>

#include "pipeline/engine/batch.hpp"
#include "pipeline/engine/merge.hpp"
#include "tests/engine/toys.hpp"

namespace litho {
namespace {

namespace fs = std::filesystem;

constexpr const char* kGraph =
    "lithoscope: 1\nname: toy\nitem: micrograph\nstages:\n"
    "  source: { use: toy.source, in: { item: $item } }\n"
    "  noise: { use: toy.random, in: { value: source.value } }\n"
    "  table: { use: toy.table, in: { value: noise.noisy } }\n";

class BatchInProcess : public testing::Test {
 protected:
  BatchInProcess() {
    std::string name = (fs::temp_directory_path() / "lithoscope-batch-XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
    for (int i = 0; i < 40; ++i) {
      const std::string name_i = "i" + std::to_string(i);
      inputs_.items.push_back({name_i, name_i, "", {{name_i, {{"condition", "c"}}, {}, ""}}});
    }
    inputs_.sheet_columns = {"condition"};
  }
  ~BatchInProcess() override { fs::remove_all(folder_); }

  Result<BatchSummary> run(const std::string& name, int jobs, std::stop_token stop = {},
                           std::size_t stop_after = 0, std::stop_source* source = nullptr) {
    const auto graph = read_graph(kGraph, "toy.yaml");
    const auto plan = make_plan(*graph, toys::registry());
    BatchOptions options;
    options.run = folder_ / name;
    options.jobs = jobs;
    options.existing = ExistingFolder::join;
    return run_batch(*graph, *plan, inputs_, options, std::move(stop), [&](const BatchEvent& event) {
      ++events_;
      if (source != nullptr && event.done == stop_after) source->request_stop();
    });
  }
  NamedTables tables(const std::string& name) {
    const auto opened = RunFolder::open(folder_ / name);
    EXPECT_TRUE(opened);
    return merge_run(*opened)->tables;
  }

  fs::path folder_;
  Inputs inputs_;
  int events_ = 0;
};

// Invariant: threads change nothing, and a whole run counts every item once (also for ThreadSanitizer).
TEST_F(BatchInProcess, ManyThreadsGiveTheSameTables) {
  const auto one = run("one", 1);
  ASSERT_TRUE(one);
  EXPECT_EQ(one->ok, 40);
  EXPECT_TRUE(one->complete);
  EXPECT_EQ(run("four", 4)->ok, 40);
  EXPECT_EQ(events_, 80);
  EXPECT_EQ(tables("one"), tables("four"));
}

// Invariant: stopped in the middle, a batch says so; joined again it keeps what had ended and does the rest.
TEST_F(BatchInProcess, StopsAndGoesOn) {
  std::stop_source source;
  const auto first = run("stopped", 2, source.get_token(), 10, &source);
  ASSERT_TRUE(first);
  EXPECT_TRUE(first->interrupted);
  EXPECT_FALSE(first->complete);
  EXPECT_GE(first->ok, 10);
  const auto second = run("stopped", 2);
  EXPECT_EQ(second->ok, 40);
  EXPECT_TRUE(second->complete);
  ASSERT_TRUE(run("whole", 1));
  EXPECT_EQ(tables("stopped"), tables("whole"));
}

}  // namespace
}  // namespace litho
