// Runs a fuzz target over every file of the folders given: exit 1 where there is none.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <vector>

#include "pipeline/core/file.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

int main(int argc, char** argv) {
  std::size_t files = 0;
  for (int i = 1; i < argc; ++i) {
    if (!std::filesystem::is_directory(argv[i])) continue;
    for (const auto& entry : std::filesystem::directory_iterator(argv[i])) {
      const auto bytes = litho::read_file(entry.path());
      if (!bytes) continue;
      LLVMFuzzerTestOneInput(bytes->data(), bytes->size());
      ++files;
    }
  }
  std::printf("%zu files\n", files);
  return files == 0 ? 1 : 0;
}
