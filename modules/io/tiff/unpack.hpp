#pragma once
#include <cstdint>
#include <span>

#include "modules/io/tiff/layout.hpp"

namespace litho::tiff {

/// Samples `first`, `first + stride`, ... of a decoded row (native byte order; below 8 bits packed from the
/// high bit) as float.
void unpack(const std::uint8_t* row, const Layout& layout, int first, int stride, std::span<float> out);

}  // namespace litho::tiff
