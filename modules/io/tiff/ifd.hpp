#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "pipeline/core/result.hpp"

namespace litho::tiff {

using Bytes = std::span<const std::uint8_t>;

/// One field of a directory; its value has been found to lie inside the file.
struct Field {
  std::uint16_t type = 0;
  std::uint64_t count = 0;
  Bytes value;               ///< count * size of type, in the file's byte order
  std::uint64_t offset = 0;  ///< of the value in the file
};

struct Directory {
  std::uint64_t offset = 0;
  std::uint64_t size = 0;                 ///< bytes it takes in the file, values apart
  std::uint64_t next = 0;                 ///< offset of the next directory, 0 = last
  std::map<std::uint16_t, Field> fields;  ///< first of its number where one is repeated
  std::vector<std::uint16_t> cut;         ///< fields whose values lie beyond the end of the file
};

/// TIFF's directories, bounds-checked and independent of libtiff, which keeps private tags of some types to
/// itself.
class File {
 public:
  /// Errors: tiff.not_tiff, tiff.truncated.
  static Result<File> open(Bytes bytes, std::string file_name);

  /// Errors: tiff.truncated, tiff.corrupt. O(fields).
  Result<Directory> directory(std::uint64_t offset) const;
  std::uint64_t first() const { return first_; }
  std::uint64_t size() const { return bytes_.size(); }
  Bytes bytes() const { return bytes_; }
  const std::string& name() const { return name_; }

  /// Whole numbers of any integer type; empty where the field is absent or of another type.
  std::vector<std::uint64_t> integers(const Directory& directory, std::uint16_t tag) const;
  std::optional<std::uint64_t> integer(const Directory& directory, std::uint16_t tag) const;
  /// First value of a rational or float field; absent where it is 0, negative, not finite or over 0.
  std::optional<double> positive(const Directory& directory, std::uint16_t tag) const;
  /// The value with multi-byte numbers in little-endian order.
  std::vector<std::uint8_t> little_endian(const Field& field) const;

  Error error(const char* code, std::string message, std::string hint,
              std::optional<std::uint64_t> offset = std::nullopt) const;

 private:
  File(Bytes bytes, std::string name) : bytes_(bytes), name_(std::move(name)) {}
  std::uint64_t number(Bytes at) const;

  Bytes bytes_;
  std::string name_;
  bool big_endian_ = false;
  bool big_tiff_ = false;
  std::uint64_t first_ = 0;
};

}  // namespace litho::tiff
