#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/core/result.hpp"

namespace litho {

/// A node of a graph file or an option as typed: scalars keep their text, so that a schema and nothing else
/// decides what "010", "no" or "0.5 um" mean. Every node knows where it stood.
struct Value {
  enum class Kind { null, scalar, list, map };
  struct Entry;

  Kind kind = Kind::null;
  std::string text;            ///< of a scalar
  std::vector<Value> items;    ///< of a list
  std::vector<Entry> entries;  ///< of a map, in file order; keys are unique
  int line = 0;                ///< 1-based; 0 = not from a file
  int column = 0;

  static Value scalar(std::string text);
  /// The value of a key, or nullptr.
  const Value* find(std::string_view key) const;
  /// "file:12:3", "file" where the line is unknown.
  std::string where(std::string_view file) const;
};

struct Value::Entry {
  std::string key;
  Value value;
  int line = 0;  ///< of the key
  int column = 0;
};

}  // namespace litho
