#include "modules/io/ole2/kernel.hpp"

#include <algorithm>
#include <array>

#include "modules/io/ole2/little_endian.hpp"
#include "pipeline/core/text.hpp"

namespace litho {
namespace {

constexpr std::array<std::uint8_t, 8> kMagic{0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1};
constexpr std::uint32_t kLastSector = 0xFFFFFFFA;  // larger ones are marks
constexpr std::uint32_t kNoEntry = 0xFFFFFFFF;
constexpr std::size_t kEntrySize = 128;
constexpr std::uint64_t kMiniSector = 64;

std::uint32_t u32(std::span<const std::uint8_t> bytes, std::uint64_t at) {
  return little_endian<std::uint32_t>(bytes, at).value_or(0xFFFFFFFF);
}

/// UTF-16LE without a mark; decode_text takes one.
std::string utf16(std::span<const std::uint8_t> bytes) {
  std::vector<std::uint8_t> marked{0xFF, 0xFE};
  marked.insert(marked.end(), bytes.begin(), bytes.end());
  return decode_text(marked);
}

}  // namespace

bool is_compound_file(std::span<const std::uint8_t> bytes) {
  return bytes.size() >= kMagic.size() && std::equal(kMagic.begin(), kMagic.end(), bytes.begin());
}

Error CompoundFile::fail(std::string code, std::uint64_t at, std::string message) const {
  return {std::move(code), file_name_ + "@" + std::to_string(at), std::move(message), ""};
}

Result<CompoundFile> CompoundFile::open(std::span<const std::uint8_t> bytes, std::string file_name) {
  CompoundFile file;
  file.bytes_ = bytes;
  file.file_name_ = std::move(file_name);
  if (!is_compound_file(bytes))
    return file.fail("ole2.not_compound", 0, "does not start as a compound file does");
  if (bytes.size() < 512) return file.fail("ole2.truncated", bytes.size(), "the file ends within its header");
  file.sector_shift_ = little_endian<std::uint16_t>(bytes, 30).value_or(0);
  const auto mini_shift = little_endian<std::uint16_t>(bytes, 32).value_or(0);
  if ((file.sector_shift_ != 9 && file.sector_shift_ != 12) || mini_shift != 6)
    return file.fail("ole2.corrupt", 30, "sectors are neither 512 nor 4096 bytes, or small ones not 64");
  file.mini_cutoff_ = u32(bytes, 56);
  if (const Status status = file.read_fat(); !status) return status.errors();
  if (const Status status = file.read_directory(); !status) return status.errors();
  return file;
}

Status CompoundFile::read_fat() {
  const std::uint64_t sector = std::uint64_t{1} << sector_shift_;
  const std::uint64_t sectors = bytes_.size() / sector;  // a file cannot have more
  Sectors tables;
  for (std::uint64_t i = 0; i < 109; ++i) tables.push_back(u32(bytes_, 76 + 4 * i));
  std::uint32_t next = u32(bytes_, 68);
  for (std::uint64_t hops = 0; next <= kLastSector; ++hops) {
    if (hops > sectors) return fail("ole2.corrupt", 68, "the list of sector tables returns to itself");
    const std::uint64_t at = (std::uint64_t{next} + 1) << sector_shift_;
    if (at + sector > bytes_.size())
      return fail("ole2.truncated", at, "the file ends within its list of sector tables");
    for (std::uint64_t i = 0; i + 4 < sector; i += 4) tables.push_back(u32(bytes_, at + i));
    next = u32(bytes_, at + sector - 4);
  }
  for (const std::uint32_t table : tables) {
    if (table > kLastSector) continue;
    if (fat_.size() > sectors + sector) break;  // covers the file already
    const std::uint64_t at = (std::uint64_t{table} + 1) << sector_shift_;
    if (at + sector > bytes_.size())
      return fail("ole2.truncated", at, "the file ends within its sector table");
    for (std::uint64_t i = 0; i < sector; i += 4) fat_.push_back(u32(bytes_, at + i));
  }
  return {};
}

Result<std::vector<std::uint8_t>> CompoundFile::chain(std::uint32_t start,
                                                      std::optional<std::uint64_t> size) const {
  const std::uint64_t sector = std::uint64_t{1} << sector_shift_;
  if (size && *size > bytes_.size())
    return fail("ole2.corrupt", 0, "a stream of " + std::to_string(*size) + " bytes is larger than the file");
  std::vector<std::uint8_t> out;
  for (std::uint32_t at = start; at <= kLastSector && (!size || out.size() < *size); at = fat_[at]) {
    const std::uint64_t byte = (std::uint64_t{at} + 1) << sector_shift_;
    if (at >= fat_.size() || byte >= bytes_.size())
      return fail("ole2.truncated", byte, "a stream points behind the end of the file");
    if (out.size() > bytes_.size()) return fail("ole2.corrupt", byte, "a chain of sectors returns to itself");
    const auto piece = bytes_.subspan(byte, std::min<std::uint64_t>(sector, bytes_.size() - byte));
    out.insert(out.end(), piece.begin(), piece.end());
  }
  if (size) {
    if (out.size() < *size)
      return fail(
          "ole2.truncated", bytes_.size(),
          "a stream has " + std::to_string(out.size()) + " of its " + std::to_string(*size) + " bytes");
    out.resize(*size);
  }
  return out;
}

Result<std::vector<std::uint8_t>> CompoundFile::small_chain(std::uint32_t start, std::uint64_t size) const {
  std::vector<std::uint8_t> out;
  for (std::uint32_t at = start; at <= kLastSector && out.size() < size; at = mini_fat_[at]) {
    const std::uint64_t byte = std::uint64_t{at} * kMiniSector;
    if (at >= mini_fat_.size() || byte + kMiniSector > mini_stream_.size())
      return fail("ole2.corrupt", byte, "a small stream points behind the end of the small sectors");
    if (out.size() > mini_stream_.size())
      return fail("ole2.corrupt", byte, "a chain of small sectors returns to itself");
    out.insert(out.end(), mini_stream_.begin() + static_cast<std::ptrdiff_t>(byte),
               mini_stream_.begin() + static_cast<std::ptrdiff_t>(byte + kMiniSector));
  }
  if (out.size() < size)
    return fail(
        "ole2.truncated", bytes_.size(),
        "a small stream has " + std::to_string(out.size()) + " of its " + std::to_string(size) + " bytes");
  out.resize(size);
  return out;
}

Status CompoundFile::read_directory() {
  const auto directory = chain(u32(bytes_, 48), std::nullopt);
  if (!directory) return directory.errors();
  std::vector<Entry> entries;
  for (std::size_t at = 0; at + kEntrySize <= directory->size(); at += kEntrySize) {
    const auto raw = std::span(*directory).subspan(at, kEntrySize);
    Entry entry;
    const std::size_t length = std::min<std::size_t>(64, little_endian<std::uint16_t>(raw, 64).value_or(0));
    entry.name = utf16(raw.first(length));
    entry.type = raw[66];
    entry.left = u32(raw, 68);
    entry.right = u32(raw, 72);
    entry.child = u32(raw, 76);
    entry.start = u32(raw, 116);
    // files of 512-byte sectors may hold rubbish in the upper half of the size
    entry.size = sector_shift_ == 9 ? u32(raw, 120) : little_endian<std::uint64_t>(raw, 120).value_or(0);
    entries.push_back(std::move(entry));
  }
  constexpr std::uint8_t kStream = 2, kRoot = 5;
  if (entries.empty() || entries[0].type != kRoot)
    return fail("ole2.corrupt", 48, "the directory has no root");
  std::vector<std::uint32_t> waiting{entries[0].child};
  std::vector<bool> seen(entries.size());
  while (!waiting.empty()) {
    const std::uint32_t i = waiting.back();
    waiting.pop_back();
    if (i == kNoEntry) continue;
    if (i >= entries.size()) return fail("ole2.corrupt", 48, "the directory points behind its end");
    if (seen[i]) return fail("ole2.corrupt", 48, "the directory returns to itself");
    seen[i] = true;
    waiting.push_back(entries[i].left);
    waiting.push_back(entries[i].right);
    if (entries[i].type == kStream) root_streams_.push_back(entries[i]);
  }
  const auto mini_fat = chain(u32(bytes_, 60), std::nullopt);
  if (!mini_fat) return mini_fat.errors();
  for (std::size_t at = 0; at + 4 <= mini_fat->size(); at += 4) mini_fat_.push_back(u32(*mini_fat, at));
  if (!mini_fat_.empty()) {
    auto mini_stream = chain(entries[0].start, entries[0].size);
    if (!mini_stream) return mini_stream.errors();
    mini_stream_ = std::move(mini_stream).value();
  }
  return {};
}

std::vector<std::string> CompoundFile::names() const {
  std::vector<std::string> names;
  for (const Entry& entry : root_streams_) names.push_back(entry.name);
  return names;
}

bool CompoundFile::has(std::string_view name) const {
  return std::ranges::any_of(root_streams_, [&](const Entry& entry) { return entry.name == name; });
}

Result<std::vector<std::uint8_t>> CompoundFile::stream(std::string_view name) const {
  for (const Entry& entry : root_streams_)
    if (entry.name == name)
      return entry.size < mini_cutoff_ ? small_chain(entry.start, entry.size)
                                       : chain(entry.start, entry.size);
  return Error{"ole2.no_stream", file_name_, "has no stream '" + std::string(name) + "'", ""};
}

}  // namespace litho
