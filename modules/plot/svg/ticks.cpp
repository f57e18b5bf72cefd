#include <algorithm>
#include <charconv>
#include <cmath>

#include "modules/plot/svg/kernel.hpp"
#include "pipeline/core/number.hpp"

namespace litho::plot {
namespace {

constexpr double kSlack = 1e-9;  // of a step: an end that is a tick but for rounding counts

/// k * digit * 10^exponent, correctly rounded for usual exponents: 3 * 0.1 must not read 0.30000000000000004.
double multiple(double k, int digit, int exponent) {
  const double power = std::pow(10.0, std::abs(exponent));
  return exponent < 0 ? k * digit / power : k * digit * power;
}

/// Plain up to six digits; where the axis is larger or finer than that, "2.5e7".
std::string label(double value, int decimals, bool plain) {
  if (value == 0) return "0";
  if (!plain) {
    std::string text = format_double(value, 6);
    const std::size_t e = text.find('e');
    if (e == std::string::npos) return text;
    const int exponent = static_cast<int>(parse_int(text.substr(e + 1)).value_or(0));
    return text.substr(0, e) + "e" + std::to_string(exponent);
  }
  char buffer[64];
  const auto [end, error] =
      std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::fixed, std::max(0, decimals));
  return error == std::errc{} ? std::string(buffer, end) : "";
}

std::vector<Tick> round_ticks(double low, double high, int count) {
  const double rough = (high - low) / std::max(1, count);
  int exponent = static_cast<int>(std::floor(std::log10(rough)));
  int digit = 1;
  // The step nearest to the one asked for, by ratio.
  const double mantissa = rough / std::pow(10.0, exponent);
  if (mantissa > std::sqrt(50.0))
    ++exponent;
  else
    digit = mantissa > std::sqrt(10.0) ? 5 : mantissa > std::sqrt(2.0) ? 2 : 1;
  const double step = multiple(1, digit, exponent);
  const bool plain = std::max(std::abs(low), std::abs(high)) < 1e6 && exponent > -6;
  std::vector<Tick> out;
  const double last = std::floor(high / step + kSlack);
  for (double k = std::ceil(low / step - kSlack); k <= last; ++k) {
    const double value = multiple(k, digit, exponent) + 0.0;
    out.push_back({value, label(value, -exponent, plain)});
  }
  return out;
}

std::vector<Tick> log_ticks(double low, double high, int count) {
  const int first = static_cast<int>(std::floor(std::log10(low) + kSlack));
  const int last = static_cast<int>(std::floor(std::log10(high) + kSlack));
  const int every = std::max(1, static_cast<int>(std::ceil(static_cast<double>(last - first) / count)));
  std::vector<Tick> out;
  for (int e = first; e <= last; ++e)
    for (int digit = 1; digit < 10; ++digit) {
      const double value = multiple(1, digit, e);
      if (value < low * (1 - kSlack) || value > high * (1 + kSlack)) continue;
      const bool named = digit == 1 && e % every == 0;
      if (every > 1 && digit > 1) continue;  // small ticks would run together
      out.push_back({value, named ? label(value, -e, e > -4 && e < 6) : ""});
    }
  return out;
}

}  // namespace

std::vector<Tick> ticks(double low, double high, int count, bool log) {
  if (log) {
    auto out = log_ticks(low, high, count);
    if (std::ranges::count_if(out, [](const Tick& t) { return !t.label.empty(); }) >= 2) return out;
  }
  return round_ticks(low, high, count);
}

}  // namespace litho::plot
