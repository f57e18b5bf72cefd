#include "calibration/sem_scale/ini.hpp"

#include "pipeline/core/text.hpp"

namespace litho::sem_scale {

std::string_view finished_lines(std::string_view text) {
  const auto end = text.find_last_of("\r\n");
  return end == std::string_view::npos ? std::string_view() : text.substr(0, end + 1);
}

Ini::Ini(std::string_view text, bool whole) {
  std::string section;
  for (const std::string_view raw : split_lines(whole ? text : finished_lines(text))) {
    const std::string_view line = trim(raw);
    if (line.size() >= 2 && line.front() == '[' && line.back() == ']') {
      section = lower(trim(line.substr(1, line.size() - 2)));
      sections_[section];
      continue;
    }
    const auto equals = line.find('=');
    if (equals == std::string_view::npos) continue;
    const std::string value(trim(line.substr(equals + 1)));
    const auto [it, added] = sections_[section].emplace(lower(trim(line.substr(0, equals))), value);
    if (!added && it->second != value) it->second = "<repeated>";
  }
}

std::optional<std::string> Ini::find(std::string_view section, std::string_view key) const {
  const auto at_section = sections_.find(lower(section));
  if (at_section == sections_.end()) return std::nullopt;
  const auto at_key = at_section->second.find(lower(key));
  if (at_key == at_section->second.end()) return std::nullopt;
  return at_key->second;
}

bool Ini::has_section(std::string_view section) const {
  return sections_.contains(lower(section));
}

}  // namespace litho::sem_scale
