#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "modules/sem/field/components.hpp"
#include "modules/sem/field/parts.hpp"

namespace litho::field {
namespace {

constexpr int kMinLetters = 3;
constexpr int kMinLetterHeight = 5;
constexpr int kMaxLineHeight = 120;
constexpr double kMaxFill = 0.74;      // of a letter's box, median: a disk fills 0.79
constexpr double kMinContrast = 0.15;  // of white: text is drawn to be read
constexpr double kMaxStray = 0.15;     // of the ink: specks that are no part of the line
constexpr int kHalo = 2;               // px

/// A word's surroundings, with ink told from ground at half the local contrast so that smoothed letters are
/// whole.
struct Crop {
  Rect box;
  Image<float> soft;         ///< 1 where nearer to ink than to the ground
  Image<std::uint8_t> pure;  ///< 1 where ink itself
  double contrast;           ///< median distance of the ground's grey from the ink's
};

Rect grown(const Rect& box, const Rect& limit, int dx, int dy) {
  return {std::max(limit.x0, box.x0 - dx), std::max(limit.y0, box.y0 - dy), std::min(limit.x1, box.x1 + dx),
          std::min(limit.y1, box.y1 + dy)};
}

/// Marks found before are ground here.
Crop crop_of(const Image<float>& grey, const Rect& rect, float ink, const Rect& box,
             const Image<std::uint8_t>& usable) {
  const int dy = box.height() / 3 + 6;
  Crop crop{grown(box, rect, dy, dy), {}, {}, 0};
  crop.soft = Image<float>(crop.box.width(), crop.box.height());
  crop.pure = Image<std::uint8_t>(crop.box.width(), crop.box.height());
  const auto distance = [&](int x, int y) { return std::abs(grey(crop.box.x0 + x, crop.box.y0 + y) - ink); };
  const auto open = [&](int x, int y) { return usable(crop.box.x0 + x, crop.box.y0 + y) != 0; };
  std::vector<float> sorted;
  sorted.reserve(crop.soft.size());
  for (int y = 0; y < crop.soft.height(); ++y)
    for (int x = 0; x < crop.soft.width(); ++x)
      if (open(x, y)) sorted.push_back(distance(x, y));
  if (sorted.empty()) return crop;
  // Ink and its smoothed edge fill less than half of a text's box with its margin.
  const auto middle = sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() * 6 / 10);
  std::ranges::nth_element(sorted, middle);
  crop.contrast = *middle;
  for (int y = 0; y < crop.soft.height(); ++y)
    for (int x = 0; x < crop.soft.width(); ++x) {
      if (!open(x, y)) continue;
      crop.soft(x, y) = distance(x, y) <= 0.5 * crop.contrast ? 1.0F : 0.0F;
      crop.pure(x, y) = distance(x, y) == 0 ? 1 : 0;
    }
  return crop;
}

bool touches(const Image<std::uint8_t>& ring, int x, int y, std::uint8_t value) {
  for (int v = std::max(0, y - 1); v <= std::min(ring.height() - 1, y + 1); ++v)
    for (int u = std::max(0, x - 1); u <= std::min(ring.width() - 1, x + 1); ++u)
      if (ring(u, v) == value) return true;
  return false;
}

/// Full contrast is back 2 px from the letters.
bool has_drawn_outline(const Image<float>& grey, float ink, double white, const Crop& crop) {
  constexpr std::uint8_t kFar = 5;
  Image<std::uint8_t> ring(crop.soft.width(), crop.soft.height(), 255);
  for (std::size_t i = 0; i < ring.size(); ++i)
    if (crop.soft.pixels()[i] > 0) ring.pixels()[i] = 0;
  std::array<double, kFar + 1> sum{};
  std::array<int, kFar + 1> count{};
  for (std::uint8_t d = 1; d <= kFar; ++d)
    for (int y = 0; y < ring.height(); ++y)
      for (int x = 0; x < ring.width(); ++x) {
        if (ring(x, y) != 255 || !touches(ring, x, y, static_cast<std::uint8_t>(d - 1))) continue;
        ring(x, y) = d;
        sum[d] += std::abs(grey(crop.box.x0 + x, crop.box.y0 + y) - ink);
        ++count[d];
      }
  if (count[2] == 0 || count[kFar] == 0) return false;
  const double near = sum[2] / count[2], far = sum[kFar] / count[kFar];
  return near >= kMinStep * white && near >= kSharpness * far;
}

/// The parts of a crop's ink, and how much of it is none: specks, and what runs out of the crop.
struct Parts {
  Components all;
  std::vector<const Component*> letters;  ///< with dots and dashes
  double stray = 0;                       ///< share of the pure ink
};

Parts parts_of(const Crop& crop) {
  const Rect whole{0, 0, crop.soft.width(), crop.soft.height()};
  Parts parts{connect(ink_runs(crop.soft, whole, 1)), {}, 0};
  double ink = 0;
  for (const Component& part : parts.all.list) {
    const Rect& box = part.box;
    const bool cut = box.x0 == 0 || box.y0 == 0 || box.x1 == whole.x1 || box.y1 == whole.y1;
    int pure = 0;
    for (int i = part.first_run; i >= 0; i = parts.all.runs[static_cast<std::size_t>(i)].next) {
      const InkRun& run = parts.all.runs[static_cast<std::size_t>(i)];
      for (int x = run.x0; x < run.x1; ++x) pure += crop.pure(x, run.y);
    }
    ink += pure;
    if (cut || pure < 3)
      parts.stray += pure;
    else
      parts.letters.push_back(&part);
  }
  parts.stray = ink > 0 ? parts.stray / ink : 1;
  return parts;
}

/// Letters of like height stand on one base line, have strokes and not bodies, and stand alone.
bool reads_as_text(const Parts& parts) {
  std::vector<const Component*> letters;
  int tallest = 0;
  for (const Component* part : parts.letters) {
    if (part->box.height() < kMinLetterHeight) continue;
    letters.push_back(part);
    tallest = std::max(tallest, part->box.height());
  }
  if (static_cast<int>(letters.size()) < kMinLetters || parts.stray > kMaxStray) return false;
  const int tolerance = std::max(1, tallest / 16);
  int on_line = 0;
  for (const Component* base : letters)
    on_line =
        std::max(on_line, static_cast<int>(std::ranges::count_if(letters, [&](const Component* c) {
                   return std::abs(c->box.y1 - base->box.y1) <= tolerance && 2 * c->box.height() >= tallest;
                 })));
  std::vector<double> fill;
  for (const Component* c : letters)
    fill.push_back(static_cast<double>(c->area) / (c->box.width() * c->box.height()));
  const auto middle = fill.begin() + static_cast<std::ptrdiff_t>(fill.size() / 2);
  std::ranges::nth_element(fill, middle);
  return on_line >= kMinLetters && on_line >= 0.6 * static_cast<double>(letters.size()) &&
         *middle <= kMaxFill;
}

void clear_letters(const Crop& crop, const Parts& parts, const Rect& rect, Image<std::uint8_t>& usable) {
  for (const Component* part : parts.letters)
    for (int i = part->first_run; i >= 0; i = parts.all.runs[static_cast<std::size_t>(i)].next) {
      const InkRun& run = parts.all.runs[static_cast<std::size_t>(i)];
      const Rect pixels{crop.box.x0 + run.x0, crop.box.y0 + run.y, crop.box.x0 + run.x1,
                        crop.box.y0 + run.y + 1};
      const Rect halo = grown(pixels, rect, kHalo, kHalo);
      for (int y = halo.y0; y < halo.y1; ++y)
        for (int x = halo.x0; x < halo.x1; ++x) usable(x, y) = 0;
    }
}

/// A short word beside a line of text, within its rows.
bool continues(const Rect& line, const Rect& word) {
  const int slack = line.height() / 3 + 2;
  const int gap = std::max(word.x0 - line.x1, line.x0 - word.x1);
  return word.y0 >= line.y0 - slack && word.y1 <= line.y1 + slack && gap <= 2 * line.height();
}

}  // namespace

