#pragma once
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/core/number.hpp"
#include "pipeline/core/result.hpp"
#include "pipeline/core/value.hpp"

namespace litho {

/// What a user may know of one option; everything that reads, checks, prints or documents options works from
/// this.
struct OptionSpec {
  enum class Type { number, integer, flag, text };
  std::string name;
  Type type = Type::number;
  std::string_view
      unit;  ///< symbol of units.hpp; a number with a unit must be given with one of the same dimension
  double lo = -std::numeric_limits<double>::infinity();
  double hi = std::numeric_limits<double>::infinity();
  std::vector<std::string> choices;  ///< of a text; empty = any
  std::string doc;                   ///< one line
  std::string default_text;          ///< as a user would write it; "" = not set
  bool nullable = false;             ///< may be left unset
};

/// "number in um, 0.1 to 500, default 5 um"
std::string describe_type(const OptionSpec& spec);

/// Reads one option's value as its spec says. Errors: option.type, option.unit, option.range, option.choice.
Result<double> read_number(const OptionSpec& spec, const Value& value, std::string_view where);
Result<bool> read_flag(const OptionSpec& spec, const Value& value, std::string_view where);
Result<std::string> read_text(const OptionSpec& spec, const Value& value, std::string_view where);
/// Every key of `with` that is no option of `specs` (option.unknown, with the nearest name), and `with` not
/// being a map.
Errors unknown_options(const std::vector<OptionSpec>& specs, const Value& with, std::string_view file);
/// A number with its unit, shortest exact text.
std::string number_text(double value, std::string_view unit);

/// Binds the members of a plain options struct to what users write; made once, immutable afterwards.
///   static const Schema<Options> schema = Schema<Options>().add("smooth", &Options::smooth_px, "Gaussian
///   sigma").unit("px").range(0, 50);
template <class O>
class Schema {
 public:
  Schema& add(std::string name, double O::*member, std::string doc) {
    return bind(
        std::move(name), OptionSpec::Type::number, std::move(doc),
        [member](O& o, const OptionSpec& s, const Value& v, std::string_view where) -> Errors {
          return store(o.*member, read_number(s, v, where));
        },
        [member](const O& o, const OptionSpec& s) { return number_text(o.*member, s.unit); });
  }
  Schema& add(std::string name, std::optional<double> O::*member, std::string doc) {
    bind(
        std::move(name), OptionSpec::Type::number, std::move(doc),
        [member](O& o, const OptionSpec& s, const Value& v, std::string_view where) -> Errors {
          return store(o.*member, read_number(s, v, where));
        },
        [member](const O& o, const OptionSpec& s) {
          return o.*member ? number_text(*(o.*member), s.unit) : std::string();
        });
    bindings_.back().spec.nullable = true;
    return *this;
  }
  Schema& add(std::string name, int O::*member, std::string doc) {
    return bind(
        std::move(name), OptionSpec::Type::integer, std::move(doc),
        [member](O& o, const OptionSpec& s, const Value& v, std::string_view where) -> Errors {
          return store(o.*member, read_number(s, v, where));
        },
        [member](const O& o, const OptionSpec& s) { return number_text(o.*member, s.unit); });
  }
  Schema& add(std::string name, bool O::*member, std::string doc) {
    return bind(
        std::move(name), OptionSpec::Type::flag, std::move(doc),
        [member](O& o, const OptionSpec& s, const Value& v, std::string_view where) -> Errors {
          return store(o.*member, read_flag(s, v, where));
        },
        [member](const O& o, const OptionSpec&) -> std::string { return o.*member ? "true" : "false"; });
  }
  Schema& add(std::string name, std::string O::*member, std::string doc) {
    return bind(
        std::move(name), OptionSpec::Type::text, std::move(doc),
        [member](O& o, const OptionSpec& s, const Value& v, std::string_view where) -> Errors {
          return store(o.*member, read_text(s, v, where));
        },
        [member](const O& o, const OptionSpec&) { return o.*member; });
  }

  /// These three speak of the option added last; `unit` before `range`, which is in that unit.
  Schema& unit(std::string_view symbol) {
    bindings_.back().spec.unit = symbol;
    refresh_default();
    return *this;
  }
  Schema& range(double lo, double hi) {
    bindings_.back().spec.lo = lo;
    bindings_.back().spec.hi = hi;
    return *this;
  }
  Schema& choices(std::vector<std::string> names) {
    bindings_.back().spec.choices = std::move(names);
    return *this;
  }

  std::vector<OptionSpec> specs() const {
    std::vector<OptionSpec> out;
    for (const Binding& binding : bindings_) out.push_back(binding.spec);
    return out;
  }

  /// Options from a map (or null) node; all errors at once.
  Result<O> read(const Value& with, std::string_view file) const {
    O options{};
    Errors errors = unknown_options(specs(), with, file);
    for (const Binding& binding : bindings_)
      if (const Value* value = with.find(binding.spec.name))
        for (Error& error : binding.read(options, binding.spec, *value, value->where(file)))
          errors.push_back(std::move(error));
    if (!errors.empty()) return errors;
    return options;
  }

  /// One "name=value" a line in the order of declaration, defaults filled in: part of cache keys and
  /// run.json.
  std::vector<std::pair<std::string, std::string>> canonical(const O& options) const {
    std::vector<std::pair<std::string, std::string>> out;
    for (const Binding& binding : bindings_)
      out.emplace_back(binding.spec.name, binding.write(options, binding.spec));
    return out;
  }

 private:
  struct Binding {
    OptionSpec spec;
    std::function<Errors(O&, const OptionSpec&, const Value&, std::string_view)> read;
    std::function<std::string(const O&, const OptionSpec&)> write;
  };

  template <class Member, class T>
  static Errors store(Member& member, Result<T> value) {
    if (!value) return value.errors();
    if constexpr (std::is_same_v<Member, int>)
      member = static_cast<int>(*value);
    else
      member = *std::move(value);
    return {};
  }

  template <class Read, class Write>
  Schema& bind(std::string name, OptionSpec::Type type, std::string doc, Read read, Write write) {
    Binding binding{{}, read, write};
    binding.spec.name = std::move(name);
    binding.spec.type = type;
    binding.spec.doc = std::move(doc);
    bindings_.push_back(std::move(binding));
    refresh_default();
    return *this;
  }

  void refresh_default() {
    bindings_.back().spec.default_text = bindings_.back().write(O{}, bindings_.back().spec);
  }

  std::vector<Binding> bindings_;
};

/// For a stage without options.
struct NoOptions {
  static const Schema<NoOptions>& schema();
};

}  // namespace litho
