#pragma once
#include <filesystem>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace litho {

/// Whether the extension, in any case, is one of these (".tif").
bool has_extension(const std::filesystem::path& path, std::initializer_list<std::string_view> extensions);

/// The files of a folder in byte order of their names, no subfolders.
std::vector<std::filesystem::path> sorted_files(const std::filesystem::path& folder);

/// `pattern` relative to `base`, for what is there; `*`, `?` and `[...]` in the last part only.
std::vector<std::filesystem::path> expand_glob(const std::filesystem::path& base,
                                               const std::filesystem::path& pattern);

/// The arguments, each pattern among them replaced by the files that fit it, where any do.
std::vector<std::string> expand_arguments(const std::vector<std::string>& arguments);

/// Names that serve as file names, each once: what a file name cannot hold becomes `_`, equal names get -2,
/// -3, ... in order and never take what another is called.
std::vector<std::string> unique_stems(const std::vector<std::string>& names);

}  // namespace litho
