#pragma once
#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace litho::test {

/// TIFF files written byte by byte for tests, so that the reader is not checked against the library it reads
/// with.
class TiffBuilder {
 public:
  explicit TiffBuilder(bool big_endian = false, bool big_tiff = false)
      : big_endian_(big_endian), big_tiff_(big_tiff) {}

  TiffBuilder& set(std::uint16_t tag, std::uint16_t type, const std::vector<std::uint64_t>& numbers) {
    Value value{type, numbers.size() / (type == 5 ? 2 : 1), {}};
    for (const auto number : numbers) put(value.bytes, number, type == 5 ? 4 : size_of(type));
    fields_[tag] = value;
    return *this;
  }
  TiffBuilder& text(std::uint16_t tag, std::uint16_t type, const std::string& bytes) {
    fields_[tag] = {type, bytes.size(), {bytes.begin(), bytes.end()}};
    return *this;
  }
  /// StripByteCounts that are not true, or not there.
  TiffBuilder& claim_lengths(std::vector<std::uint64_t> bytes) {
    claimed_lengths_ = std::move(bytes);
    return *this;
  }
  /// Width, length, one sample of `bits`, MinIsBlack, no compression, one strip.
  TiffBuilder& grey(std::uint64_t width, std::uint64_t height, std::uint64_t bits) {
    return set(256, 4, {width}).set(257, 4, {height}).set(258, 3, {bits}).set(259, 3, {1}).set(262, 3, {1});
  }
  /// A number of pixel data in the file's byte order.
  void put(std::vector<std::uint8_t>& to, std::uint64_t number, int size) const {
    for (int i = 0; i < size; ++i)
      to.push_back(static_cast<std::uint8_t>(number >> 8 * (big_endian_ ? size - 1 - i : i)));
  }
  std::vector<std::uint8_t> numbers(const std::vector<std::uint64_t>& values, int size) const {
    std::vector<std::uint8_t> bytes;
    for (const auto value : values) put(bytes, value, size);
    return bytes;
  }

  /// Header, blocks, values, directory; `tiles` says which fields name the blocks.
  std::vector<std::uint8_t> build(const std::vector<std::vector<std::uint8_t>>& blocks, bool tiles = false) {
    const int word = big_tiff_ ? 8 : 4;
    const std::uint16_t type = big_tiff_ ? 16 : 4;
    std::vector<std::uint8_t> file(2, big_endian_ ? 'M' : 'I');
    put(file, big_tiff_ ? 43 : 42, 2);
    if (big_tiff_) {
      put(file, 8, 2);
      put(file, 0, 2);
    }
    const std::size_t first = file.size();
    put(file, 0, word);
    std::vector<std::uint64_t> offsets, lengths;
    for (const auto& block : blocks) {
      offsets.push_back(file.size());
      lengths.push_back(block.size());
      file.insert(file.end(), block.begin(), block.end());
    }
    if (!blocks.empty()) {
      set(tiles ? 324 : 273, type, offsets);
      if (claimed_lengths_) lengths = *claimed_lengths_;
      if (!lengths.empty()) set(tiles ? 325 : 279, type, lengths);
    }
    std::map<std::uint16_t, std::uint64_t> places;
    for (const auto& [tag, value] : fields_) {
      if (value.bytes.size() <= static_cast<std::size_t>(word)) continue;
      places[tag] = file.size();
      file.insert(file.end(), value.bytes.begin(), value.bytes.end());
    }
    std::vector<std::uint8_t> at;
    put(at, file.size(), word);
    std::copy(at.begin(), at.end(), file.begin() + static_cast<std::ptrdiff_t>(first));
    put(file, fields_.size(), big_tiff_ ? 8 : 2);
    for (const auto& [tag, value] : fields_) {
      put(file, tag, 2);
      put(file, value.type, 2);
      put(file, value.count, word);
      if (places.contains(tag)) {
        put(file, places[tag], word);
        continue;
      }
      file.insert(file.end(), value.bytes.begin(), value.bytes.end());
      file.insert(file.end(), static_cast<std::size_t>(word) - value.bytes.size(), 0);
    }
    put(file, 0, word);
    return file;
  }

 private:
  struct Value {
    std::uint16_t type;
    std::uint64_t count;
    std::vector<std::uint8_t> bytes;
  };
  static int size_of(std::uint16_t type) {
    return type == 3 ? 2 : type == 4 || type == 13 ? 4 : type == 16 ? 8 : 1;
  }

  bool big_endian_, big_tiff_;
  std::optional<std::vector<std::uint64_t>> claimed_lengths_;
  std::map<std::uint16_t, Value> fields_;
};

/// A zlib stream of one stored block: Deflate without a compressor.
inline std::vector<std::uint8_t> stored_deflate(const std::vector<std::uint8_t>& data) {
  const auto size = static_cast<std::uint16_t>(data.size());
  const auto low = [](unsigned value) { return static_cast<std::uint8_t>(value & 255U); };
  std::vector<std::uint8_t> out{
      0x78, 0x01, 1, low(size), low(size >> 8), low(~size & 0xFFFFU), low((~size & 0xFFFFU) >> 8)};
  unsigned a = 1, b = 0;  // Adler-32
  for (const std::uint8_t byte : data) {
    out.push_back(byte);
    a = (a + byte) % 65521;
    b = (b + a) % 65521;
  }
  for (const unsigned value : {b >> 8, b, a >> 8, a}) out.push_back(low(value));
  return out;
}

}  // namespace litho::test
