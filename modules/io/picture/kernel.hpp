#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/core/image.hpp"
#include "pipeline/core/image_tags.hpp"
#include "pipeline/core/result.hpp"

namespace litho {

struct Rgb8 {
  std::uint8_t r = 0, g = 0, b = 0;
  bool operator==(const Rgb8&) const = default;
};

/// What an image file holds, as grey values. Brighter = more signal; values in the units of the file.
struct StoredPicture {
  ImageTags tags;     ///< `sidecars` empty
  Image<float> grey;  ///< may hold NaN or infinities where a float file does
  Image<std::uint8_t>
      annotation;  ///< 1 where a coloured mark or a transparent hole covers the picture; empty = nowhere
  double annotation_fraction = 0;  ///< of all pixels
  int bits = 8;                    ///< of a stored sample
  int empty_low_bits =
      0;               ///< 16-bit samples whose low bits are 0 in every pixel: 8-bit data in 16-bit clothes
  double white = 255;  ///< grey value at which the file saturates (largest finite value for float)
  int pages = 1;       ///< pictures of the first one's size in the file; the first is the one read
  bool lossy = false;  ///< JPEG-compressed: the noise is not the detector's
};

/// A palette entry or colour, on the scale 0..255.
struct Colour {
  float red, green, blue;
};

/// Decoded samples before they are called grey.
struct PicturePlanes {
  std::vector<Image<float>> colour;  ///< 1 (grey or palette index) or 3 (red, green, blue), of one size
  Image<float> alpha;                ///< empty = opaque
  std::vector<Colour> palette;       ///< for one plane of indices; empty = the plane is grey
  double white = 255;                ///< largest sample value
  int whole_bits = 0;                ///< of unsigned whole samples; 0 for others
  bool min_is_white = false;         ///< grey = white - sample
};

/// What to_grey fills of a StoredPicture.
struct GreyPicture {
  Image<float> grey;
  Image<std::uint8_t> annotation;
  double annotation_fraction = 0;
  int empty_low_bits = 0;
  double white = 255;
};

/// The rule by which stored colours become grey values, for every format:
/// - a pixel is grey where its channels (direct or through the palette) differ by at most 2/255 of white; its
/// value is
///   the channels' where they are equal, else their luminance 0.299 R + 0.587 G + 0.114 B (Rec. ITU-R
///   BT.601);
/// - other pixels are annotation, as are those with alpha below one half. Their grey is interpolated along
/// the row
///   between the nearest grey pixels, so that filters next to them see no edge; in rows of which more than
///   half is coloured (a coloured databar) it is the luminance;
/// - more than 20 % coloured pixels make the picture a coloured one: error `<format>.coloured`.
/// Palettes that lead every index to one grey: `<format>.palette`, as is an index beyond the palette.
/// O(pixels).
Result<GreyPicture> to_grey(PicturePlanes planes, std::string_view format, const std::string& file_name);

/// The stored values as whole numbers (palette indices, not their colours), for pictures of classes. Errors:
/// `<format>.coloured` (channels differ), `<format>.not_labels` (fractions, or beyond 24 bits).
Result<Image<int>> to_labels(const PicturePlanes& planes, std::string_view format,
                             const std::string& file_name);

}  // namespace litho
