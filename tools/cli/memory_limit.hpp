#pragma once

namespace litho {

/// Lets no allocation go beyond the memory of the machine (and of the container): what asks for more fails as
/// out of memory, an item's own failure, where the kernel would else kill the whole run.
void limit_memory_to_machine();

}  // namespace litho
