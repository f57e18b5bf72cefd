#pragma once

namespace litho {

/// The pipeline's own threads are the only ones: OpenCV runs in the thread that calls it.
void use_single_thread_in_libraries();

}  // namespace litho
