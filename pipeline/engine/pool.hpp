#pragma once
#include <functional>
#include <memory>

namespace litho {

/// Runs tasks on a fixed number of threads. Tasks must not throw and must not wait for other tasks: whoever
/// needs a result is submitted by the task that made it.
class TaskPool {
 public:
  virtual ~TaskPool() = default;
  /// From any thread, also from inside a task.
  virtual void submit(std::function<void()> task) = 0;
  /// Until nothing is left to run, tasks submitted meanwhile included. From outside only; the calling thread
  /// may lend a hand, so tasks need not start before this.
  virtual void wait() = 0;
  virtual int threads() const = 0;
};

/// At least one thread. make_pool gives oneTBB, or std::thread where the build says
/// LITHOSCOPE_THREADS_EXECUTOR (ThreadSanitizer cannot see into oneTBB).
std::unique_ptr<TaskPool> make_pool(int threads);
std::unique_ptr<TaskPool> make_tbb_pool(int threads);
std::unique_ptr<TaskPool> make_thread_pool(int threads);

}  // namespace litho
