#include "pipeline/core/value.hpp"

#include <algorithm>
#include <utility>

namespace litho {

Value Value::scalar(std::string text) {
  Value out;
  out.kind = Kind::scalar;
  out.text = std::move(text);
  return out;
}

const Value* Value::find(std::string_view key) const {
  const auto it = std::ranges::find(entries, key, &Entry::key);
  return it == entries.end() ? nullptr : &it->value;
}

std::string Value::where(std::string_view file) const {
  std::string out(file);
  if (line > 0) out += ":" + std::to_string(line) + ":" + std::to_string(column);
  return out;
}

}  // namespace litho