void mask_text(const Image<float>& grey, const Rect& rect, float ink, double white,
               const Components& components, Image<std::uint8_t>& usable) {
  std::vector<Rect> lines, others;
  for (const Group& group : neighbours(components.list)) {
    const Rect& box = group.box;
    const bool sized =
        box.height() >= kMinLetterHeight && box.height() <= kMaxLineHeight && box.width() > box.height();
    if (sized && group.count >= kMinLetters && group.area >= 12) {
      const Crop crop = crop_of(grey, rect, ink, box, usable);
      const Parts parts = parts_of(crop);
      if (crop.contrast >= kMinContrast * white && reads_as_text(parts) &&
          has_drawn_outline(grey, ink, white, crop)) {
        clear_letters(crop, parts, rect, usable);
        lines.push_back(box);
        continue;
      }
    }
    if (box.height() <= kMaxLineHeight && box.width() <= 2 * kMaxLineHeight) others.push_back(box);
  }
  for (std::size_t i = 0; i < lines.size(); ++i)
    std::erase_if(others, [&](const Rect& word) {
      if (!continues(lines[i], word)) return false;
      const Crop crop = crop_of(grey, rect, ink, word, usable);
      const Parts parts = parts_of(crop);
      if (crop.contrast < kMinContrast * white || parts.stray > kMaxStray ||
          !has_drawn_outline(grey, ink, white, crop))
        return false;
      clear_letters(crop, parts, rect, usable);
      lines.push_back(word);
      return true;
    });
}

}  // namespace litho::field
