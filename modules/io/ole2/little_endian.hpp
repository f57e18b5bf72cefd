#pragma once
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <type_traits>

namespace litho {

/// A little-endian number, or nothing past the end. The project runs on little-endian processors.
template <class T>
std::optional<T> little_endian(std::span<const std::uint8_t> bytes, std::uint64_t at) {
  static_assert(std::is_arithmetic_v<T>);
  if (at > bytes.size() || sizeof(T) > bytes.size() - at) return std::nullopt;
  T value;
  std::memcpy(&value, bytes.data() + at, sizeof value);
  return value;
}

}  // namespace litho
