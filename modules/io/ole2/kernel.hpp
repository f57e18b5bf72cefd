#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "pipeline/core/result.hpp"

namespace litho {

/// Starts as a compound file does.
bool is_compound_file(std::span<const std::uint8_t> bytes);

/// Streams below the root of a compound file [MS-CFB], read on demand from `bytes`, which must outlive it.
class CompoundFile {
 public:
  /// Errors: ole2.not_compound, ole2.truncated, ole2.corrupt, with "file@byte".
  static Result<CompoundFile> open(std::span<const std::uint8_t> bytes, std::string file_name);

  /// Names as stored, control characters included.
  std::vector<std::string> names() const;
  bool has(std::string_view name) const;
  /// Errors: ole2.no_stream, ole2.truncated, ole2.corrupt. Cost: one copy of the stream.
  Result<std::vector<std::uint8_t>> stream(std::string_view name) const;

 private:
  struct Entry {
    std::string name;
    std::uint8_t type = 0;
    std::uint32_t left = 0, right = 0, child = 0, start = 0;
    std::uint64_t size = 0;
  };
  using Sectors = std::vector<std::uint32_t>;

  Error fail(std::string code, std::uint64_t at, std::string message) const;
  Status read_fat();
  Status read_directory();
  Result<std::vector<std::uint8_t>> chain(std::uint32_t start, std::optional<std::uint64_t> size) const;
  Result<std::vector<std::uint8_t>> small_chain(std::uint32_t start, std::uint64_t size) const;

  std::span<const std::uint8_t> bytes_;
  std::string file_name_;
  unsigned sector_shift_ = 9;
  std::uint32_t mini_cutoff_ = 4096;
  Sectors fat_, mini_fat_;
  std::vector<std::uint8_t> mini_stream_;
  std::vector<Entry> root_streams_;
};

struct Property {
  std::uint32_t id = 0;
  std::string name;  ///< of the set's dictionary; empty where it names none
  std::variant<std::monostate, std::int64_t, double, std::string> value;  ///< monostate: a type not read here
  bool is_file_time = false;  ///< value is an int64_t: 100 ns since 1601-01-01 UTC
};

/// The first set of a property set stream [MS-OLEPS]. Single precision values become the shortest decimal
/// number that is the same single. Errors: ole2.corrupt.
Result<std::vector<Property>> read_property_set(std::span<const std::uint8_t> bytes,
                                                const std::string& where);

/// Nothing where the set has no finite number of this name.
std::optional<double> number_of(const std::vector<Property>& set, std::string_view name);
/// "" where the set has no text of this name.
std::string text_of(const std::vector<Property>& set, std::string_view name);

}  // namespace litho
