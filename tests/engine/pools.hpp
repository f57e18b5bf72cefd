#pragma once
#include <gtest/gtest.h>

#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "pipeline/engine/pool.hpp"

namespace litho::toys {

struct PoolKind {
  std::string name;
  int threads;
  std::unique_ptr<TaskPool> (*factory)(int);
  std::unique_ptr<TaskPool> make() const { return factory(threads); }
  friend void PrintTo(const PoolKind& kind, std::ostream* out) { *out << kind.name; }
};

/// Both pools with one and two threads. ThreadSanitizer cannot see the synchronisation inside oneTBB, so the
/// builds that use std::thread leave oneTBB out.
inline std::vector<PoolKind> pool_kinds() {
  std::vector<PoolKind> kinds{{"Threads1", 1, make_thread_pool}, {"Threads2", 2, make_thread_pool}};
#ifndef __SANITIZE_THREAD__
  kinds.push_back({"Tbb1", 1, make_tbb_pool});
  kinds.push_back({"Tbb2", 2, make_tbb_pool});
#endif
  return kinds;
}

inline std::string pool_name(const testing::TestParamInfo<PoolKind>& info) {
  return info.param.name;
}

}  // namespace litho::toys
