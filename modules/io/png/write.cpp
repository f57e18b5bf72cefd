#include <libdeflate.h>

#include <algorithm>
#include <cassert>
#include <memory>
#include <new>
#include <string_view>

#include "modules/io/png/kernel.hpp"

namespace litho {
namespace {

constexpr int kCompressionLevel = 1;  // half the time of level 2, a noisy picture is 6 % larger
constexpr std::uint8_t kFilterUp = 2;

using Bytes = std::vector<std::uint8_t>;

void put(Bytes& out, std::uint32_t number) {
  for (const int shift : {24, 16, 8, 0}) out.push_back(static_cast<std::uint8_t>(number >> shift));
}

void put_chunk(Bytes& out, std::string_view kind, std::span<const std::uint8_t> data) {
  put(out, static_cast<std::uint32_t>(data.size()));
  const std::size_t begin = out.size();
  out.insert(out.end(), kind.begin(), kind.end());
  out.insert(out.end(), data.begin(), data.end());
  put(out, libdeflate_crc32(0, out.data() + begin, out.size() - begin));
}

/// Each row led by its filter and stored as the difference to the row above (PNG 1.2, section 6.4).
template <class T>
Bytes filtered(const Image<T>& picture) {
  const std::size_t row_bytes = picture.row(0).size_bytes();
  Bytes out((row_bytes + 1) * static_cast<std::size_t>(picture.height()));
  const auto* row = reinterpret_cast<const std::uint8_t*>(picture.pixels().data());
  std::uint8_t* to = out.data();
  for (int y = 0; y < picture.height(); ++y, row += row_bytes, to += row_bytes + 1) {
    to[0] = y == 0 ? 0 : kFilterUp;
    const std::uint8_t* above = row - (y == 0 ? 0 : row_bytes);
    for (std::size_t x = 0; x < row_bytes; ++x)
      to[1 + x] = static_cast<std::uint8_t>(y == 0 ? row[x] : row[x] - above[x]);
  }
  return out;
}

template <class T>
Bytes write(const Image<T>& picture, std::uint8_t colour_type) {
  assert(!picture.empty());
  const std::unique_ptr<libdeflate_compressor, decltype(&libdeflate_free_compressor)> compressor(
      libdeflate_alloc_compressor(kCompressionLevel), libdeflate_free_compressor);
  if (!compressor) throw std::bad_alloc();
  const Bytes pixels = filtered(picture);
  Bytes packed(libdeflate_zlib_compress_bound(compressor.get(), pixels.size()));
  packed.resize(
      libdeflate_zlib_compress(compressor.get(), pixels.data(), pixels.size(), packed.data(), packed.size()));

  Bytes header;
  put(header, static_cast<std::uint32_t>(picture.width()));
  put(header, static_cast<std::uint32_t>(picture.height()));
  const Bytes rest{8, colour_type, 0, 0, 0};  // bits; Deflate, the usual filters, not interlaced
  header.insert(header.end(), rest.begin(), rest.end());

  Bytes out{0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
  out.reserve(packed.size() + 64);
  put_chunk(out, "IHDR", header);
  constexpr std::size_t kLongest = std::size_t{1} << 30;  // a chunk ends below 2^31
  for (std::size_t at = 0; at < packed.size(); at += kLongest)
    put_chunk(out, "IDAT", std::span(packed).subspan(at, std::min(kLongest, packed.size() - at)));
  put_chunk(out, "IEND", {});
  return out;
}

}  // namespace

static_assert(sizeof(Rgb8) == 3);

Bytes write_png(const Image<std::uint8_t>& picture) {
  return write(picture, 0);
}

Bytes write_png(const Image<Rgb8>& picture) {
  return write(picture, 2);
}

}  // namespace litho
