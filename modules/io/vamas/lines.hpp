#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/core/result.hpp"

namespace litho {

/// Walks over the lines of a VAMAS file. After the first failure every read gives nothing, so a caller checks
/// once.
class VamasLines {
 public:
  VamasLines(std::vector<std::string_view> lines, std::string file_name)
      : lines_(std::move(lines)), file_name_(std::move(file_name)) {}

  /// The next line, trimmed. `what` names it in messages.
  std::string_view text(std::string_view what);
  /// 1e37, beyond, and blank are "not known".
  std::optional<double> number(std::string_view what);
  int integer(std::string_view what);
  /// Part of a date or time: -1 where it is not known.
  int date_part(std::string_view what);
  /// A number of lines to follow: 0 .. lines left.
  std::size_t count(std::string_view what);
  void skip(std::size_t lines, std::string_view what);

  void skip_blank();
  bool at_end() const { return at_ == lines_.size(); }
  std::size_t left() const { return lines_.size() - at_; }
  bool ok() const { return !error_; }
  void fail(std::string code, std::string message);
  const Error& error() const { return *error_; }

 private:
  std::vector<std::string_view> lines_;
  std::string file_name_;
  std::size_t at_ = 0;
  std::optional<Error> error_;
};

}  // namespace litho
