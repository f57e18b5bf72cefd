#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace litho {

/// Without blanks, tabs, line ends and NULs at both ends.
std::string_view trim(std::string_view text);
std::vector<std::string_view> split(std::string_view text, char separator);
/// Lines without their LF, CRLF or CR.
std::vector<std::string_view> split_lines(std::string_view text);
std::string join(const std::vector<std::string>& parts, std::string_view separator);
/// ASCII letters only.
std::string lower(std::string_view text);
bool starts_with_nocase(std::string_view text, std::string_view prefix);

/// The candidate nearest to `word`, if near enough to be a slip of the pen (edit distance <= 1/3 of its
/// length, at least 1).
std::optional<std::string> did_you_mean(std::string_view word, const std::vector<std::string>& candidates);

/// Bytes of a text file of unknown age as UTF-8: a BOM decides (UTF-8, UTF-16LE/BE), NULs at most of every
/// second byte mean UTF-16 without one, valid UTF-8 stays, anything else is read as Windows-1252. Ends at the
/// first NUL after that.
std::string decode_text(std::span<const std::uint8_t> bytes);

}  // namespace litho
