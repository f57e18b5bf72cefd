#pragma once
#include <cstdint>
#include <vector>

#include "modules/io/picture/kernel.hpp"
#include "modules/io/tiff/ifd.hpp"

namespace litho::tiff {

enum class SampleKind { kUnsigned, kSigned, kFloat };

/// How the pixels of a directory are stored, checked so far that decoding may take memory for them.
struct Layout {
  std::uint64_t directory_offset = 0;
  int width = 0, height = 0;  ///< as stored, before the orientation is applied
  int bits = 1;
  int samples = 1;  ///< a pixel
  SampleKind kind = SampleKind::kUnsigned;
  int compression = 1;
  int photometric = 1;
  bool planes_apart = false;
  bool tiled = false;
  int block_width = 0, block_height = 0;  ///< tile, or strip (its height at most the picture's)
  int orientation = 1;
  bool has_alpha = false;             ///< sample 3 of RGB, sample 1 of grey
  std::vector<std::uint64_t> blocks;  ///< offsets in the file, plane by plane, row by row
  std::vector<Colour> palette;

  int colour_samples() const { return photometric == 2 || photometric == 6 ? 3 : 1; }
  int blocks_across() const { return (width + block_width - 1) / block_width; }
  int blocks_down() const { return (height + block_height - 1) / block_height; }
  int samples_in_block() const { return planes_apart ? 1 : samples; }
  /// Decoded bytes of a row of a block.
  std::uint64_t row_bytes() const {
    return (static_cast<std::uint64_t>(block_width) * static_cast<std::uint64_t>(samples_in_block() * bits) +
            7) /
           8;
  }
};

/// The first directory that is a picture, not a thumbnail or a mask, and how many pictures of its size there
/// are.
struct Pages {
  Directory first;
  int count = 1;
};
Result<Pages> find_pages(const File& file);

Result<ImageTags> tags_of(const File& file, const Directory& directory);
Result<Layout> layout_of(const File& file, const Directory& directory);

}  // namespace litho::tiff
