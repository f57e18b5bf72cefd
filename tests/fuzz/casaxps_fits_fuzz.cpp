#include "modules/io/casaxps_fits/kernel.hpp"

#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto fit = litho::read_casa_fit(std::string_view(reinterpret_cast<const char*>(data), size));
  if (!fit) return 0;
  for (const litho::CasaComponent& component : fit->components)
    static_cast<void>(litho::parse_casa_shape(component.shape));
  return 0;
}
