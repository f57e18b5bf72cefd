#include "modules/xps/region_model/expression.hpp"

#include <algorithm>
#include <array>

#include "pipeline/core/number.hpp"

namespace litho {
namespace {

constexpr std::size_t kLongest = 500;
constexpr int kDeepest = 50;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || is_digit(c);
}

}  // namespace

/// Recursive descent; `error_` holds the first fault, after which nothing more is read.
class ExpressionParser {
 public:
  explicit ExpressionParser(std::string_view text) : text_(text) { out_.text_ = std::string(text); }

  Result<Expression> parse() {
    if (text_.size() > kLongest) fail("is longer than " + std::to_string(kLongest) + " characters");
    sum();
    skip();
    if (at_ < text_.size()) fail("is not understood from here on");
    if (error_) return *error_;
    return std::move(out_);
  }

 private:
  using Kind = Expression::Step::Kind;

  void fail(const std::string& what) {
    if (!error_)
      error_ = Error{"expression.syntax", "column " + std::to_string(at_ + 1),
                     "'" + std::string(text_.substr(0, kLongest)) + "' " + what,
                     "write sums, products and brackets of numbers and names such as Cr2O3.position"};
    at_ = text_.size();
  }
  void skip() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t')) ++at_;
  }
  bool take(char c) {
    skip();
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  void sum() {
    product();
    while (!error_) {
      const bool plus = take('+');
      if (!plus && !take('-')) return;
      product();
      out_.steps_.push_back({plus ? Kind::add : Kind::subtract});
    }
  }
  void product() {
    factor();
    while (!error_) {
      const bool times = take('*');
      if (!times && !take('/')) return;
      factor();
      out_.steps_.push_back({times ? Kind::multiply : Kind::divide});
    }
  }
  void factor() {
    if (++depth_ > kDeepest) return fail("is nested too deeply");
    if (take('-')) {
      factor();
      out_.steps_.push_back({Kind::negate});
    } else if (take('(')) {
      sum();
      if (!error_ && !take(')')) fail("lacks a closing bracket");
    } else {
      operand();
    }
    --depth_;
  }
  void operand() {
    skip();
    if (at_ >= text_.size()) return fail("ends too early");
    const char c = text_[at_];
    if (is_digit(c) || c == '.') return number();
    if (is_word(c) || c == '[') return name();
    fail("holds a character that has no meaning here");
  }
  void number() {
    std::size_t end = at_;
    while (end < text_.size() && (is_digit(text_[end]) || text_[end] == '.')) ++end;
    if (end < text_.size() && (text_[end] == 'e' || text_[end] == 'E')) {
      std::size_t digits = end + 1;
      if (digits < text_.size() && (text_[digits] == '+' || text_[digits] == '-')) ++digits;
      if (digits < text_.size() && is_digit(text_[digits])) {
        end = digits;
        while (end < text_.size() && is_digit(text_[end])) ++end;
      }
    }
    const auto value = parse_double(text_.substr(at_, end - at_));
    if (!value || (end < text_.size() && is_word(text_[end])))
      return fail("holds a number that cannot be read");
    at_ = end;
    out_.steps_.push_back({Kind::number, *value});
  }
  void name() {
    std::string word;
    if (text_[at_] == '[') {
      const std::size_t end = text_.find(']', at_);
      if (end == std::string_view::npos) return fail("lacks a closing ]");
      word = text_.substr(at_ + 1, end - at_ - 1);
      at_ = end + 1;
    }
    while (at_ < text_.size() && (is_word(text_[at_]) || text_[at_] == '.')) word += text_[at_++];
    const auto known = std::find(out_.names_.begin(), out_.names_.end(), word);
    const auto index = static_cast<std::size_t>(known - out_.names_.begin());
    if (known == out_.names_.end()) out_.names_.push_back(word);
    out_.steps_.push_back({Kind::name, 0, index});
  }

  std::string_view text_;
  std::size_t at_ = 0;
  int depth_ = 0;
  std::optional<Error> error_;
  Expression out_;
};

Result<Expression> Expression::parse(std::string_view text) {
  return ExpressionParser(text).parse();
}

double Expression::evaluate(std::span<const double> values, std::span<double> slopes) const {
  // One value with its slopes a level of the stack.
  const std::size_t n = slopes.size();
  std::vector<double> stack, gradients;
  for (const Step& step : steps_) {
    using Kind = Step::Kind;
    if (step.kind == Kind::number || step.kind == Kind::name) {
      stack.push_back(step.kind == Kind::number ? step.number : values[step.name]);
      gradients.resize(stack.size() * n, 0.0);
      std::fill(gradients.end() - static_cast<std::ptrdiff_t>(n), gradients.end(), 0.0);
      if (n > 0 && step.kind == Kind::name) gradients[(stack.size() - 1) * n + step.name] = 1;
      continue;
    }
    if (step.kind == Kind::negate) {
      stack.back() = -stack.back();
      for (std::size_t k = 0; k < n; ++k) gradients[(stack.size() - 1) * n + k] *= -1;
      continue;
    }
    const double b = stack.back(), a = stack[stack.size() - 2];
    stack.pop_back();
    double by_a = 1, by_b = 1;
    double& result = stack.back();
    if (step.kind == Kind::add) result = a + b;
    if (step.kind == Kind::subtract) result = a - b, by_b = -1;
    if (step.kind == Kind::multiply) result = a * b, by_a = b, by_b = a;
    if (step.kind == Kind::divide) result = a / b, by_a = 1 / b, by_b = -a / (b * b);
    double* const left = gradients.data() + (stack.size() - 1) * n;
    for (std::size_t k = 0; k < n; ++k) left[k] = by_a * left[k] + by_b * left[n + k];
    gradients.resize(stack.size() * n);
  }
  std::copy(gradients.begin(), gradients.begin() + static_cast<std::ptrdiff_t>(n), slopes.begin());
  return stack[0];
}

}  // namespace litho
