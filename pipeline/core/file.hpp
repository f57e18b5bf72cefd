#pragma once
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/core/result.hpp"

namespace litho {

/// The whole file. Errors: file.missing, file.not_a_file, file.unreadable, file.too_large (over `limit`
/// bytes).
Result<std::vector<std::uint8_t>> read_file(const std::filesystem::path& path,
                                            std::uint64_t limit = std::uint64_t{8} << 30);
Result<std::string> read_text_file(const std::filesystem::path& path);

/// Written beside its place under another name, then renamed: readers see the old file or the whole new
/// one. Makes the parent folder. Errors: file.unwritable with the system's reason (disk full, read-only,
/// ...).
Status write_file(const std::filesystem::path& path, std::span<const std::uint8_t> bytes);
Status write_file(const std::filesystem::path& path, std::string_view text);

}  // namespace litho
