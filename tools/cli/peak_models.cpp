#include "tools/cli/peak_models.hpp"

#include "pipeline/core/sha256.hpp"
#include "pipeline/core/text.hpp"
#include "tools/cli/shipped_peaks.hpp"

namespace litho {

std::string model_line(const std::string& name, const std::string& text, std::size_t indent) {
  std::string out = std::string(indent, ' ') + "model:  # " + name + ", sha256 " + sha256_hex(text) + "\n";
  for (const std::string_view line : split_lines(text)) {
    if (!trim(line).empty()) out += std::string(indent + 2, ' ') + std::string(line);
    out += '\n';
  }
  return out;
}

std::string with_shipped_peaks(std::string_view graph) {
  constexpr std::string_view kKey = "model:";
  std::string out;
  for (const std::string_view line : split_lines(graph)) {
    const std::string_view words = trim(line);
    const auto shipped = words.starts_with(kKey)
                             ? shipped_peaks().find(std::string(trim(words.substr(kKey.size()))))
                             : shipped_peaks().end();
    if (shipped == shipped_peaks().end())
      out += std::string(line) + "\n";
    else
      out += model_line(shipped->first, shipped->second, line.find(kKey));
  }
  return out;
}

}  // namespace litho
