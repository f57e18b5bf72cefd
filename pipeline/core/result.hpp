#pragma once
#include <cassert>
#include <optional>
#include <utility>
#include <variant>

#include "pipeline/core/error.hpp"

namespace litho {

/// A value, or every error that stood in its way. Used at stage and file borders; never empty of both.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::move(value)) {}
  Result(Error error) : state_(Errors{std::move(error)}) {}
  Result(Errors errors) : state_(std::move(errors)) { assert(!this->errors().empty()); }

  explicit operator bool() const { return state_.index() == 0; }
  const T& value() const& { return std::get<0>(state_); }
  T&& value() && { return std::get<0>(std::move(state_)); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::get<0>(std::move(state_)); }
  const T* operator->() const { return &value(); }
  const Errors& errors() const { return std::get<1>(state_); }

 private:
  std::variant<T, Errors> state_;
};

/// Success, or every error.
template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : errors_{std::move(error)} {}
  Result(Errors errors) : errors_(std::move(errors)) {}

  explicit operator bool() const { return errors_.empty(); }
  const Errors& errors() const { return errors_; }

 private:
  Errors errors_;
};

using Status = Result<void>;

}  // namespace litho
