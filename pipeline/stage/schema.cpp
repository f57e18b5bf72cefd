#include "pipeline/stage/schema.hpp"

#include <algorithm>
#include <cmath>

#include "pipeline/core/text.hpp"
#include "pipeline/core/units.hpp"

namespace litho {
namespace {

std::string quoted(std::string_view text) {
  return "'" + std::string(text) + "'";
}

Error not_a_scalar(const OptionSpec& spec, std::string_view where) {
  return {"option.type", std::string(where),
          "option " + quoted(spec.name) + " takes one value, not a list or a map", describe_type(spec)};
}

}  // namespace

std::string number_text(double value, std::string_view unit) {
  return format_exact(value) + (unit.empty() ? "" : " " + std::string(unit));
}

std::string describe_type(const OptionSpec& spec) {
  using enum OptionSpec::Type;
  std::string out;
  if (spec.type == flag) out = "true or false";
  if (spec.type == text) out = spec.choices.empty() ? "text" : "one of " + join(spec.choices, ", ");
  if (spec.type == number || spec.type == integer) {
    out = spec.type == number ? "number" : "whole number";
    if (!spec.unit.empty()) out += " in " + std::string(spec.unit);
    if (std::isfinite(spec.lo) && std::isfinite(spec.hi))
      out += ", " + format_exact(spec.lo) + " to " + format_exact(spec.hi);
    else if (std::isfinite(spec.lo))
      out += ", at least " + format_exact(spec.lo);
    else if (std::isfinite(spec.hi))
      out += ", at most " + format_exact(spec.hi);
  }
  if (!spec.default_text.empty()) return out + "; default " + spec.default_text;
  return out + (spec.nullable ? "; not set by default" : "");
}

Result<double> read_number(const OptionSpec& spec, const Value& value, std::string_view where) {
  if (value.kind != Value::Kind::scalar) return not_a_scalar(spec, where);
  const auto fail = [&](std::string code, const std::string& message) {
    return Error{std::move(code), std::string(where), "option " + quoted(spec.name) + ": " + message,
                 describe_type(spec)};
  };
  const auto number = parse_in_unit(value.text, spec.unit);
  if (!number) {
    const Error& first = number.errors().front();
    return fail(first.code.starts_with("unit.bad") ? "option.type" : "option.unit", first.message);
  }
  if (*number < spec.lo || *number > spec.hi)
    return fail("option.range", quoted(value.text) + " is out of range");
  if (spec.type == OptionSpec::Type::integer && (*number != std::floor(*number) || std::abs(*number) > 1e9))
    return fail("option.type", quoted(value.text) + " is not a whole number");
  return *number;
}

Result<bool> read_flag(const OptionSpec& spec, const Value& value, std::string_view where) {
  if (value.kind != Value::Kind::scalar) return not_a_scalar(spec, where);
  if (value.text == "true") return true;
  if (value.text == "false") return false;
  return Error{"option.type", std::string(where),
               "option " + quoted(spec.name) + ": " + quoted(value.text) + " is neither true nor false",
               describe_type(spec)};
}

Result<std::string> read_text(const OptionSpec& spec, const Value& value, std::string_view where) {
  if (value.kind != Value::Kind::scalar) return not_a_scalar(spec, where);
  if (spec.choices.empty() || std::ranges::find(spec.choices, value.text) != spec.choices.end())
    return value.text;
  const auto near = did_you_mean(value.text, spec.choices);
  return Error{"option.choice", std::string(where),
               "option " + quoted(spec.name) + ": " + quoted(value.text) + " is not one of its choices",
               near ? "did you mean " + quoted(*near) + "?" : describe_type(spec)};
}

Errors unknown_options(const std::vector<OptionSpec>& specs, const Value& with, std::string_view file) {
  if (with.kind == Value::Kind::null) return {};
  if (with.kind != Value::Kind::map)
    return {
        {"option.type", with.where(file), "options must be a map of name: value", "write { name: value }"}};
  Errors errors;
  std::vector<std::string> names;
  for (const OptionSpec& spec : specs) names.push_back(spec.name);
  for (const Value::Entry& entry : with.entries) {
    if (std::ranges::find(names, entry.key) != names.end()) continue;
    const auto near = did_you_mean(entry.key, names);
    Value place;
    place.line = entry.line;
    place.column = entry.column;
    errors.push_back({"option.unknown", place.where(file), "there is no option " + quoted(entry.key),
                      near            ? "did you mean " + quoted(*near) + "?"
                      : names.empty() ? "this stage has no options"
                                      : "its options: " + join(names, ", ")});
  }
  return errors;
}

const Schema<NoOptions>& NoOptions::schema() {
  static const Schema<NoOptions> none;
  return none;
}

}  // namespace litho
