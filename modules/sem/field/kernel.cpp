#include "modules/sem/field/kernel.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <utility>

#include "modules/sem/field/parts.hpp"

namespace litho {
namespace {

constexpr std::array kSides{DatabarSide::kBottom, DatabarSide::kTop, DatabarSide::kLeft, DatabarSide::kRight};
constexpr int kMinSide = 16;

const char* name_of(DatabarSide side) {
  switch (side) {
    case DatabarSide::kBottom:
      return "bottom";
    case DatabarSide::kTop:
      return "top";
    case DatabarSide::kLeft:
      return "left";
    case DatabarSide::kRight:
      return "right";
    case DatabarSide::kNone:
      break;
  }
  return "none";
}

field::Rect trim_borders(const Image<float>& grey, field::Rect rect, double white, Field& found) {
  std::vector<float> levels;  // of the sides trimmed so far
  for (int pass = 0; pass < 2; ++pass)
    for (const DatabarSide side : kSides) {
      const field::Border border = field::border_at(grey, rect, side, white);
      if (border.lines == 0 || (!border.certain && std::ranges::count(levels, border.level) < 2)) continue;
      levels.push_back(border.level);
      rect = field::trimmed(rect, side, border.lines);
      found.notes.push_back("uniform border of " + std::to_string(border.lines) + " px at the " +
                            name_of(side));
    }
  return rect;
}

/// Where the grey scale ends. Some vendors keep the topmost level for overlays, and 8-bit data in 16 bits
/// ends short of white, so levels within half a percent of the ends count as clipped; the samples of a float
/// image have no ends.
struct Clip {
  float low, high;
};

Clip clip_of(const Micrograph& m) {
  const auto white = static_cast<float>(m.white());
  return m.bits() >= 32 ? Clip{0, white} : Clip{0.001F * white, 0.995F * white};
}

void compare_with_file(const Micrograph& m, const Field& found, std::vector<std::string>& notes) {
  const auto said = m.acquisition().picture_rows;
  if (!said || *said <= 0) return;
  const bool bar_at_end =
      found.databar_side == DatabarSide::kBottom || found.databar_side == DatabarSide::kTop;
  const int seen = m.height() - (bar_at_end ? found.databar_px : 0);
  if (std::abs(seen - *said) > 1)
    notes.push_back("the file says " + std::to_string(*said) + " rows of picture, the pixels show " +
                    std::to_string(seen) + "; the pixels are believed");
}

int lines_to_edge(const Image<float>& grey, const field::Rect& rect, DatabarSide side) {
  switch (side) {
    case DatabarSide::kBottom:
      return grey.height() - rect.y1;
    case DatabarSide::kTop:
      return rect.y0;
    case DatabarSide::kRight:
      return grey.width() - rect.x1;
    case DatabarSide::kLeft:
      return rect.x0;
    case DatabarSide::kNone:
      break;
  }
  return 0;
}

void open_rectangle(const field::Rect& rect, Image<std::uint8_t>& usable) {
  for (int y = rect.y0; y < rect.y1; ++y)
    std::ranges::fill(
        usable.row(y).subspan(static_cast<std::size_t>(rect.x0), static_cast<std::size_t>(rect.width())),
        std::uint8_t{1});
}

/// Lowest and highest value, in lanes so that the compiler vectorises.
std::pair<float, float> range_of(std::span<const float> values) {
  std::array<float, 16> low, high;
  low.fill(values[0]);
  high.fill(values[0]);
  std::size_t i = 0;
  for (; i + low.size() <= values.size(); i += low.size())
    for (std::size_t k = 0; k < low.size(); ++k) {
      const float v = values[i + k];
      low[k] = v < low[k] ? v : low[k];
      high[k] = v > high[k] ? v : high[k];
    }
  for (; i < values.size(); ++i) {
    low[0] = std::min(low[0], values[i]);
    high[0] = std::max(high[0], values[i]);
  }
  return {std::ranges::min(low), std::ranges::max(high)};
}

void summarise(const Micrograph& m, const field::Rect& rect, Field& found) {
  const Clip clip = clip_of(m);
  std::size_t scene = 0, saturated = 0;
  for (int y = rect.y0; y < rect.y1; ++y) {
    const float* grey = m.grey().row(y).data();
    const std::uint8_t* usable = found.usable.row(y).data();
    unsigned row_scene = 0, row_saturated = 0;
    for (int x = rect.x0; x < rect.x1; ++x) {
      row_scene += usable[x];
      row_saturated += usable[x] & static_cast<unsigned>((grey[x] <= clip.low) | (grey[x] >= clip.high));
    }
    scene += row_scene;
    saturated += row_saturated;
  }
  const double area = static_cast<double>(rect.width()) * rect.height();
  found.annotation_fraction = 1 - static_cast<double>(scene) / area;
  found.saturated_fraction = scene == 0 ? 0 : static_cast<double>(saturated) / static_cast<double>(scene);
}

}  // namespace

Result<Field> find_field(const Micrograph& m) {
  const Image<float>& grey = m.grey();
  if (grey.width() < kMinSide || grey.height() < kMinSide)
    return Error{
        "field.small", "",
        "the image is " + std::to_string(grey.width()) + " x " + std::to_string(grey.height()) + " px",
        "give the micrograph itself, not a thumbnail"};
  const auto [lowest, highest] = range_of(grey.pixels());
  const double white = m.bits() >= 32 ? static_cast<double>(highest) : m.white();

  Field found;
  field::Rect rect = trim_borders(grey, {0, 0, grey.width(), grey.height()}, white, found);
  for (const DatabarSide side : kSides) {
    const int said =
        side == DatabarSide::kBottom ? rect.y1 - m.acquisition().picture_rows.value_or(rect.y1) : 0;
    const int lines = field::databar_lines(grey, rect, side, white, said);
    if (lines == 0) continue;
    rect = field::trimmed(rect, side, lines);
    const int to_edge = lines_to_edge(grey, rect, side);
    found.notes.push_back("databar of " + std::to_string(to_edge) + " px at the " + name_of(side));
    if (found.databar_side != DatabarSide::kNone) continue;
    found.databar_side = side;
    found.databar_px = to_edge;
  }
  rect = trim_borders(grey, rect, white, found);
  found.x0 = rect.x0;
  found.y0 = rect.y0;
  found.x1 = rect.x1;
  found.y1 = rect.y1;
  found.usable = Image<std::uint8_t>(grey.width(), grey.height());
  open_rectangle(rect, found.usable);
  compare_with_file(m, found, found.notes);

  if (!m.annotation().empty())
    for (std::size_t i = 0; i < grey.size(); ++i)
      if (m.annotation().pixels()[i] != 0) found.usable.pixels()[i] = 0;
  if (highest > lowest) {
    if (highest >= 0.95 * white) field::mask_marks(grey, rect, highest, white, found.usable);
    if (lowest <= 0) field::mask_marks(grey, rect, lowest, white, found.usable);
  }
  summarise(m, rect, found);
  return found;
}

}  // namespace litho
