#include "modules/io/tiff/ifd.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <utility>

#include "modules/io/tiff/kernel.hpp"

namespace litho::tiff {
namespace {

constexpr char kFetchAgain[] = "the file was cut short: copy or export it again";

/// Bytes of one value and of the numbers in it (a rational is two); 0 for types that do not exist.
struct TypeSize {
  std::uint8_t value, number;
};

TypeSize type_size(std::uint16_t type) {
  switch (type) {
    case 1:
    case 2:
    case 6:
    case 7:
      return {1, 1};  // byte, ascii, sbyte, undefined
    case 3:
    case 8:
      return {2, 2};  // short, sshort
    case 4:
    case 9:
    case 11:
    case 13:
      return {4, 4};  // long, slong, float, ifd
    case 5:
    case 10:
      return {8, 4};  // rational, srational
    case 12:
    case 16:
    case 17:
    case 18:
      return {8, 8};  // double, long8, slong8, ifd8
    default:
      return {0, 0};
  }
}

}  // namespace

std::uint64_t File::number(Bytes at) const {
  std::uint64_t value = 0;
  if (big_endian_)
    for (const std::uint8_t byte : at) value = value << 8 | byte;
  else
    for (std::size_t i = at.size(); i-- > 0;) value = value << 8 | at[i];
  return value;
}

Error File::error(const char* code, std::string message, std::string hint,
                  std::optional<std::uint64_t> offset) const {
  return {code, offset ? name_ + "@" + std::to_string(*offset) : name_, std::move(message), std::move(hint)};
}

Result<File> File::open(Bytes bytes, std::string file_name) {
  File file(bytes, std::move(file_name));
  if (!is_tiff(bytes))
    return file.error("tiff.not_tiff",
                      bytes.empty() ? "the file is empty" : "the file does not start as a TIFF does",
                      "give a TIFF or PNG file, whatever its extension says");
  file.big_endian_ = bytes[0] == 'M';
  file.big_tiff_ = bytes[file.big_endian_ ? 3 : 2] == 43;
  const std::size_t header = file.big_tiff_ ? 16 : 8;
  if (bytes.size() < header)
    return file.error("tiff.truncated", "the file ends within its header", kFetchAgain, bytes.size());
  if (file.big_tiff_ && (file.number(bytes.subspan(4, 2)) != 8 || file.number(bytes.subspan(6, 2)) != 0))
    return file.error("tiff.corrupt", "the BigTIFF header does not give 8-byte offsets",
                      "export the file again", 4);
  file.first_ = file.big_tiff_ ? file.number(bytes.subspan(8, 8)) : file.number(bytes.subspan(4, 4));
  return file;
}

Result<Directory> File::directory(std::uint64_t offset) const {
  const std::uint64_t count_size = big_tiff_ ? 8 : 2;
  const std::uint64_t entry_size = big_tiff_ ? 20 : 12;
  const std::uint64_t word = big_tiff_ ? 8 : 4;
  const auto truncated = [&] {
    return error(
        "tiff.truncated",
        "the directory of the picture should lie here, the file has " + std::to_string(size()) + " bytes",
        kFetchAgain, offset);
  };
  if (offset > size() || size() - offset < count_size) return truncated();
  const std::uint64_t count = number(bytes_.subspan(offset, count_size));
  const std::uint64_t begin = offset + count_size;
  if (count > (size() - begin) / entry_size) return truncated();
  if (count == 0)
    return error("tiff.corrupt", "the directory of the picture is empty", "export the file again", offset);
  const std::uint64_t end = begin + count * entry_size;
  if (size() - end < word) return truncated();

  Directory directory;
  directory.offset = offset;
  directory.size = end + word - offset;
  directory.next = number(bytes_.subspan(end, word));
  for (std::uint64_t i = 0; i < count; ++i) {
    const Bytes entry = bytes_.subspan(begin + i * entry_size, entry_size);
    const auto tag = static_cast<std::uint16_t>(number(entry.subspan(0, 2)));
    Field field;
    field.type = static_cast<std::uint16_t>(number(entry.subspan(2, 2)));
    field.count = number(entry.subspan(4, word));
    const std::uint64_t value_size = type_size(field.type).value;
    if (value_size == 0) continue;
    field.offset = begin + i * entry_size + 4 + word;
    if (field.count > word / value_size) field.offset = number(entry.subspan(4 + word, word));
    if (field.offset > size() || field.count > (size() - field.offset) / value_size) {
      directory.cut.push_back(tag);
      continue;
    }
    field.value = bytes_.subspan(field.offset, field.count * value_size);
    directory.fields.emplace(tag, field);
  }
  return directory;
}

std::vector<std::uint64_t> File::integers(const Directory& directory, std::uint16_t tag) const {
  const auto found = directory.fields.find(tag);
  if (found == directory.fields.end()) return {};
  const Field& field = found->second;
  const std::size_t step = type_size(field.type).value;
  const bool whole = field.type == 1 || field.type == 3 || field.type == 4 || field.type == 13 ||
                     field.type == 16 || field.type == 18;
  if (!whole) return {};
  std::vector<std::uint64_t> values(field.count);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = number(field.value.subspan(i * step, step));
  return values;
}

std::optional<std::uint64_t> File::integer(const Directory& directory, std::uint16_t tag) const {
  const auto values = integers(directory, tag);
  return values.empty() ? std::nullopt : std::optional(values[0]);
}

std::optional<double> File::positive(const Directory& directory, std::uint16_t tag) const {
  const auto found = directory.fields.find(tag);
  if (found == directory.fields.end() || found->second.count == 0) return std::nullopt;
  const auto& [type, count, value, offset] = found->second;
  double result = 0;
  if (type == 5)
    result =
        static_cast<double>(number(value.subspan(0, 4))) / static_cast<double>(number(value.subspan(4, 4)));
  else if (type == 11)
    result = std::bit_cast<float>(static_cast<std::uint32_t>(number(value.subspan(0, 4))));
  else if (type == 12)
    result = std::bit_cast<double>(number(value.subspan(0, 8)));
  else
    result = static_cast<double>(integer(directory, tag).value_or(0));
  return std::isfinite(result) && result > 0 ? std::optional(result) : std::nullopt;
}

std::vector<std::uint8_t> File::little_endian(const Field& field) const {
  std::vector<std::uint8_t> value(field.value.begin(), field.value.end());
  const std::size_t step = type_size(field.type).number;
  if (big_endian_ && step > 1)
    for (auto at = value.begin(); at != value.end(); at += static_cast<std::ptrdiff_t>(step))
      std::reverse(at, at + static_cast<std::ptrdiff_t>(step));
  return value;
}

}  // namespace litho::tiff

namespace litho {

bool is_tiff(std::span<const std::uint8_t> bytes) {
  if (bytes.size() < 4) return false;
  const bool little =
      bytes[0] == 'I' && bytes[1] == 'I' && bytes[3] == 0 && (bytes[2] == 42 || bytes[2] == 43);
  const bool big = bytes[0] == 'M' && bytes[1] == 'M' && bytes[2] == 0 && (bytes[3] == 42 || bytes[3] == 43);
  return little || big;
}

}  // namespace litho
