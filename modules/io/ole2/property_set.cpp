#include <algorithm>
#include <charconv>
#include <cmath>

#include "modules/io/ole2/kernel.hpp"
#include "modules/io/ole2/little_endian.hpp"
#include "pipeline/core/number.hpp"
#include "pipeline/core/text.hpp"

namespace litho {
namespace {

using Section = std::span<const std::uint8_t>;
constexpr std::uint16_t kUtf16 = 1200;

double shortest(float value) {
  char buffer[64];
  const auto [end, error] = std::to_chars(buffer, buffer + sizeof buffer, value);
  return error == std::errc{} ? parse_double({buffer, end}).value_or(value) : value;
}

std::string text(Section raw, bool wide) {
  std::vector<std::uint8_t> bytes(raw.begin(), raw.end());
  if (wide) bytes.insert(bytes.begin(), {0xFF, 0xFE});
  return std::string(trim(decode_text(bytes)));
}

template <class T>
void set_number(Section section, std::uint64_t at, Property& property) {
  if (const auto value = little_endian<T>(section, at)) {
    if constexpr (std::is_same_v<T, float>)
      property.value = shortest(*value);
    else if constexpr (std::is_floating_point_v<T>)
      property.value = *value;
    else
      property.value = static_cast<std::int64_t>(*value);
  }
}

void set_value(Section section, std::uint64_t at, bool wide, Property& property) {
  const auto type = little_endian<std::uint16_t>(section, at);
  if (!type) return;
  const std::uint64_t body = at + 4;
  const auto length = little_endian<std::uint32_t>(section, body);
  const auto characters = [&](std::uint64_t bytes, bool as_wide) {
    if (body + 4 <= section.size() && bytes <= section.size() - body - 4)
      property.value = text(section.subspan(body + 4, bytes), as_wide);
  };
  switch (*type) {
    case 2:
    case 11:
      return set_number<std::int16_t>(section, body, property);
    case 18:
      return set_number<std::uint16_t>(section, body, property);
    case 3:
    case 22:
      return set_number<std::int32_t>(section, body, property);
    case 19:
    case 23:
      return set_number<std::uint32_t>(section, body, property);
    case 4:
      return set_number<float>(section, body, property);
    case 5:
    case 7:
      return set_number<double>(section, body, property);
    case 20:
      return set_number<std::int64_t>(section, body, property);
    case 64:
      property.is_file_time = true;
      return set_number<std::int64_t>(section, body, property);
    case 8:
    case 30:
      return characters(length.value_or(0), wide);
    case 31:
      return characters(std::uint64_t{length.value_or(0)} * 2, true);
    default:
      return;
  }
}

/// Names of the dictionary (property 0); false where it runs over the end.
bool read_names(Section section, std::uint64_t at, bool wide, std::vector<Property>& set) {
  const auto count = little_endian<std::uint32_t>(section, at);
  if (!count) return false;
  at += 4;
  for (std::uint32_t i = 0; i < *count; ++i) {
    const auto id = little_endian<std::uint32_t>(section, at);
    const auto length = little_endian<std::uint32_t>(section, at + 4);
    if (!id || !length) return false;
    at += 8;
    const std::uint64_t bytes = std::uint64_t{*length} * (wide ? 2 : 1);
    if (bytes > section.size() - at) return false;
    for (Property& property : set)
      if (property.id == *id) property.name = text(section.subspan(at, bytes), wide);
    at += wide ? (bytes + 3) / 4 * 4 : bytes;
    at = std::min<std::uint64_t>(at, section.size());
  }
  return true;
}

}  // namespace

Result<std::vector<Property>> read_property_set(std::span<const std::uint8_t> bytes,
                                                const std::string& where) {
  const auto fail = [&](const char* message) { return Error{"ole2.corrupt", where, message, ""}; };
  const auto mark = little_endian<std::uint16_t>(bytes, 0);
  const auto offset = little_endian<std::uint32_t>(bytes, 44);
  if (!mark || *mark != 0xFFFE || !offset || *offset >= bytes.size())
    return fail("is no property set, or ends within its header");
  const Section section = bytes.subspan(*offset);
  const auto count = little_endian<std::uint32_t>(section, 4);
  if (!count || *count > section.size() / 8) return fail("has more properties than bytes");
  std::vector<Property> set;
  std::vector<std::uint64_t> places;
  bool wide = false;
  std::optional<std::uint64_t> dictionary;
  for (std::uint32_t i = 0; i < *count; ++i) {
    const auto id = little_endian<std::uint32_t>(section, 8 + std::uint64_t{i} * 8);
    const auto at = little_endian<std::uint32_t>(section, 12 + std::uint64_t{i} * 8);
    if (!id || !at) return fail("ends within its list of properties");
    if (*id == 0) dictionary = *at;
    if (*id == 1) wide = little_endian<std::uint16_t>(section, std::uint64_t{*at} + 4) == kUtf16;
    if (*id < 2) continue;
    set.push_back({*id, "", {}, false});
    places.push_back(*at);
  }
  for (std::size_t i = 0; i < set.size(); ++i) set_value(section, places[i], wide, set[i]);
  if (dictionary && !read_names(section, *dictionary, wide, set)) return fail("ends within its dictionary");
  return set;
}

std::optional<double> number_of(const std::vector<Property>& set, std::string_view name) {
  for (const Property& property : set) {
    if (property.name != name || property.is_file_time) continue;
    if (const auto* whole = std::get_if<std::int64_t>(&property.value)) return static_cast<double>(*whole);
    if (const auto* real = std::get_if<double>(&property.value); real && std::isfinite(*real)) return *real;
  }
  return std::nullopt;
}

std::string text_of(const std::vector<Property>& set, std::string_view name) {
  for (const Property& property : set)
    if (property.name == name)
      if (const auto* text_value = std::get_if<std::string>(&property.value)) return *text_value;
  return "";
}

}  // namespace litho
