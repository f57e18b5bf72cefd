#include "modules/io/tidy_csv/kernel.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static_cast<void>(
      litho::read_tidy_csv(std::string_view(reinterpret_cast<const char*>(data), size), "file"));
  return 0;
}
