#include "tools/cli/library_threads.hpp"

#include <opencv2/core/utility.hpp>

namespace litho {

void use_single_thread_in_libraries() {
  cv::setNumThreads(1);
}

}  // namespace litho
