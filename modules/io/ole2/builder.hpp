#pragma once
#include <cstdint>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

namespace litho::test {

/// Bytes in little-endian order, for files written by tests.
class LittleEndian {
 public:
  template <class T>
  LittleEndian& put(T value) {
    const auto* raw = reinterpret_cast<const std::uint8_t*>(&value);
    bytes_.insert(bytes_.end(), raw, raw + sizeof value);
    return *this;
  }
  LittleEndian& u8(unsigned v) { return put(static_cast<std::uint8_t>(v)); }
  LittleEndian& u16(unsigned v) { return put(static_cast<std::uint16_t>(v)); }
  LittleEndian& u32(std::uint64_t v) { return put(static_cast<std::uint32_t>(v)); }
  LittleEndian& f32(float v) { return put(v); }
  LittleEndian& f64(double v) { return put(v); }
  LittleEndian& text(const std::string& v) { return append({v.begin(), v.end()}); }
  LittleEndian& utf16(const std::string& ascii) {
    for (const char c : ascii) u8(static_cast<unsigned char>(c)).u8(0);
    return *this;
  }
  LittleEndian& append(const std::vector<std::uint8_t>& more) {
    bytes_.insert(bytes_.end(), more.begin(), more.end());
    return *this;
  }
  LittleEndian& pad(std::size_t multiple) {
    while (bytes_.size() % multiple != 0) u8(0);
    return *this;
  }
  std::size_t size() const { return bytes_.size(); }
  const std::vector<std::uint8_t>& bytes() const { return bytes_; }

 private:
  std::vector<std::uint8_t> bytes_;
};

/// A compound file of 512-byte sectors: streams under 4096 bytes among the small sectors, others in their
/// own.
inline std::vector<std::uint8_t> compound_file(
    const std::vector<std::pair<std::string, std::vector<std::uint8_t>>>& streams) {
  constexpr std::uint32_t kEnd = 0xFFFFFFFE, kFree = 0xFFFFFFFF, kFatMark = 0xFFFFFFFD;
  constexpr std::size_t kSector = 512, kCutoff = 4096;
  LittleEndian mini, mini_fat, big;
  std::vector<std::uint32_t> fat, starts;
  const auto sectors_of = [](std::size_t bytes) { return (bytes + kSector - 1) / kSector; };
  for (const auto& [name, bytes] : streams) {
    starts.push_back(bytes.empty() ? kEnd : static_cast<std::uint32_t>(mini.size() / 64));
    if (bytes.size() >= kCutoff) continue;
    mini.append(bytes).pad(64);
    for (std::uint32_t at = starts.back(); at < mini.size() / 64; ++at)
      mini_fat.u32(at + 1 == mini.size() / 64 ? kEnd : at + 1);
  }
  while (mini_fat.size() % kSector != 0) mini_fat.u32(kFree);
  mini.pad(kSector);

  std::size_t big_sectors = 0;
  for (const auto& [name, bytes] : streams)
    if (bytes.size() >= kCutoff) big_sectors += sectors_of(bytes.size());
  const std::size_t directory_sectors = sectors_of((streams.size() + 1) * 128);
  const std::size_t body =
      directory_sectors + mini_fat.size() / kSector + mini.size() / kSector + big_sectors;
  std::size_t fat_sectors = 1;
  while (fat_sectors * 128 < body + fat_sectors) ++fat_sectors;

  std::uint32_t next = static_cast<std::uint32_t>(fat_sectors);
  fat.assign(fat_sectors, kFatMark);
  const auto reserve = [&](std::size_t sectors) {
    const std::uint32_t first = next;
    for (std::size_t i = 0; i < sectors; ++i, ++next) fat.push_back(i + 1 == sectors ? kEnd : next + 1);
    return sectors == 0 ? kEnd : first;
  };
  const std::uint32_t directory_at = reserve(directory_sectors);
  const std::uint32_t mini_fat_at = reserve(mini_fat.size() / kSector);
  const std::uint32_t mini_at = reserve(mini.size() / kSector);
  for (std::size_t i = 0; i < streams.size(); ++i)
    if (streams[i].second.size() >= kCutoff) {
      starts[i] = reserve(sectors_of(streams[i].second.size()));
      big.append(streams[i].second).pad(kSector);
    }
  fat.resize(fat_sectors * 128, kFree);

  LittleEndian directory;
  const auto entry = [&](const std::string& name, unsigned type, std::uint32_t right, std::uint32_t child,
                         std::uint32_t start, std::size_t size) {
    LittleEndian one;
    one.utf16(name);
    while (one.size() < 64) one.u8(0);
    one.u16(static_cast<unsigned>(2 * name.size() + 2)).u8(type).u8(1).u32(kFree).u32(right).u32(child);
    while (one.size() < 116) one.u8(0);
    one.u32(start).u32(size).u32(0);
    directory.append(one.bytes());
  };
  entry("Root Entry", 5, kFree, streams.empty() ? kFree : 1, mini_at, mini.size());
  for (std::size_t i = 0; i < streams.size(); ++i)
    entry(streams[i].first, 2, i + 1 == streams.size() ? kFree : static_cast<std::uint32_t>(i + 2), kFree,
          starts[i], streams[i].second.size());
  directory.pad(kSector);

  LittleEndian file;
  for (const unsigned byte : {0xD0U, 0xCFU, 0x11U, 0xE0U, 0xA1U, 0xB1U, 0x1AU, 0xE1U}) file.u8(byte);
  while (file.size() < 24) file.u8(0);
  file.u16(0x3E).u16(3).u16(0xFFFE).u16(9).u16(6);
  while (file.size() < 44) file.u8(0);
  file.u32(fat_sectors).u32(directory_at).u32(0).u32(kCutoff);
  file.u32(mini_fat_at).u32(mini_fat.size() / kSector).u32(kEnd).u32(0);
  for (std::uint32_t i = 0; i < 109; ++i) file.u32(i < fat_sectors ? i : kFree);
  for (const std::uint32_t link : fat) file.u32(link);
  return file.append(directory.bytes())
      .append(mini_fat.bytes())
      .append(mini.bytes())
      .append(big.bytes())
      .bytes();
}

/// A property set of UTF-16 names; each value is written whole, type first.
inline std::vector<std::uint8_t> property_set(
    const std::vector<std::pair<std::string, std::vector<std::uint8_t>>>& values) {
  LittleEndian names, list, bodies;
  names.u32(values.size());
  for (std::size_t i = 0; i < values.size(); ++i)
    names.u32(i + 100).u32(values[i].first.size() + 1).utf16(values[i].first).u16(0).pad(4);
  const std::size_t head = 8 + 8 * (values.size() + 2);
  list.u32(0).u32(head);
  bodies.append(names.bytes()).pad(4);
  list.u32(1).u32(head + bodies.size());
  bodies.u32(2).u16(1200).u16(0);
  for (std::size_t i = 0; i < values.size(); ++i) {
    list.u32(i + 100).u32(head + bodies.size());
    bodies.append(values[i].second).pad(4);
  }
  LittleEndian set;
  set.u16(0xFFFE).u16(0).u32(0);
  while (set.size() < 24) set.u8(0);
  set.u32(1);
  while (set.size() < 44) set.u8(0);
  set.u32(48).u32(8 + list.size() + bodies.size()).u32(values.size() + 2);
  return set.append(list.bytes()).append(bodies.bytes()).bytes();
}

}  // namespace litho::test
