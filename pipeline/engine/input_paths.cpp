#include "pipeline/engine/input_paths.hpp"

#include <fnmatch.h>

#include <algorithm>
#include <set>

#include "pipeline/core/text.hpp"

namespace litho {

namespace fs = std::filesystem;

bool has_extension(const fs::path& path, std::initializer_list<std::string_view> extensions) {
  const std::string extension = lower(path.extension().string());
  return std::ranges::find(extensions, extension) != extensions.end();
}

std::vector<fs::path> sorted_files(const fs::path& folder) {
  std::vector<fs::path> files;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error))
    if (entry.is_regular_file(error)) files.push_back(entry.path());
  std::ranges::sort(files, {}, [](const fs::path& path) { return path.filename().string(); });
  return files;
}

std::vector<fs::path> expand_glob(const fs::path& base, const fs::path& pattern) {
  std::error_code error;
  if (fs::is_regular_file(base / pattern, error)) return {pattern};
  const std::string last = pattern.filename().string();
  if (last.find_first_of("*?[") == std::string::npos) return {};
  std::vector<fs::path> out;
  const fs::path folder = (base / pattern).parent_path();
  for (const fs::path& file : sorted_files(folder.empty() ? "." : folder))
    if (::fnmatch(last.c_str(), file.filename().c_str(), FNM_PERIOD) == 0)
      out.push_back(pattern.parent_path() / file.filename());
  return out;
}

std::vector<std::string> expand_arguments(const std::vector<std::string>& arguments) {
  std::vector<std::string> out;
  for (const std::string& argument : arguments) {
    std::error_code error;
    std::vector<fs::path> files;
    if (!fs::exists(argument, error)) files = expand_glob("", argument);
    if (files.empty()) out.push_back(argument);
    for (const fs::path& file : files) out.push_back(file.string());
  }
  return out;
}

std::vector<std::string> unique_stems(const std::vector<std::string>& names) {
  std::vector<std::string> stems;
  for (std::string stem : names) {
    for (char& c : stem)
      if (static_cast<unsigned char>(c) < 0x20 ||
          std::string_view("/\\:*?\"<>|").find(c) != std::string_view::npos)
        c = '_';
    if (stem.empty() || stem.front() == '.') stem.insert(0, "_");
    stems.push_back(std::move(stem));
  }
  const std::set<std::string> wanted(stems.begin(), stems.end());
  std::set<std::string> used;
  for (std::string& stem : stems) {
    std::string name = stem;
    for (int n = 2; used.contains(name) || (name != stem && wanted.contains(name)); ++n)
      name = stem + "-" + std::to_string(n);
    used.insert(name);
    stem = std::move(name);
  }
  return stems;
}

}  // namespace litho
