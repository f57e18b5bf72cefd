#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace litho {

/// Locale-free and whole: "1,5", "1.5x", " 1" and "" give nothing. Accepts a leading '+'; "nan" and "inf"
/// give nothing.
std::optional<double> parse_double(std::string_view text);
std::optional<std::int64_t> parse_int(std::string_view text);

/// `digits` significant digits, `.` decimal, no trailing zeros; NaN and infinities give "".
std::string format_double(double value, int digits = 7);
/// Shortest text that reads back to the same double.
std::string format_exact(double value);

}  // namespace litho
