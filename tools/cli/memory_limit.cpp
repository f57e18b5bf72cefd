#include "tools/cli/memory_limit.hpp"

#include <sys/resource.h>
#include <sys/sysinfo.h>

#include <algorithm>
#include <thread>

#include "pipeline/core/file.hpp"
#include "pipeline/core/number.hpp"
#include "pipeline/core/text.hpp"

namespace litho {

void limit_memory_to_machine() {
// A sanitizer's shadow is address space without memory behind it.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  struct sysinfo machine {};
  if (::sysinfo(&machine) != 0) return;
  auto bytes = static_cast<double>(machine.totalram + machine.totalswap) * machine.mem_unit;
  if (const auto container = read_text_file("/sys/fs/cgroup/memory.max"))
    if (const auto most = parse_double(trim(*container)))
      bytes = std::min(bytes, *most);  // or the word "max"
  // Stacks and heaps of threads: addresses, hardly memory.
  const double reserved = 1e9 + 128e6 * std::thread::hardware_concurrency();
  struct rlimit limit {};
  if (::getrlimit(RLIMIT_AS, &limit) != 0) return;
  const auto wanted = static_cast<rlim_t>(bytes + reserved);
  if (limit.rlim_cur != RLIM_INFINITY && limit.rlim_cur <= wanted) return;
  limit.rlim_cur = wanted;
  ::setrlimit(RLIMIT_AS, &limit);
#endif
}

}  // namespace litho
