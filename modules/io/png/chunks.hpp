#pragma once
#include <cstdint>
#include <span>
#include <string>

#include "pipeline/core/image_tags.hpp"
#include "pipeline/core/result.hpp"

namespace litho::png {

/// What the chunks around the pixels say, read without libpng: it gives the text after the pixels only with
/// them.
struct Header {
  ImageTags tags;
  int bits = 8;
  int colour_type = 0;  ///< 0 grey, 2 RGB, 3 palette, 4 grey and alpha, 6 RGB and alpha
};

/// Errors: png.not_png, png.truncated, png.corrupt, png.too_large.
Result<Header> read_header(std::span<const std::uint8_t> bytes, const std::string& file_name);

}  // namespace litho::png
