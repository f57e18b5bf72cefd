#pragma once
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/core/result.hpp"

namespace litho {

/// Arithmetic over named parameters: + - * / ( ), numbers and names such as `Cr2O3.position` (letters,
/// digits,
/// `_` and `.`); names with other characters stand in brackets: `[Cr(OH)3].position`. No functions, at most
/// 500 characters and 50 levels.
class Expression {
 public:
  /// Errors: expression.syntax with the column.
  static Result<Expression> parse(std::string_view text);

  const std::string& text() const { return text_; }
  /// Each name once, in order of appearance.
  const std::vector<std::string>& names() const { return names_; }
  /// Value for one value a name, and unless `slopes` is empty d value / d name. Not finite where it divides
  /// by 0.
  double evaluate(std::span<const double> values, std::span<double> slopes = {}) const;

 private:
  friend class ExpressionParser;
  struct Step {
    enum class Kind { number, name, negate, add, subtract, multiply, divide } kind;
    double number = 0;
    std::size_t name = 0;
  };
  std::string text_;
  std::vector<std::string> names_;
  std::vector<Step> steps_;  ///< reverse Polish
};

}  // namespace litho
