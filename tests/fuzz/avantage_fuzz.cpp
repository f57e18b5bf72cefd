#include "modules/io/avantage/kernel.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const litho::Bytes bytes(data, size);
  static_cast<void>(litho::is_xls(bytes));
  static_cast<void>(litho::is_xlsx(bytes));
  static_cast<void>(litho::read_avantage_xls(bytes, "file"));
  static_cast<void>(litho::read_avantage_xlsx(bytes, "file"));
  static_cast<void>(
      litho::read_avantage_avg(std::string_view(reinterpret_cast<const char*>(data), size), "file"));
  return 0;
}
