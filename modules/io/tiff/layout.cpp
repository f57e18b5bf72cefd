#include "modules/io/tiff/layout.hpp"

#include <tiffio.h>

#include <algorithm>
#include <utility>

namespace litho::tiff {
namespace {

constexpr char kExportGrey[] = "export the picture as 8-bit or 16-bit grey, uncompressed or LZW";

/// Most bytes that one compressed byte can mean; generous where a codec knows no bound. 0: not read at all.
std::uint64_t largest_ratio(int compression) {
  switch (compression) {
    case COMPRESSION_NONE:
      return 1;
    case COMPRESSION_PACKBITS:
      return 128;
    case COMPRESSION_LZW:
      return 4096;
    case COMPRESSION_ADOBE_DEFLATE:
    case COMPRESSION_DEFLATE:
      return 1100;
    case COMPRESSION_JPEG:
      return 1024;
    case COMPRESSION_LZMA:
    case COMPRESSION_ZSTD:
      return 1U << 16;
    default:
      return 0;
  }
}

struct Reader {
  const File& file;
  const Directory& directory;

  std::uint64_t integer(std::uint16_t tag, std::uint64_t otherwise) const {
    return file.integer(directory, tag).value_or(otherwise);
  }
  Error corrupt(std::string message) const {
    return file.error("tiff.corrupt", std::move(message), "export the file again", directory.offset);
  }
  Error unsupported(std::string message) const {
    return file.error("tiff.unsupported", std::move(message), kExportGrey, directory.offset);
  }
  /// The one value of a field that has one for each sample.
  Result<int> shared(std::uint16_t tag, const char* name, std::uint64_t otherwise) const {
    auto values = file.integers(directory, tag);
    if (values.empty()) values.push_back(otherwise);
    for (const auto value : values)
      if (value != values[0]) return unsupported(std::string("the channels differ in ") + name);
    return static_cast<int>(std::min<std::uint64_t>(values[0], 1U << 16));
  }
};

Status read_samples(const Reader& in, Layout& out) {
  const auto bits = in.shared(258, "bits per sample", 1);
  const auto format = in.shared(339, "sample format", 1);
  if (!bits) return bits.errors();
  if (!format) return format.errors();
  out.bits = *bits;
  switch (*format) {
    case 1:
    case 4:
      out.kind = SampleKind::kUnsigned;
      break;
    case 2:
      out.kind = SampleKind::kSigned;
      break;
    case 3:
      out.kind = SampleKind::kFloat;
      break;
    default:
      return in.unsupported("sample format " + std::to_string(*format) + " (complex numbers?)");
  }
  const bool readable = out.kind == SampleKind::kUnsigned
                            ? out.bits >= 1 && (out.bits <= 16 || out.bits == 32)
                        : out.kind == SampleKind::kSigned ? out.bits == 8 || out.bits == 16 || out.bits == 32
                                                          : out.bits == 32 || out.bits == 64;
  if (!readable)
    return in.unsupported(std::to_string(out.bits) + " bits per sample" +
                          (out.kind == SampleKind::kFloat ? " of floating point" : ""));

  const std::uint64_t samples = in.integer(277, 1);
  const std::uint64_t photometric = in.integer(262, PHOTOMETRIC_MINISBLACK);
  out.photometric = static_cast<int>(std::min<std::uint64_t>(photometric, 1U << 16));
  if (photometric > PHOTOMETRIC_PALETTE && photometric != PHOTOMETRIC_YCBCR)
    return in.unsupported("photometric interpretation " + std::to_string(photometric));
  const auto extra = in.file.integers(in.directory, 338);
  const auto colours = static_cast<std::uint64_t>(out.colour_samples());
  // RGB with an undeclared fourth sample is common; a second grey sample must be called alpha to be believed.
  out.has_alpha = samples == colours + 1 && !extra.empty() && (extra[0] == 1 || extra[0] == 2);
  if (samples != colours && !out.has_alpha && !(colours == 3 && samples == 4))
    return in.unsupported(std::to_string(samples) + " samples a pixel where " + std::to_string(colours) +
                          " would be a picture");
  out.samples = static_cast<int>(samples);
  if (photometric == PHOTOMETRIC_MINISWHITE && (out.kind != SampleKind::kUnsigned || out.bits == 32))
    return in.unsupported("MinIsWhite with samples that have no white");
  if (photometric == PHOTOMETRIC_YCBCR && (out.compression != COMPRESSION_JPEG || samples != 3))
    return in.unsupported("YCbCr without JPEG");
  if (out.compression == COMPRESSION_JPEG && (out.bits != 8 || out.kind != SampleKind::kUnsigned))
    return in.unsupported("JPEG of " + std::to_string(out.bits) + " bits");
  return {};
}

/// Palettes are 16-bit, yet some writers store 8-bit values times 256, or bare.
Status read_palette(const Reader& in, Layout& out) {
  if (out.photometric != PHOTOMETRIC_PALETTE) return {};
  if (out.bits > 8 || out.kind != SampleKind::kUnsigned)
    return in.unsupported("a palette for " + std::to_string(out.bits) + "-bit samples");
  const auto values = in.file.integers(in.directory, 320);
  const std::size_t entries = std::size_t{1} << out.bits;
  if (values.size() != 3 * entries)
    return in.corrupt("the palette has " + std::to_string(values.size()) + " values where " +
                      std::to_string(3 * entries) + " are needed");
  const auto all = [&](auto predicate) { return std::ranges::all_of(values, predicate); };
  const float unit = all([](auto v) { return v % 257 == 0; })   ? 257.0F
                     : all([](auto v) { return v % 256 == 0; }) ? 256.0F
                     : all([](auto v) { return v <= 255; })     ? 1.0F
                                                                : 257.0F;
  const auto level = [&](std::size_t i) { return static_cast<float>(values[i]) / unit; };
  for (std::size_t i = 0; i < entries; ++i)
    out.palette.push_back({level(i), level(entries + i), level(2 * entries + i)});
  return {};
}

Status read_blocks(const Reader& in, Layout& out) {
  out.tiled = in.directory.fields.contains(322) || in.directory.fields.contains(324);
  const auto height = static_cast<std::uint64_t>(out.height);
  const std::uint64_t block_width = out.tiled ? in.integer(322, 0) : static_cast<std::uint64_t>(out.width);
  std::uint64_t block_height = out.tiled ? in.integer(323, 0) : std::min(in.integer(278, height), height);
  if (!out.tiled && block_height == 0) block_height = height;
  constexpr std::uint64_t kMaxSide = 1U << 16, kMaxArea = 1U << 28;
  if (out.tiled && (block_width == 0 || block_height == 0 || block_width > kMaxSide ||
                    block_height > kMaxSide || block_width * block_height > kMaxArea))
    return in.corrupt("tiles of " + std::to_string(block_width) + " x " + std::to_string(block_height) +
                      " pixels");
  out.block_width = static_cast<int>(block_width);
  out.block_height = static_cast<int>(block_height);
  const std::uint64_t across = static_cast<std::uint64_t>(out.blocks_across());
  const std::uint64_t down = static_cast<std::uint64_t>(out.blocks_down());
  const std::uint64_t planes = out.planes_apart ? static_cast<std::uint64_t>(out.samples) : 1;
  const std::uint64_t needed = across * down * planes;
  const char* const kind = out.tiled ? "tile" : "strip";

  // Some old writers give the tiles' places in the strips' fields.
  out.blocks = in.file.integers(in.directory, out.tiled && in.directory.fields.contains(324) ? 324 : 273);
  auto lengths = in.file.integers(in.directory, out.tiled && in.directory.fields.contains(325) ? 325 : 279);
  if (out.blocks.size() < needed)
    return in.corrupt("the picture needs " + std::to_string(needed) + " " + kind + "s, the file names " +
                      std::to_string(out.blocks.size()));
  out.blocks.resize(needed);
  const std::uint64_t ratio = largest_ratio(out.compression);
  const std::uint64_t row_bytes = out.row_bytes();
  for (std::uint64_t i = 0; i < needed; ++i) {
    const std::uint64_t row = i / across % down * block_height;
    const std::uint64_t rows = out.tiled ? block_height : std::min(block_height, height - row);
    const std::uint64_t decoded = rows * row_bytes;
    const std::uint64_t offset = out.blocks[i];
    std::uint64_t length = i < lengths.size() ? lengths[i] : 0;
    if (length == 0 && lengths.empty() && out.compression == COMPRESSION_NONE) length = decoded;
    const auto named = [&] {
      return std::string(kind) + " " + std::to_string(i) + " of " + std::to_string(needed);
    };
    if (offset == 0 || length == 0) return in.corrupt(named() + " has no data");
    if (decoded / ratio > length)
      return in.file.error(out.compression == COMPRESSION_NONE ? "tiff.corrupt" : "tiff.too_large",
                           named() + " has " + std::to_string(length) + " bytes, the header claims " +
                               std::to_string(decoded) + " bytes of picture in them",
                           "the header or the data are wrong: export the file again", offset);
    if (offset > in.file.size() || length > in.file.size() - offset)
      return in.file.error("tiff.truncated",
                           named() + " should end at byte " + std::to_string(offset + length) +
                               ", the file has " + std::to_string(in.file.size()),
                           "the file was cut short: copy or export it again", offset);
  }
  return {};
}

}  // namespace

Result<Layout> layout_of(const File& file, const Directory& directory) {
  const Reader in{file, directory};
  Layout out;
  out.directory_offset = directory.offset;
  out.width = static_cast<int>(in.integer(256, 0));
  out.height = static_cast<int>(in.integer(257, 0));
  const std::uint64_t compression = in.integer(259, 1);
  out.compression = static_cast<int>(std::min<std::uint64_t>(compression, 1U << 16));
  if (largest_ratio(out.compression) == 0 || !TIFFIsCODECConfigured(static_cast<std::uint16_t>(compression)))
    return in.unsupported("compression " + std::to_string(compression));
  out.planes_apart = in.integer(284, 1) == 2 && in.integer(277, 1) > 1;
  const std::uint64_t orientation = in.integer(274, 1);
  out.orientation = orientation >= 1 && orientation <= 8 ? static_cast<int>(orientation) : 1;
  for (const auto step : {read_samples, read_palette, read_blocks})
    if (Status status = step(in, out); !status) return status.errors();
  return out;
}

}  // namespace litho::tiff
