#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <vector>

#include "modules/sem/field/parts.hpp"

namespace litho::field {
namespace {

constexpr int kMinBarLines = 8;
constexpr double kMaxBarShare = 0.35;    // of the image: taller "bars" are picture
constexpr double kMaxBorderShare = 0.2;  // of the image on one side
constexpr int kMaxRuleLines = 6;         // frame rules inside a databar are thin
constexpr int kMaxStrayLines = 3;        // some vendors leave a picture line under the databar's box
constexpr double kStep = 0.02;           // of white: a visible difference of two grey values
constexpr double kGlyphStep = 0.2;       // of white: ink against the databar's ground

/// The lines of a rectangle counted from one of its sides inwards.
class Lines {
 public:
  Lines(const Image<float>& grey, const Rect& rect, DatabarSide side)
      : grey_(grey), rect_(rect), side_(side) {}

  int count() const { return is_row() ? rect_.height() : rect_.width(); }
  int length() const { return is_row() ? rect_.width() : rect_.height(); }

  void read(int k, std::vector<float>& line) const {
    line.resize(static_cast<std::size_t>(length()));
    if (is_row()) {
      const int y = side_ == DatabarSide::kBottom ? rect_.y1 - 1 - k : rect_.y0 + k;
      std::ranges::copy(grey_.row(y).subspan(static_cast<std::size_t>(rect_.x0), line.size()), line.begin());
    } else {
      if (k < first_cached_ || k >= first_cached_ + kCached) cache_from(k / (kCached / 2) * (kCached / 2));
      const auto from = cache_.begin() + static_cast<std::ptrdiff_t>(k - first_cached_) * length();
      std::copy_n(from, length(), line.begin());
    }
  }

 private:
  bool is_row() const { return side_ == DatabarSide::kBottom || side_ == DatabarSide::kTop; }

  /// Columns are gathered many at a time, as they lie far apart in memory.
  void cache_from(int first) const {
    first_cached_ = first;
    cache_.resize(static_cast<std::size_t>(kCached) * static_cast<std::size_t>(length()));
    const int n = std::min(kCached, count() - first);
    for (int i = 0; i < length(); ++i) {
      const float* row = grey_.row(rect_.y0 + i).data();
      for (int c = 0; c < n; ++c) {
        const int x = side_ == DatabarSide::kRight ? rect_.x1 - 1 - first - c : rect_.x0 + first + c;
        cache_[static_cast<std::size_t>(c) * static_cast<std::size_t>(length()) +
               static_cast<std::size_t>(i)] = row[x];
      }
    }
  }

  static constexpr int kCached = 32;  // looks go up to 12 lines ahead

