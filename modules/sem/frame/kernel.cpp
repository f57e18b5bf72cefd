#include "modules/sem/frame/kernel.hpp"

#include <algorithm>
#include <array>

namespace litho {
namespace {
constexpr std::array<std::string_view, 4> kSides = {"top", "bottom", "left", "right"};
}

std::string_view to_string(Side side) {
  return kSides[static_cast<std::size_t>(side)];
}

bool parse_side(std::string_view word, Side& side) {
  const auto it = std::find(kSides.begin(), kSides.end(), word);
  if (it == kSides.end()) return false;
  side = static_cast<Side>(it - kSides.begin());
  return true;
}

PointPx Frame::to_upright(PointPx p) const {
  switch (side) {
    case Side::top:
      return p;
    case Side::bottom:
      return {image_width - p.x, image_height - p.y};
    case Side::left:
      return {image_height - p.y, p.x};
    case Side::right:
      return {p.y, image_width - p.x};
  }
  return p;
}

PointPx Frame::to_image(PointPx p) const {
  switch (side) {
    case Side::top:
      return p;
    case Side::bottom:
      return {image_width - p.x, image_height - p.y};
    case Side::left:
      return {p.y, image_height - p.x};
    case Side::right:
      return {image_width - p.y, p.x};
  }
  return p;
}

void raise(Flags& flags, std::string_view code) {
  if (!raised(flags, code)) flags.emplace_back(code);
}

bool raised(const Flags& flags, std::string_view code) {
  return std::find(flags.begin(), flags.end(), code) != flags.end();
}

}  // namespace litho
