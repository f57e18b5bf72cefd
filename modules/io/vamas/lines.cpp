#include "modules/io/vamas/lines.hpp"

#include <cmath>

#include "pipeline/core/number.hpp"
#include "pipeline/core/text.hpp"

namespace litho {
namespace {

constexpr double kNotKnown = 9.9e36;  // the standard writes 1E+37

std::string quoted(std::string_view text) {
  constexpr std::size_t kShown = 40;
  return "'" + std::string(text.substr(0, kShown)) + (text.size() > kShown ? "..." : "") + "'";
}

}  // namespace

void VamasLines::fail(std::string code, std::string message) {
  if (!error_)
    error_ = Error{std::move(code), file_name_ + ":" + std::to_string(at_), std::move(message), ""};
}

std::string_view VamasLines::text(std::string_view what) {
  if (!ok()) return {};
  if (at_end()) {
    fail("vamas.truncated", "the file ends where " + std::string(what) + " is due");
    return {};
  }
  return trim(lines_[at_++]);
}

std::optional<double> VamasLines::number(std::string_view what) {
  const std::string_view line = text(what);
  // CasaXPS writes C's words for what it could not compute
  if (line.empty() || line.find("#IN") != std::string_view::npos ||
      line.find("#QNAN") != std::string_view::npos)
    return std::nullopt;
  const auto value = parse_double(line);
  if (!value) {
    fail("vamas.bad_line", quoted(line) + " stands where a number is due: " + std::string(what));
    return std::nullopt;
  }
  if (std::abs(*value) >= kNotKnown) return std::nullopt;
  return value;
}

int VamasLines::integer(std::string_view what) {
  const std::string_view line = text(what);
  const auto value = parse_double(line);  // some programs write "601.0"
  if (ok() && (!value || *value != std::floor(*value) || std::abs(*value) > 1e9))
    fail("vamas.bad_line", quoted(line) + " stands where a whole number is due: " + std::string(what));
  return ok() ? static_cast<int>(*value) : 0;
}

int VamasLines::date_part(std::string_view what) {
  const auto value = number(what);
  return value && *value >= 0 && *value < 10000 ? static_cast<int>(*value) : -1;
}

std::size_t VamasLines::count(std::string_view what) {
  const int n = integer(what);
  if (!ok()) return 0;
  if (n < 0) {
    fail("vamas.bad_line",
         std::to_string(n) + " stands where a number of items is due: " + std::string(what));
    return 0;
  }
  if (static_cast<std::size_t>(n) > left()) {
    fail("vamas.truncated", std::string(what) + " is " + std::to_string(n) + ", and only " +
                                std::to_string(left()) + " lines follow");
    return 0;
  }
  return static_cast<std::size_t>(n);
}

void VamasLines::skip(std::size_t lines, std::string_view what) {
  if (!ok()) return;
  if (lines > left()) {
    at_ = lines_.size();
    fail("vamas.truncated", "the file ends where " + std::string(what) + " is due");
    return;
  }
  at_ += lines;
}

void VamasLines::skip_blank() {
  while (!at_end() && trim(lines_[at_]).empty()) ++at_;
}

}  // namespace litho
