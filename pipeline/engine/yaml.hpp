#pragma once
#include <string>
#include <string_view>

#include "pipeline/core/result.hpp"
#include "pipeline/core/value.hpp"

namespace litho {

/// One YAML or JSON document as a tree with places; an empty text is null. Only plain data is taken: anchors,
/// aliases, merge keys, tags, keys that are no scalars and further documents are refused. Scalars keep their
/// text; null is an unquoted `~`, `null` or nothing at all.
/// Errors, with file:line:column: yaml.syntax, yaml.repeated_key (names both lines), yaml.not_plain,
/// yaml.too_deep (64 levels), yaml.too_large (1 MB).
Result<Value> read_yaml(std::string_view text, std::string file);

}  // namespace litho
