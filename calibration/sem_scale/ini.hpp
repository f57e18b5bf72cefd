#pragma once
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace litho::sem_scale {

/// "[Section]" and "key=value" lines, names without regard to case. A key that is repeated with another value
/// gives no trustworthy one: it reads as "<repeated>".
class Ini {
 public:
  /// `whole` false: the text may have been cut, so an unfinished last line is left out.
  explicit Ini(std::string_view text, bool whole = false);

  /// Value of a key; nothing where absent. Section "" is the text before the first header.
  std::optional<std::string> find(std::string_view section, std::string_view key) const;
  bool has_section(std::string_view section) const;

 private:
  std::map<std::string, std::map<std::string, std::string>> sections_;
};

/// Without the last line where it does not end in a line end.
std::string_view finished_lines(std::string_view text);

}  // namespace litho::sem_scale
