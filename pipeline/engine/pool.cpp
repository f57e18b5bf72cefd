#include "pipeline/engine/pool.hpp"

namespace litho {

std::unique_ptr<TaskPool> make_pool(int threads) {
#ifdef LITHOSCOPE_THREADS_EXECUTOR
  return make_thread_pool(threads);
#else
  return make_tbb_pool(threads);
#endif
}

}  // namespace litho
