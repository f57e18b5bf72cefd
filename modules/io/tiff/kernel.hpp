#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "modules/io/picture/kernel.hpp"

namespace litho {

/// Starts as a TIFF or BigTIFF does, in either byte order.
bool is_tiff(std::span<const std::uint8_t> bytes);

/// The tags of the first full picture, without decoding a pixel. Values as stored, except that numbers of
/// more than one byte are in little-endian order whatever the file's; where the pixels lie (273, 279, 324,
/// 325) is left out. Width and height are those of the upright picture. Errors as read_tiff, except those of
/// decoding.
Result<ImageTags> read_tiff_tags(std::span<const std::uint8_t> bytes, const std::string& file_name);

/// The first full picture as grey, upright. 1-16, 32 bit whole numbers, 32 and 64 bit float; grey (either
/// polarity), palette, RGB(A) by the rule of io/picture, JPEG's YCbCr; strips or tiles, planes together or
/// apart. Errors, none of which depends on what was read before: tiff.not_tiff, tiff.truncated (the file ends
/// too early), tiff.corrupt (contradicts itself, or does not decode), tiff.unsupported, tiff.too_large (over
/// 2^30 pixels, or more than the compressed bytes can hold; told before memory is taken), tiff.palette,
/// tiff.coloured. `where` is "file" or "file@byte". Cost: the codec's, plus 4-12 bytes a pixel.
Result<StoredPicture> read_tiff(std::span<const std::uint8_t> bytes, const std::string& file_name);

/// The stored numbers of a picture of classes: palette indices, not their colours. Errors as read_tiff, and
/// tiff.not_labels.
Result<Image<int>> read_tiff_labels(std::span<const std::uint8_t> bytes, const std::string& file_name);

struct TiffWriteOptions {
  std::vector<Rgb8> palette;  ///< at most 256, for 8-bit pictures; missing entries are black; empty = grey
  std::string description;    ///< tag 270; empty = none
  std::optional<double> pixel_size_nm;  ///< > 0; stored as pixels per cm
};

/// One-page TIFF, Deflate. The same picture gives the same bytes: no date, no name of a program. Picture not
/// empty.
std::vector<std::uint8_t> write_tiff(const Image<std::uint8_t>& picture,
                                     const TiffWriteOptions& options = {});
std::vector<std::uint8_t> write_tiff(const Image<std::uint16_t>& picture,
                                     const TiffWriteOptions& options = {});
std::vector<std::uint8_t> write_tiff(const Image<float>& picture, const TiffWriteOptions& options = {});

}  // namespace litho
