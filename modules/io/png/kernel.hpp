#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "modules/io/picture/kernel.hpp"

namespace litho {

bool is_png(std::span<const std::uint8_t> bytes);

/// Size, text and resolution without decoding a pixel; O(chunks). Text chunks become lines "key=value" of tag
/// 270 in UTF-8; the software's as 305 too. pHYs is the resolution a printer should use (pixels per cm),
/// never a scale. Errors: png.not_png, png.truncated, png.corrupt, png.too_large.
Result<ImageTags> read_png_tags(std::span<const std::uint8_t> bytes, const std::string& file_name);

/// As grey, by the rule of io/picture: 1-16 bit grey, palette, RGB, with or without alpha, interlaced or not.
/// Errors: as read_png_tags; png.corrupt where it does not decode (checksums are verified), png.palette,
/// png.coloured. Pictures over 2^30 pixels, or larger than their compressed bytes can mean, are refused
/// before memory is taken.
Result<StoredPicture> read_png(std::span<const std::uint8_t> bytes, const std::string& file_name);

/// The stored numbers of a picture of classes: palette indices, not their colours. Errors as read_png.
Result<Image<int>> read_png_labels(std::span<const std::uint8_t> bytes, const std::string& file_name);

/// Quick rather than small; the same picture gives the same bytes. Picture not empty.
std::vector<std::uint8_t> write_png(const Image<std::uint8_t>& picture);
std::vector<std::uint8_t> write_png(const Image<Rgb8>& picture);

}  // namespace litho
