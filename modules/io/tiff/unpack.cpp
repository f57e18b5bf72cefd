#include "modules/io/tiff/unpack.hpp"

#include <cstring>

namespace litho::tiff {
namespace {

template <class T>
void convert(const std::uint8_t* row, int first, int stride, std::span<float> out) {
  if (stride == 1) {
    for (std::size_t x = 0; x < out.size(); ++x) {
      T value;
      std::memcpy(&value, row + x * sizeof(T), sizeof(T));
      out[x] = static_cast<float>(value);
    }
    return;
  }
  const std::uint8_t* at = row + static_cast<std::size_t>(first) * sizeof(T);
  for (float& pixel : out) {
    T value;
    std::memcpy(&value, at, sizeof(T));
    pixel = static_cast<float>(value);
    at += static_cast<std::size_t>(stride) * sizeof(T);
  }
}

void convert_bits(const std::uint8_t* row, int bits, int first, int stride, std::span<float> out) {
  std::size_t bit = static_cast<std::size_t>(first) * static_cast<std::size_t>(bits);
  const std::size_t skip = static_cast<std::size_t>(stride - 1) * static_cast<std::size_t>(bits);
  for (float& pixel : out) {
    unsigned value = 0;
    for (int i = 0; i < bits; ++i, ++bit) value = value << 1 | (row[bit / 8] >> (7 - bit % 8) & 1U);
    pixel = static_cast<float>(value);
    bit += skip;
  }
}

}  // namespace

void unpack(const std::uint8_t* row, const Layout& layout, int first, int stride, std::span<float> out) {
  switch (layout.kind) {
    case SampleKind::kUnsigned:
      if (layout.bits == 8) return convert<std::uint8_t>(row, first, stride, out);
      if (layout.bits == 16) return convert<std::uint16_t>(row, first, stride, out);
      if (layout.bits == 32) return convert<std::uint32_t>(row, first, stride, out);
      return convert_bits(row, layout.bits, first, stride, out);
    case SampleKind::kSigned:
      if (layout.bits == 8) return convert<std::int8_t>(row, first, stride, out);
      if (layout.bits == 16) return convert<std::int16_t>(row, first, stride, out);
      return convert<std::int32_t>(row, first, stride, out);
    case SampleKind::kFloat:
      if (layout.bits == 32) return convert<float>(row, first, stride, out);
      return convert<double>(row, first, stride, out);
  }
}

}  // namespace litho::tiff
