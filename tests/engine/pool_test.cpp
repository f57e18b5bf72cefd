#include "pipeline/engine/pool.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "tests/engine/pools.hpp"

namespace litho {
namespace {

class Pool : public testing::TestWithParam<toys::PoolKind> {};
INSTANTIATE_TEST_SUITE_P(, Pool, testing::ValuesIn(toys::pool_kinds()), toys::pool_name);

TEST_P(Pool, RunsWhatTasksSubmitBeforeWaitReturns) {  // Oracle: analytic, a binary tree of depth 10
  const auto pool = GetParam().make();
  std::atomic<int> count = 0;
  std::function<void(int)> grow = [&](int depth) {
    ++count;
    for (int i = 0; depth > 0 && i < 2; ++i) pool->submit([&grow, depth] { grow(depth - 1); });
  };
  pool->submit([&] { grow(10); });
  pool->wait();
  EXPECT_EQ(count, 2047);
  pool->submit([&] { ++count; });  // and is of use again afterwards
  pool->wait();
  EXPECT_EQ(count, 2048);
}

TEST_P(Pool, NeverRunsMoreAtATimeThanItHasThreads) {  // Oracle: invariant
  const auto pool = GetParam().make();
  std::atomic<int> now = 0, most = 0;
  for (int i = 0; i < 200; ++i)
    pool->submit([&] {
      const int mine = ++now;
      int seen = most;
      while (mine > seen && !most.compare_exchange_weak(seen, mine)) {
      }
      std::this_thread::yield();
      --now;
    });
  pool->wait();
  EXPECT_LE(most, pool->threads());
  EXPECT_EQ(pool->threads(), GetParam().threads);
}

TEST_P(Pool, EndsItsTasksBeforeItGoes) {  // Oracle: invariant
  std::atomic<int> count = 0;
  {
    const auto pool = GetParam().make();
    for (int i = 0; i < 100; ++i) pool->submit([&] { ++count; });
  }
  EXPECT_EQ(count, 100);
}

TEST(PoolOfAnySize, HasAtLeastOneThread) {  // Oracle: invariant
  for (const auto& make : {make_pool, make_thread_pool}) {
    const auto pool = make(0);
    bool ran = false;
    pool->submit([&] { ran = true; });
    pool->wait();
    EXPECT_TRUE(ran);
  }
}

}  // namespace
}  // namespace litho
