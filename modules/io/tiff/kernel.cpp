#include "modules/io/tiff/kernel.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <new>
#include <utility>

#include "modules/io/tiff/layout.hpp"
#include "modules/io/tiff/stream.hpp"
#include "modules/io/tiff/unpack.hpp"

namespace litho {
namespace {

using tiff::File;
using tiff::Layout;
using tiff::SampleKind;
using tiff::Stream;

/// Everything a reader of pixels needs to know before it decodes one.
struct Opened {
  File file;
  ImageTags tags;
  Layout layout;
  int pages;
};

Result<Opened> open(std::span<const std::uint8_t> bytes, const std::string& file_name) {
  auto file = File::open(bytes, file_name);
  if (!file) return file.errors();
  auto pages = tiff::find_pages(*file);
  if (!pages) return pages.errors();
  auto tags = tiff::tags_of(*file, pages->first);
  if (!tags) return tags.errors();
  auto layout = tiff::layout_of(*file, pages->first);
  if (!layout) return layout.errors();
  return Opened{*file, std::move(tags).value(), std::move(layout).value(), pages->count};
}

Error undecodable(const Opened& in, const std::string& message, std::uint64_t offset) {
  return in.file.error("tiff.corrupt", "the picture does not decode: " + message,
                       "the file is damaged: copy or export it again", offset);
}

/// libtiff, set to the directory and of one mind with us about its shape.
Result<std::unique_ptr<Stream>> decoder(const Opened& in) {
  const Layout& layout = in.layout;
  auto stream = Stream::reading(in.file.bytes());
  if (!stream->tiff() || !TIFFSetSubDirectory(stream->tiff(), layout.directory_offset))
    return undecodable(in, stream->error(), layout.directory_offset);
  TIFF* const handle = stream->tiff();
  if (layout.photometric == PHOTOMETRIC_YCBCR) TIFFSetField(handle, TIFFTAG_JPEGCOLORMODE, JPEGCOLORMODE_RGB);
  const std::uint64_t block_bytes = layout.row_bytes() * static_cast<std::uint64_t>(layout.block_height);
  const std::uint64_t theirs =
      static_cast<std::uint64_t>(layout.tiled ? TIFFTileSize(handle) : TIFFStripSize(handle));
  const std::uint64_t blocks = layout.tiled ? TIFFNumberOfTiles(handle) : TIFFNumberOfStrips(handle);
  if (theirs != block_bytes || blocks != layout.blocks.size() || (TIFFIsTiled(handle) != 0) != layout.tiled)
    return undecodable(in, "the fields that give its shape contradict one another", layout.directory_offset);
  return stream;
}

Result<PicturePlanes> decode(const Opened& in) {
  const Layout& layout = in.layout;
  auto opened = decoder(in);
  if (!opened) return opened.errors();
  Stream& stream = **opened;

  const int colours = layout.colour_samples();
  const int kept = colours + (layout.has_alpha ? 1 : 0);
  std::vector<Image<float>> planes(static_cast<std::size_t>(kept));
  for (auto& plane : planes) plane = Image<float>(layout.width, layout.height);
  const std::uint64_t row_bytes = layout.row_bytes();
  std::vector<std::uint8_t> block(row_bytes * static_cast<std::uint64_t>(layout.block_height));

  const int across = layout.blocks_across();
  const int down = layout.blocks_down();
  for (std::size_t i = 0; i < layout.blocks.size(); ++i) {
    const int index =
        static_cast<int>(i % (static_cast<std::size_t>(across) * static_cast<std::size_t>(down)));
    const int plane =
        static_cast<int>(i / (static_cast<std::size_t>(across) * static_cast<std::size_t>(down)));
    if (plane >= kept) break;
    const int left = index % across * layout.block_width;
    const int top = index / across * layout.block_height;
    const int rows = std::min(layout.block_height, layout.height - top);
    const auto size = static_cast<tmsize_t>(
        row_bytes * static_cast<std::uint64_t>(layout.tiled ? layout.block_height : rows));
    stream.forget();
    const auto number = static_cast<std::uint32_t>(i);
    const tmsize_t got = layout.tiled ? TIFFReadEncodedTile(stream.tiff(), number, block.data(), size)
                                      : TIFFReadEncodedStrip(stream.tiff(), number, block.data(), size);
    // A warning is JPEG's way to say that it made the rest up.
    const bool warned = layout.compression == COMPRESSION_JPEG && !stream.warning().empty();
    if (got != size || !stream.error().empty() || warned)
      return undecodable(in, stream.error().empty() ? stream.warning() : stream.error(), layout.blocks[i]);
    const auto width = static_cast<std::size_t>(std::min(layout.block_width, layout.width - left));
    for (int y = 0; y < rows; ++y) {
      const std::uint8_t* row = block.data() + static_cast<std::uint64_t>(y) * row_bytes;
      for (int k = layout.planes_apart ? plane : 0; k < (layout.planes_apart ? plane + 1 : kept); ++k)
        tiff::unpack(
            row, layout, layout.planes_apart ? 0 : k, layout.samples_in_block(),
            planes[static_cast<std::size_t>(k)].row(top + y).subspan(static_cast<std::size_t>(left), width));
    }
  }

  PicturePlanes out;
  if (layout.has_alpha) {
    out.alpha = std::move(planes.back());
    planes.pop_back();
  }
  out.colour = std::move(planes);
  out.palette = layout.palette;
  out.whole_bits = layout.kind == SampleKind::kUnsigned ? layout.bits : 0;
  out.min_is_white = layout.photometric == PHOTOMETRIC_MINISWHITE;
  if (layout.kind == SampleKind::kFloat) {
    float white = 0;
    for (const auto& plane : out.colour)
      for (const float value : plane.pixels())
        if (std::isfinite(value)) white = std::max(white, value);
    out.white = white;
  } else {
    out.white = std::ldexp(1.0, layout.bits - (layout.kind == SampleKind::kSigned ? 1 : 0)) - 1;
  }
  return out;
}

/// TIFF's orientations 2-8 as the picture a viewer shows.
template <class T>
Image<T> upright(Image<T> stored, int orientation) {
  if (orientation == 1 || stored.empty()) return stored;
  const bool transposed = orientation >= 5;
  const bool flip_x = orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
  const bool flip_y = orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
  Image<T> out(transposed ? stored.height() : stored.width(), transposed ? stored.width() : stored.height());
  for (int y = 0; y < out.height(); ++y) {
    for (int x = 0; x < out.width(); ++x) {
      const int column = transposed ? y : x;
      const int row = transposed ? x : y;
      out(x, y) =
          stored(flip_x ? stored.width() - 1 - column : column, flip_y ? stored.height() - 1 - row : row);
    }
  }
  return out;
}

Result<StoredPicture> picture_of(std::span<const std::uint8_t> bytes, const std::string& file_name) {
  auto in = open(bytes, file_name);
  if (!in) return in.errors();
  auto planes = decode(*in);
  if (!planes) return planes.errors();
  auto grey = to_grey(std::move(planes).value(), "tiff", file_name);
  if (!grey) return grey.errors();
  const Layout& layout = in->layout;
  auto [pixels, annotation, annotation_fraction, empty_low_bits, white] = std::move(grey).value();
  StoredPicture out;
  out.tags = in->tags;
  out.grey = upright(std::move(pixels), layout.orientation);
  out.annotation = upright(std::move(annotation), layout.orientation);
  out.annotation_fraction = annotation_fraction;
  out.bits = layout.bits;
  out.empty_low_bits = empty_low_bits;
  out.white = white;
  out.pages = in->pages;
  out.lossy = layout.compression == COMPRESSION_JPEG;
  return out;
}

Result<Image<int>> labels_of(std::span<const std::uint8_t> bytes, const std::string& file_name) {
  auto in = open(bytes, file_name);
  if (!in) return in.errors();
  auto planes = decode(*in);
  if (!planes) return planes.errors();
  auto labels = to_labels(*planes, "tiff", file_name);
  if (!labels) return labels;
  return upright(std::move(labels).value(), in->layout.orientation);
}

Error too_large(const std::string& file_name) {
  return {"tiff.too_large", file_name, "not enough memory for the picture", "cut the picture into fields"};
}

}  // namespace

Result<ImageTags> read_tiff_tags(std::span<const std::uint8_t> bytes, const std::string& file_name) {
  const auto file = File::open(bytes, file_name);
  if (!file) return file.errors();
  const auto pages = tiff::find_pages(*file);
  if (!pages) return pages.errors();
  return tiff::tags_of(*file, pages->first);
}

Result<StoredPicture> read_tiff(std::span<const std::uint8_t> bytes, const std::string& file_name) try {
  return picture_of(bytes, file_name);
} catch (const std::bad_alloc&) {
  return too_large(file_name);
}

Result<Image<int>> read_tiff_labels(std::span<const std::uint8_t> bytes, const std::string& file_name) try {
  return labels_of(bytes, file_name);
} catch (const std::bad_alloc&) {
  return too_large(file_name);
}

}  // namespace litho
