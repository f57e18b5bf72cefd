#include "modules/xps/region_model/reading.hpp"

#include <algorithm>

#include "pipeline/core/number.hpp"
#include "pipeline/core/text.hpp"

namespace litho {

void ModelReading::fail(std::string code, const Value& place, std::string message, std::string hint) {
  Error error{std::move(code), place.where(file_), std::move(message), std::move(hint)};
  const auto same = [&](const Error& e) { return e.where == error.where && e.message == error.message; };
  if (std::none_of(errors_.begin(), errors_.end(), same)) errors_.push_back(std::move(error));
}

void ModelReading::check_keys(const Value& map, std::string_view what,
                              const std::vector<std::string>& known) {
  if (map.kind != Value::Kind::map)
    return fail("peaks.bad_value", map, std::string(what) + " is a map of keys and values", "");
  for (const auto& entry : map.entries) {
    if (std::find(known.begin(), known.end(), entry.key) != known.end()) continue;
    Value place;
    place.line = entry.line, place.column = entry.column;
    const auto near = did_you_mean(entry.key, known);
    fail("peaks.unknown_key", place, "'" + entry.key + "' is no key of " + std::string(what),
         near ? "did you mean '" + *near + "'?" : "known: " + join(known, ", "));
  }
}

const Value* ModelReading::needed(const Value& map, std::string_view key) {
  const Value* value = map.find(key);
  if (value == nullptr && map.kind == Value::Kind::map)
    fail("peaks.missing_key", map, "the key '" + std::string(key) + "' is missing", "");
  return value;
}

std::string ModelReading::text(const Value* value) {
  if (value == nullptr) return "";
  if (value->kind == Value::Kind::scalar && !trim(value->text).empty()) return std::string(trim(value->text));
  fail("peaks.bad_value", *value, "a text is due here", "");
  return "";
}

std::optional<double> ModelReading::number(const Value* value) {
  if (value == nullptr) return {};
  if (value->kind == Value::Kind::scalar)
    if (const auto number = parse_double(trim(value->text))) return number;
  fail("peaks.bad_value", *value,
       "a number is due here" +
           (value->kind == Value::Kind::scalar ? ", not '" + value->text + "'" : std::string()),
       "the key names the unit; write the number alone");
  return {};
}

std::string ModelReading::choice(const Value* value, const std::vector<std::string>& words) {
  const std::string word = text(value);
  if (word.empty() || std::find(words.begin(), words.end(), word) != words.end()) return word;
  const auto near = did_you_mean(word, words);
  fail("peaks.bad_value", *value, "'" + word + "' is none of " + join(words, ", "),
       near ? "did you mean '" + *near + "'?" : "");
  return "";
}

}  // namespace litho
