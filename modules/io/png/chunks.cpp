#include "modules/io/png/chunks.hpp"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace litho::png {
namespace {

using Bytes = std::span<const std::uint8_t>;

constexpr std::uint64_t kMaxPixels = 1U << 30;
constexpr std::uint64_t kDeflateRatio = 1100;           // no byte of Deflate means more
constexpr std::size_t kMaxText = std::size_t{1} << 20;  // of a compressed text, inflated
constexpr int kMaxTexts = 256;

std::uint32_t number(Bytes at) {
  return std::uint32_t{at[0]} << 24 | std::uint32_t{at[1]} << 16 | std::uint32_t{at[2]} << 8 | at[3];
}

std::string_view view(Bytes bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::string utf8_of_latin1(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) {
      out += c;
    } else {
      out += static_cast<char>(0xC0 | byte >> 6);
      out += static_cast<char>(0x80 | (byte & 0x3F));
    }
  }
  return out;
}

/// Up to kMaxText bytes; what does not inflate is "".
std::string inflated(Bytes bytes) {
  std::string out(kMaxText, '\0');
  uLongf size = out.size();
  const int status =
      uncompress(reinterpret_cast<Bytef*>(out.data()), &size, bytes.data(), static_cast<uLong>(bytes.size()));
  if (status != Z_OK) return "";
  out.resize(size);
  return out;
}

/// Key and UTF-8 value of a tEXt, zTXt or iTXt chunk.
std::pair<std::string, std::string> text_of(std::string_view kind, Bytes data) {
  const auto after_nul = [](Bytes from) {
    const auto nul = std::ranges::find(from, 0);
    return nul == from.end() ? Bytes{} : Bytes(nul + 1, from.end());
  };
  const Bytes rest = after_nul(data);
  if (rest.empty()) return {};
  std::string key = utf8_of_latin1(view(data.first(data.size() - rest.size() - 1)));
  if (kind == "tEXt") return {std::move(key), utf8_of_latin1(view(rest))};
  if (kind == "zTXt") return {std::move(key), utf8_of_latin1(inflated(rest.subspan(1)))};
  if (rest.size() < 2) return {};
  const bool compressed = rest[0] == 1;
  const Bytes value = after_nul(after_nul(rest.subspan(2)));  // after language and translated key
  return {std::move(key), compressed ? inflated(value) : std::string(view(value))};
}

struct Walk {
  const std::string& file_name;
  Header header;
  std::string text;
  int texts = 0;
  std::uint64_t packed_bytes = 0;

  Error error(const char* code, std::string message, std::string hint, std::size_t offset) const {
    return {code, file_name + "@" + std::to_string(offset), std::move(message), std::move(hint)};
  }

  Status start(Bytes data, std::size_t offset) {
    const std::uint64_t width = number(data), height = number(data.subspan(4));
    if (width == 0 || height == 0)
      return error("png.corrupt", "the picture has no width or no height", "export the file again", offset);
    if (width > kMaxPixels || height > kMaxPixels || width * height > kMaxPixels)
      return error("png.too_large",
                   "the header claims " + std::to_string(width) + " x " + std::to_string(height) +
                       " pixels, more than 2^30",
                   "cut the picture into fields", offset);
    header.tags.width_px = static_cast<int>(width);
    header.tags.height_px = static_cast<int>(height);
    header.bits = data[8];
    header.colour_type = data[9];
    return {};
  }

  void take(std::string_view kind, Bytes data) {
    if (kind == "pHYs" && data.size() == 9) {
      const bool metric = data[8] == 1;
      const auto resolution = [&](std::uint32_t per_unit) -> std::optional<double> {
        if (per_unit == 0) return std::nullopt;
        return metric ? per_unit / 100.0 : per_unit;
      };
      header.tags.x_resolution = resolution(number(data));
      header.tags.y_resolution = resolution(number(data.subspan(4)));
      header.tags.resolution_unit = metric ? 3 : 1;
    } else if (kind == "tEXt" || kind == "zTXt" || kind == "iTXt") {
      if (++texts > kMaxTexts) return;
      auto [key, value] = text_of(kind, data);
      if (key.empty()) return;
      std::erase(value, '\0');  // would end tag 270 for its readers
      text += key + "=" + value + "\n";
      if (key == "Software")
        header.tags.tags.emplace(305, std::vector<std::uint8_t>(value.begin(), value.end()));
    }
  }

  Status finish(std::size_t offset) {
    constexpr std::array<std::uint64_t, 7> kSamples{1, 0, 3, 1, 2, 0, 4};
    if (header.colour_type > 6 || kSamples[static_cast<std::size_t>(header.colour_type)] == 0 ||
        header.bits > 16)
      return error("png.corrupt", "colour type " + std::to_string(header.colour_type) + " does not exist",
                   "export the file again", 25);
    const std::uint64_t needed =
        static_cast<std::uint64_t>(header.tags.width_px) * static_cast<std::uint64_t>(header.tags.height_px) *
        kSamples[static_cast<std::size_t>(header.colour_type)] * static_cast<std::uint64_t>(header.bits) / 8;
    if (needed / kDeflateRatio > packed_bytes)
      return error("png.too_large",
                   "the header claims " + std::to_string(needed) + " bytes of picture in " +
                       std::to_string(packed_bytes) + " compressed ones",
                   "the header or the data are wrong: export the file again", offset);
    if (!text.empty()) header.tags.tags.emplace(270, std::vector<std::uint8_t>(text.begin(), text.end()));
    return {};
  }
};

}  // namespace

Result<Header> read_header(Bytes bytes, const std::string& file_name) {
  constexpr std::array<std::uint8_t, 8> kSignature{0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
  if (bytes.size() < 8 || !std::ranges::equal(bytes.first(8), kSignature))
    return Error{"png.not_png", file_name,
                 bytes.empty() ? "the file is empty" : "the file does not start as a PNG does",
                 "give a TIFF or PNG file, whatever its extension says"};
  Walk walk{file_name, {}, {}, 0, 0};
  walk.header.tags.file_name = file_name;
  for (std::size_t at = 8;;) {
    if (bytes.size() - at < 12 || number(bytes.subspan(at)) > bytes.size() - at - 12)
      return walk.error("png.truncated",
                        "the file ends within a chunk, at " + std::to_string(bytes.size()) + " bytes",
                        "the file was cut short: copy or export it again", at);
    const std::size_t length = number(bytes.subspan(at));
    const Bytes data = bytes.subspan(at + 8, length);
    const std::string_view kind = view(bytes.subspan(at + 4, 4));
    if (at == 8) {
      if (kind != "IHDR" || length != 13)
        return walk.error("png.corrupt", "the file does not begin with IHDR", "export the file again", at);
      if (Status status = walk.start(data, at); !status) return status.errors();
    } else if (kind == "IEND") {
      if (Status status = walk.finish(at); !status) return status.errors();
      return std::move(walk.header);
    } else if (kind == "IDAT") {
      walk.packed_bytes += length;
    } else {
      walk.take(kind, data);
    }
    at += 12 + length;
  }
}

}  // namespace litho::png
