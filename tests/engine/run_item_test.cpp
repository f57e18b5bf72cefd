#include "pipeline/engine/run_item.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <set>
#include <thread>

#include "tests/engine/pools.hpp"
#include "tests/engine/toys.hpp"

namespace litho {
namespace {

using toys::plan_of;
using toys::runs;

class RunItem : public testing::TestWithParam<toys::PoolKind> {
 protected:
  std::unique_ptr<TaskPool> pool_ = GetParam().make();
};
INSTANTIATE_TEST_SUITE_P(, RunItem, testing::ValuesIn(toys::pool_kinds()), toys::pool_name);

constexpr const char* kDiamond =
    "  read: { use: toy.source, in: { item: $item }, with: { value: 2 um } }\n"
    "  left: { use: toy.add, in: { a: read.value } }\n"
    "  right: { use: toy.flag, in: { value: read.value } }\n"
    "  both: { use: toy.add, in: { a: left.sum, b: right.same } }\n"
    "  noisy: { use: toy.random, in: { value: both.sum } }\n"
    "  file: { use: toy.file, in: { value: noisy.noisy } }\n"
    "  table: { use: toy.table, in: { value: both.sum } }\n";

TEST_P(RunItem, DiamondRunsItsSharedSourceOnce) {  // Oracle: analytic, (2 * 3 + 1) + 2 * 3 = 13
  const Plan plan = plan_of(kDiamond);
  runs.reset();
  const ItemResult result = toys::run(*pool_, plan, "abc");
  EXPECT_TRUE(result.errors.empty()) << to_string(result.errors);
  EXPECT_EQ(runs.source, 1);
  EXPECT_EQ(runs.add, 2);
  ASSERT_EQ(result.rows.size(), 1U);
  EXPECT_EQ(result.rows[0], (Rows{"toys", {{13.0}}}));
  ASSERT_EQ(result.artifacts.size(), 1U);
  EXPECT_EQ(result.artifacts[0].path, "toys/a.txt");
  EXPECT_EQ(result.flags, (std::vector<Flag>{{"toy.odd", "the value is 6"}}));
  EXPECT_EQ(result.notes, (std::vector<Flag>{{"toy.remark", "seen"}}));
  EXPECT_EQ(result.timings.size(), 7U);
  EXPECT_FALSE(result.cancelled);
}

TEST_P(RunItem, OneValueMayFeedTwoInputsOfANode) {  // Oracle: analytic, 3 + 3
  const Plan plan = plan_of(
      "  read: { use: toy.source, in: { item: $item } }\n"
      "  twice: { use: toy.add, in: { a: read.value, b: read.value } }\n"
      "  table: { use: toy.table, in: { value: twice.sum } }\n");
  EXPECT_EQ(toys::run(*pool_, plan, "abc").rows.at(0), (Rows{"toys", {{6.0}}}));
}

TEST_P(RunItem, ValuesGoWhenTheirLastReaderHasEnded) {  // Oracle: analytic, one value of the chain at a time
  std::string chain =
      "  read: { use: toy.source, in: { item: $item } }\n  open0: { use: toy.add, in: { a: read.value } }\n";
  for (int i = 1; i <= 4; ++i) {
    const std::string n = std::to_string(i),
                      before = i == 1 ? "open0.sum" : "open" + std::to_string(i - 1) + ".value";
    chain += "  seal" + n + ": { use: toy.seal, in: { value: " + before + " } }\n";
    chain += "  open" + n + ": { use: toy.unseal, in: { sealed: seal" + n + ".sealed } }\n";
  }
  const Plan plan = plan_of(chain);
  runs.reset();
  EXPECT_TRUE(toys::run(*pool_, plan, "abc").errors.empty());
  EXPECT_EQ(runs.seal, 4);
  EXPECT_EQ(runs.sealed_alive, 0);
  EXPECT_EQ(toys::Sealed::alive, 0);
}

TEST_P(RunItem, GivesTheSameBytesAsOneThread) {  // Oracle: invariant
  const Plan plan = plan_of(kDiamond);
  const auto serial = make_thread_pool(1);
  const std::string expected = toys::text_of(toys::run(*serial, plan, "abc"));
  for (int i = 0; i < 2000; ++i)
    ASSERT_EQ(toys::text_of(toys::run(*pool_, plan, "abc")), expected) << "run " << i;
}

TEST_P(RunItem, StreamsDependOnSeedItemAndNode) {  // Oracle: invariant
  const Plan plan = plan_of(kDiamond);
  const auto noisy = [&](const std::string& item, std::uint64_t seed) {
    return toys::run(*pool_, plan, toys::item_called(item), {*pool_, seed, {}, nullptr, {}})
        .artifacts.at(0)
        .bytes;
  };
  EXPECT_EQ(noisy("abc", 1), noisy("abc", 1));
  EXPECT_EQ(noisy("x/abc", 1), noisy("y/abc", 1));  // folders may move
  EXPECT_NE(noisy("abc", 1), noisy("abc", 2));
  EXPECT_NE(noisy("abc", 1), noisy("abd", 1));
}

TEST_P(RunItem, ErrorsNameTheNode) {  // Oracle: reviewed sample
  const auto error_of = [&](const std::string& how) {
    const Plan plan = plan_of(
        "  read: { use: toy.source, in: { item: $item } }\n"
        "  bad: { use: toy.fail, in: { value: read.value }, with: { how: " +
        how +
        " } }\n"
        "  table: { use: toy.table, in: { value: bad.never } }\n");
    const ItemResult result = toys::run(*pool_, plan, "abc");
    EXPECT_TRUE(result.rows.empty());
    EXPECT_FALSE(result.cancelled);
    return to_string(result.errors);
  };
  EXPECT_EQ(error_of("errors"),
            "bad: here: first reason [toy.first]; mend it\nbad: second reason [toy.second]");
  EXPECT_EQ(error_of("exception"), "bad: broken inside [stage.exception]; this may be a bug of the stage");
  EXPECT_EQ(error_of("number"),
            "bad: something unknown was thrown [stage.exception]; this may be a bug of the stage");
  EXPECT_EQ(error_of("memory"),
            "bad: there was not enough memory [stage.out_of_memory]; run fewer items at a time (--jobs), or "
            "smaller images");
  EXPECT_EQ(
      error_of("silent"),
      "bad: succeeded without putting its output 'never' [stage.no_output]; this is a bug of the stage, "
      "please report it");
}

TEST_P(RunItem, FailureLooksLikeASerialRunInPlanOrder) {  // Oracle: invariant
  // `slow` comes first in the plan but fails last; `quick` must leave no trace, `before` and its flag must.
  const Plan plan = plan_of(
      "  read: { use: toy.source, in: { item: $item } }\n"
      "  before: { use: toy.flag, in: { value: read.value } }\n"
      "  slow: { use: toy.fail, in: { value: read.value }, with: { after: 5 } }\n"
      "  quick: { use: toy.fail, in: { value: read.value }, with: { how: exception } }\n"
      "  after: { use: toy.flag, in: { value: read.value }, with: { code: toy.late } }\n"
      "  file: { use: toy.file, in: { value: after.same } }\n");
  for (int i = 0; i < 50; ++i) {
    const ItemResult result = toys::run(*pool_, plan, "abc");
    ASSERT_EQ(result.errors.size(), 2U);
    EXPECT_EQ(result.errors[0].code, "toy.first");
    EXPECT_EQ(result.flags,
              (std::vector<Flag>{{"toy.odd", "the value is 3"}, {"toy.doomed", "it will fail"}}));
    EXPECT_TRUE(result.artifacts.empty());
  }
}

TEST_P(RunItem, AClosingStageSeesWhatWasAndWhy) {  // Oracle: analytic, the values up to the first failure
  const auto closed = [&](const std::string& stages) {
    const ItemResult result = toys::run(*pool_, plan_of(stages), "abc");
    EXPECT_EQ(result.closing_artifacts.size(), 1U);
    const bool told = std::ranges::find(result.flags, "toy.closed", &Flag::code) != result.flags.end();
    EXPECT_EQ(told, result.errors.empty());
    return result.closing_artifacts.empty() ? "" : result.closing_artifacts[0].bytes;
  };
  EXPECT_EQ(closed("  end: { use: toy.close, in: { a: read.value, b: twice.sum } }\n"
                   "  read: { use: toy.source, in: { item: $item } }\n"
                   "  twice: { use: toy.add, in: { a: read.value, b: read.value } }\n"),
            "3 6 ");
  for (int i = 0; i < 50; ++i)  // `late` may have run or not: it comes after the failure in the plan
    EXPECT_EQ(closed("  end: { use: toy.close, in: { a: before.same, b: late.sum } }\n"
                     "  read: { use: toy.source, in: { item: $item } }\n"
                     "  before: { use: toy.flag, in: { value: read.value } }\n"
                     "  slow: { use: toy.fail, in: { value: before.same }, with: { after: 1 } }\n"
                     "  late: { use: toy.add, in: { a: read.value } }\n"),
              "3 - toy.first toy.second ");
  EXPECT_EQ(closed("  read: { use: toy.source, in: { item: $item } }\n"
                   "  odd: { use: toy.flag, in: { value: read.value }, require: [toy.odd] }\n"
                   "  end: { use: toy.close, in: { a: odd.same } }\n"
                   "  bad: { use: toy.fail, in: { value: read.value } }\n"),
            "3 - require.flag ");
  EXPECT_EQ(closed("  end: { use: toy.close }\n"), "- - ");
}

TEST_P(RunItem, FailureStopsItsOwnItemOnly) {  // Oracle: invariant
  const Plan good = plan_of(kDiamond);
  const Plan bad = plan_of(
      "  read: { use: toy.source, in: { item: $item } }\n"
      "  bad: { use: toy.fail, in: { value: read.value } }\n");
  std::vector<ItemResult> results(20);
  const RunServices services{*pool_, 1, {}, nullptr, {}};
  for (std::size_t i = 0; i < results.size(); ++i)
    run_item(i % 2 == 0 ? good : bad, toys::item_called("abc"), "", services,
             [&results, i](ItemResult result) { results[i] = std::move(result); });
  pool_->wait();
  for (std::size_t i = 0; i < results.size(); ++i) EXPECT_EQ(results[i].errors.empty(), i % 2 == 0) << i;
}

TEST_P(RunItem, RequireTurnsFlagsIntoFailures) {  // Oracle: reviewed sample
  const auto errors_with = [&](const std::string& require) {
    const Plan plan = plan_of(
        "  read: { use: toy.source, in: { item: $item } }\n"
        "  odd: { use: toy.flag, in: { value: read.value }, require: " +
        require +
        " }\n"
        "  table: { use: toy.table, in: { value: odd.same } }\n");
    const ItemResult result = toys::run(*pool_, plan, "abc");
    EXPECT_EQ(result.flags.size(), 1U);
    EXPECT_EQ(result.rows.empty(), !result.errors.empty());
    return to_string(result.errors);
  };
  EXPECT_EQ(
      errors_with("[toy.odd]"),
      "odd: toy.odd: the value is 3 [require.flag]; the graph's `require: toy.odd` makes this a failure");
  EXPECT_NE(errors_with("[toy.*]"), "");
  EXPECT_NE(errors_with("[toy.even, '*']"), "");
  EXPECT_EQ(errors_with("[toy.even, toy.od, sem.*]"), "");
}

TEST_P(RunItem, RowsAndArtifactsMustFitWhatWasDeclared) {  // Oracle: reviewed sample
  const auto error_of = [&](const std::string& sink) {
    const Plan plan = plan_of("  read: { use: toy.source, in: { item: $item } }\n  sink: " + sink + "\n");
    const ItemResult result = toys::run(*pool_, plan, "abc");
    return result.errors.empty() ? "" : result.errors[0].code;
  };
  const auto file = [&](const std::string& path) {
    return error_of("{ use: toy.file, in: { value: read.value }, with: { path: '" + path + "' } }");
  };
  EXPECT_EQ(error_of("{ use: toy.table, in: { value: read.value }, with: { rows: 2 } }"), "stage.bad_rows");
  EXPECT_EQ(error_of("{ use: toy.table, in: { value: read.value }, with: { rows: 0 } }"), "stage.bad_rows");
  EXPECT_EQ(error_of("{ use: toy.table, in: { value: read.value }, with: { rows: 2, one_row: false } }"), "");
  EXPECT_EQ(file("overlays/a b.png"), "");
  EXPECT_EQ(file("..a/b..png"), "");
  for (const char* path : {"", "/etc/a", "../a", "a/../../b", "a/", ".", "a//b"})
    EXPECT_EQ(file(path), "stage.bad_artifact") << path;
  const Plan twice = plan_of(
      "  read: { use: toy.source, in: { item: $item } }\n"
      "  one: { use: toy.file, in: { value: read.value } }\n"
      "  two: { use: toy.file, in: { value: read.value } }\n");
  const ItemResult result = toys::run(*pool_, twice, "abc");
  EXPECT_EQ(to_string(result.errors),
            "two: an earlier stage made 'toys/a.txt' too [stage.bad_artifact]; give them different names");
  EXPECT_EQ(result.artifacts.size(), 1U);
}

TEST_P(RunItem, StopCancelsWhatRunsAndWhatWaits) {  // Oracle: invariant
  const Plan plan = plan_of(
      "  read: { use: toy.source, in: { item: $item } }\n"
      "  wait: { use: toy.wait, in: { value: read.value } }\n"
      "  table: { use: toy.table, in: { value: wait.same } }\n");
  runs.reset();
  std::stop_source stop;
  // oneTBB with one thread runs nothing before wait(), so somebody else has to stop it.
  std::jthread stopper([&] {
    while (runs.waiting == 0) std::this_thread::yield();
    stop.request_stop();
  });
  const ItemResult result =
      toys::run(*pool_, plan, toys::item_called("abc"), {*pool_, 1, stop.get_token(), nullptr, {}});
  EXPECT_TRUE(result.cancelled);
  EXPECT_TRUE(result.errors.empty()) << to_string(result.errors);
  EXPECT_EQ(runs.table, 0);
  const ItemResult never =
      toys::run(*pool_, plan, toys::item_called("abc"), {*pool_, 1, stop.get_token(), nullptr, {}});
  EXPECT_TRUE(never.cancelled);
  EXPECT_EQ(runs.source, 1);
}

TEST_P(RunItem, ProgressTellsOfEveryNode) {  // Oracle: invariant
  const Plan plan = plan_of(kDiamond);
  std::mutex mutex;
  std::multiset<std::string> ends;
  int most = 0, halves = 0;
  const auto hear = [&](const NodeProgress& progress) {
    const std::lock_guard lock(mutex);
    EXPECT_EQ(progress.item, "abc");
    EXPECT_EQ(progress.nodes, 7);
    if (progress.share == 1) ends.emplace(progress.node);
    halves += progress.share == 0.5;
    most = std::max(most, progress.nodes_ended);
  };
  toys::run(*pool_, plan, toys::item_called("abc"), {*pool_, 1, {}, nullptr, hear});
  EXPECT_EQ(ends, (std::multiset<std::string>{"both", "file", "left", "noisy", "read", "right", "table"}));
  EXPECT_EQ(halves, 1);
  EXPECT_EQ(most, 7);
}

TEST_P(RunItem, DoneMayStartTheNextItem) {  // Oracle: analytic, 500 items each with its own figure
  const Plan plan = plan_of(kDiamond);
  const RunServices services{*pool_, 1, {}, nullptr, {}};
  std::vector<double> sums(500);
  std::atomic<std::size_t> next = 0;
  std::function<void()> start = [&] {
    const std::size_t i = next++;
    if (i >= sums.size()) return;
    run_item(plan, toys::item_called(std::string(i + 1, 'x')), "", services, [&, i](ItemResult result) {
      sums[i] = std::get<double>(result.rows.at(0).rows.at(0).at(0));
      start();
    });
  };
  for (int jobs = 0; jobs < 2; ++jobs) start();
  pool_->wait();
  for (std::size_t i = 0; i < sums.size(); ++i) EXPECT_EQ(sums[i], 4.0 * static_cast<double>(i + 1) + 1);
}

}  // namespace
}  // namespace litho
