#include <oneapi/tbb/task_arena.h>
#include <oneapi/tbb/task_group.h>

#include <algorithm>

#include "pipeline/engine/pool.hpp"

namespace litho {
namespace {

class TbbPool final : public TaskPool {
 public:
  explicit TbbPool(int threads) : arena_(std::max(threads, 1)) {}
  ~TbbPool() noexcept override { wait(); }

  void submit(std::function<void()> task) override {
    // Isolated: a thread that waits inside a stage (OpenCV runs on the same TBB) must not pick up another
    // node meanwhile.
    arena_.execute([&] {
      group_.run([task = std::move(task)] { tbb::this_task_arena::isolate([&task] { task(); }); });
    });
  }
  void wait() override {
    arena_.execute([this] { group_.wait(); });
  }
  int threads() const override { return arena_.max_concurrency(); }

 private:
  tbb::task_arena arena_;
  tbb::task_group group_;
};

}  // namespace

std::unique_ptr<TaskPool> make_tbb_pool(int threads) {
  return std::make_unique<TbbPool>(threads);
}

}  // namespace litho