  const Image<float>& grey_;
  Rect rect_;
  DatabarSide side_;
  mutable std::vector<float> cache_;
  mutable int first_cached_ = -kCached;
};

double share_of(std::span<const float> line, float level) {
  return static_cast<double>(std::ranges::count(line, level)) / static_cast<double>(line.size());
}

struct Majority {
  float level;
  double share;  ///< of the line; the level is the commonest only where this exceeds one half
};

/// Majority vote of Boyer and Moore: the one level that can fill more than half of the line.
Majority majority_of(std::span<const float> line) {
  float level = line[0];
  int lead = 0;
  for (const float v : line) {
    if (lead == 0) level = v;
    lead += v == level ? 1 : -1;
  }
  return {level, share_of(line, level)};
}

/// How the picture changes from one line to the next inner one.
struct Edge {
  double changed;  ///< share of places with a visible step
  bool sharp;      ///< the step is complete within one line: drawn, not imaged
};

Edge edge_between(const Lines& lines, int k, double white) {
  std::vector<float> outer, inner, far;
  lines.read(k, outer);
  lines.read(k + 1, inner);
  lines.read(std::min(k + 4, lines.count() - 1), far);
  std::size_t changed = 0;
  double step = 0, height = 0;
  for (std::size_t i = 0; i < outer.size(); ++i) {
    const double d = std::abs(outer[i] - inner[i]);
    if (d > kStep * white) ++changed;
    step += d;
    height += std::abs(outer[i] - far[i]);
  }
  return {static_cast<double>(changed) / static_cast<double>(outer.size()), step >= 0.6 * height};
}

int ink_changes(std::span<const float> line, float ground, double white) {
  int changes = 0;
  bool ink = false;
  for (const float v : line) {
    const bool now = std::abs(v - ground) > kGlyphStep * white;
    changes += now != ink;
    ink = now;
  }
  return changes;
}

/// The commonest grey levels that fill most of an outer line, commonest first.
std::vector<float> ground_levels(const Lines& lines, int depth) {
  std::vector<std::pair<int, float>> tally;
  std::vector<float> line;
  for (int k = 0; k < std::min(depth, 32); ++k) {
    lines.read(k, line);
    const Majority majority = majority_of(line);
    if (majority.share < 0.5) continue;
    auto seen = std::ranges::find(tally, majority.level, &std::pair<int, float>::second);
    if (seen == tally.end()) seen = tally.insert(tally.end(), {0, majority.level});
    ++seen->first;
  }
  std::ranges::stable_sort(tally, std::greater{}, &std::pair<int, float>::first);
  std::vector<float> levels;
  for (const auto& [count, level] : tally)
    if (count >= 3 && levels.size() < 2) levels.push_back(level);
  return levels;
}

/// Whether none of the lines behind line k is bare ground; between lines of text the ground shows again.
bool picture_lasts(const Lines& lines, int k, float ground) {
  constexpr int kLasting = 64;
  if (k + kLasting > lines.count()) return false;
  std::vector<float> line;
  for (int i = 1; i < kLasting; ++i) {
    lines.read(k + i, line);
    if (share_of(line, ground) == 1) return false;
  }
  return true;
}

/// Whether noise sets in behind line k: a picture clipped to the colour of the bar's ground shows it still,
/// all along every line, as single pixels or in very many levels, where letters are whole strokes with gaps
/// between.
bool noise_begins(const Lines& lines, int k, float ground) {
  constexpr int kDepth = 12, kCells = 16;
  constexpr std::size_t kManyLevels = 40;
  if (k + kDepth + 1 >= lines.count()) return false;
  std::array<std::vector<float>, kDepth + 1> window;
  for (int i = 0; i <= kDepth; ++i) lines.read(k + i, window[static_cast<std::size_t>(i)]);
  const std::size_t n = window[0].size();
  std::vector<float> marks;
  int alone = 0;
  std::array<int, kCells> cells{};
  for (std::size_t i = 1; i < kDepth; ++i) {
    const std::size_t before = marks.size();
    for (std::size_t x = 1; x + 1 < n; ++x) {
      if (window[i][x] == ground) continue;
      marks.push_back(window[i][x]);
      int company = 0;
      for (std::size_t v = i - 1; v <= i + 1; ++v)
        for (std::size_t u = x - 1; u <= x + 1; ++u) company += window[v][u] != ground;
      alone += company == 1;
      ++cells[x * kCells / n];
    }
    if (marks.size() == before) return false;
  }
  const auto total = static_cast<double>(marks.size());
  if (total < 32 || std::ranges::count(cells, 0) > kCells / 4) return false;
  std::ranges::sort(marks);
  const auto levels = static_cast<std::size_t>(std::ranges::unique(marks).begin() - marks.begin());
  return alone >= 0.15 * total || levels >= kManyLevels;
}

/// Follows the databar inwards for as long as its lines show the ground or thin rules; returns the innermost
/// line with a drawn edge behind it. `said` lines need no edge: the file speaks of them.
int databar_on_ground(const Lines& lines, int depth, float ground, double white, int said) {
  std::vector<float> line;
  int found = 0, found_weak = 0, found_said = 0, found_faint = 0, blank = 0;
  int misses = 0, rules = 0, written_lines = 0, changes = 0;
  for (int k = 0; k < depth; ++k) {
    lines.read(k, line);
    const Majority majority = majority_of(line);
    const double ground_share = share_of(line, ground);
    const bool on_ground = ground_share >= 0.3;
    rules = on_ground || majority.share < 0.6 ? 0 : rules + 1;
    const bool bar_like = on_ground || (rules > 0 && rules <= kMaxRuleLines);
    misses = bar_like ? 0 : misses + 1;
    if (misses > kMaxStrayLines) break;
    if (!bar_like) continue;
    const int now = ink_changes(line, ground, white);
    if (now >= 2 && on_ground) {
      ++written_lines;
      changes += now;
    }
    blank = ground_share == 1 ? blank + 1 : 0;
    const double clean = std::max(majority.share, ground_share);
    if (clean < 0.85 || k + 1 < kMinBarLines || written_lines < 4 || changes < 16) continue;
    const Edge edge = edge_between(lines, k, white);
    if (k + 1 == said && clean >= 0.97 && edge.changed <= 0.03) found_said = said;
    if (!edge.sharp) continue;
    if (blank >= 2 && edge.changed < 0.25 && picture_lasts(lines, k, ground) &&
        (edge.changed >= 0.1 || noise_begins(lines, k, ground)))
      found_faint = k + 1;
    if (edge.changed >= 0.6) found = k + 1;
    if (edge.changed >= 0.25 && clean >= 0.97) found_weak = k + 1;
  }
  return found > 0 ? found : std::max({found_weak, found_said, found_faint});
}

}  // namespace

int databar_lines(const Image<float>& grey, const Rect& rect, DatabarSide side, double white, int said) {
  const Lines lines(grey, rect, side);
  const int depth = std::min(static_cast<int>(kMaxBarShare * lines.count()), lines.count() - kMinBarLines);
  int found = 0;
  for (const float ground : ground_levels(lines, depth))
    found = std::max(found, databar_on_ground(lines, depth, ground, white, said));
  return found;
}

Border border_at(const Image<float>& grey, const Rect& rect, DatabarSide side, double white) {
  const Lines lines(grey, rect, side);
  std::vector<float> line;
  const int depth = std::min(static_cast<int>(kMaxBorderShare * lines.count()), lines.count() - 2);
  Border border;
  for (; border.lines < depth; ++border.lines) {
    lines.read(border.lines, line);
    const Majority majority = majority_of(line);
    if (majority.share < 0.995 || (border.lines > 0 && majority.level != border.level)) break;
    border.level = majority.level;
  }
  const bool extreme = border.level <= 0 || border.level >= 0.98 * white;
  if (border.lines == 0 || border.lines == depth || !extreme) return {};
  const Edge edge = edge_between(lines, border.lines - 1, white);
  if (edge.changed < 0.85 || !edge.sharp) return {};
  lines.read(border.lines, line);
  border.certain = majority_of(line).share <= 0.5;
  return border;
}

Rect trimmed(Rect rect, DatabarSide side, int lines) {
  if (side == DatabarSide::kBottom) rect.y1 -= lines;
  if (side == DatabarSide::kTop) rect.y0 += lines;
  if (side == DatabarSide::kLeft) rect.x0 += lines;
  if (side == DatabarSide::kRight) rect.x1 -= lines;
  return rect;
}

}  // namespace litho::field
