#include "calibration/sem_scale/findings.hpp"

#include <algorithm>
#include <cmath>

#include "pipeline/core/number.hpp"
#include "pipeline/core/text.hpp"
#include "pipeline/core/units.hpp"

namespace litho::sem_scale {
namespace {

constexpr std::size_t kLongestNumber = 64;  ///< longer is damage, and is not repeated in messages

}  // namespace

void Findings::refuse(std::string code, std::string where, std::string message) {
  refusals.push_back({std::move(code), std::move(where), std::move(message), ""});
}

void Findings::nothing_in(std::string what, std::string why) {
  notes.push_back(what + ": " + why);
  looked.push_back(std::move(what));
}

Reading read_number(const std::optional<std::string>& text) {
  if (!text || trim(*text).empty()) return {};
  Reading out{Reading::bad, 0, std::string(trim(*text).substr(0, kLongestNumber))};
  if (out.text.size() == kLongestNumber) return out;
  if (const auto value = parse_double(out.text)) {
    out.state = Reading::good;
    out.value = *value;
  }
  return out;
}

Reading read_length_nm(const std::optional<std::string>& text) {
  if (!text || trim(*text).empty()) return {};
  Reading out{Reading::bad, 0, std::string(trim(*text).substr(0, kLongestNumber))};
  if (out.text.size() == kLongestNumber) return out;
  // Microscopes show a length that was never set as "0.0 fm".
  if (out.text.ends_with(" fm")) {
    const auto number = parse_double(trim(std::string_view(out.text).substr(0, out.text.size() - 3)));
    if (number && *number == 0) return {};
  }
  if (const auto metre = parse_in_unit(out.text, "m")) {
    out.state = Reading::good;
    out.value = *metre * 1e9;
  }
  return out;
}

std::string tag_text(const ImageTags& tags, std::uint16_t tag) {
  const auto it = tags.tags.find(tag);
  return it == tags.tags.end() ? std::string() : decode_text(it->second);
}

bool has_bytes(const ImageTags& tags, std::uint16_t tag) {
  const auto it = tags.tags.find(tag);
  return it != tags.tags.end() && std::ranges::any_of(it->second, [](std::uint8_t b) { return b > 0x20; });
}

bool agree(double a, double b, double tolerance) {
  return std::abs(a - b) <= tolerance * std::min(std::abs(a), std::abs(b));
}

bool size_unchanged(const ImageTags& tags, double stored_width, double stored_height,
                    const std::string& where, Findings& found) {
  const std::string stored = format_double(stored_width) + " x " + format_double(stored_height);
  const std::string now = std::to_string(tags.width_px) + " x " + std::to_string(tags.height_px);
  if (tags.width_px != stored_width) {
    found.refuse("scale.resized", where,
                 "the picture is " + now + " px but was stored as " + stored +
                     " px: cropped or resampled since, which cannot be told, so its pixel size is unknown");
    return false;
  }
  if (tags.height_px < stored_height)
    found.notes.push_back(where + ": " + now + " px of " + stored +
                          " px stored: rows were cut off, the pixel is kept");
  return true;
}

void add_square(Findings& found, Statement x, std::optional<double> y_nm) {
  if (y_nm && !agree(x.nm, *y_nm)) {
    found.refuse(
        "scale.not_square", x.source,
        "pixels are " + format_double(x.nm) + " nm wide and " + format_double(*y_nm) +
            " nm high; only square pixels are measured (a tilt correction may have stretched the picture)");
    return;
  }
  if (!y_nm) found.notes.push_back(x.source + ": no pixel height is stated, taken as square");
  found.statements.push_back(std::move(x));
}

}  // namespace litho::sem_scale
