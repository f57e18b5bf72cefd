#include "modules/sem/ridges/kernel.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <numbers>

#include "modules/sem/ridges/levels.hpp"
#include "modules/sem/ridges/stripes.hpp"

namespace litho {
namespace {

using ridges::Level;

constexpr int kHalfLine = 7;  // level px to each side of the middle
constexpr int kTaps = 2 * kHalfLine + 1;
constexpr int kFlank = 4;       // level px from the middle to a flank
constexpr int kBand = 32;       // rows worked on at a time: they stay in the cache
constexpr int kBlock = 128;     // px over which noise is taken as even
constexpr double kRival = 1.4;  // a line that another level sees so much more clearly is part of a wider one
constexpr double kNormalQuartile = 0.6744897501960817;
static_assert(kHalfLine + kFlank + 1 <= ridges::kMargin);

struct Step {
  int x, y;
};
struct Direction {
  std::array<Step, kTaps> line;
  Step flank, beside;
};

const std::array<Direction, kRidgeDirections>& directions() {
  static const auto all = [] {
    std::array<Direction, kRidgeDirections> out{};
    for (int k = 0; k < kRidgeDirections; ++k) {
      const double angle = k * std::numbers::pi / kRidgeDirections, c = std::cos(angle), s = std::sin(angle);
      const auto nearest = [](double v) { return static_cast<int>(std::lround(v)); };
      for (int i = -kHalfLine; i <= kHalfLine; ++i)
        out[k].line[static_cast<std::size_t>(i + kHalfLine)] = {nearest(i * c), nearest(i * s)};
      out[k].flank = {nearest(-kFlank * s), nearest(kFlank * c)};
      out[k].beside = {nearest(-s), nearest(c)};
    }
    return out;
  }();
  return all;
}

/// Sums along one direction for rows [y0 - kFlank, y1 + kFlank), kFlank columns wider on both sides.
void line_sums(const Level& level, const Direction& direction, int y0, int y1,
               std::vector<std::int16_t>& sums) {
  const int width = level.width + 2 * kFlank;
  std::size_t at = 0;
  for (int y = y0 - kFlank; y < y1 + kFlank; ++y, at += static_cast<std::size_t>(width)) {
    std::array<const std::int16_t*, kTaps> from;
    for (std::size_t k = 0; k < kTaps; ++k)
      from[k] = level.row(y + direction.line[k].y) + direction.line[k].x - kFlank;
    std::int16_t* __restrict to = sums.data() + at;
    for (int x = 0; x < width; ++x) {
      std::int16_t sum = 0;
      for (std::size_t k = 0; k < kTaps; ++k) sum = static_cast<std::int16_t>(sum + from[k][x]);
      to[x] = sum;
    }
  }
}

/// Keeps the deepest direction of each pixel.
void keep_deepest(const std::int16_t* middle, const std::int16_t* left, const std::int16_t* right, int width,
                  std::int16_t direction, std::int16_t* __restrict depth, std::int16_t* __restrict best) {
  for (int x = 0; x < width; ++x) {
    const std::int16_t valley = static_cast<std::int16_t>(std::min(left[x], right[x]) - middle[x]);
    const bool deeper = valley > depth[x];
    best[x] = deeper ? direction : best[x];
    depth[x] = deeper ? valley : depth[x];
  }
}

/// Median deviation of (left + right) / 2 - middle by blocks: what noise and texture do where there is no
/// line.
class NoiseBlocks {
 public:
  NoiseBlocks(const Level& level, int block)
      : block_(std::max(16, block)),
        across_((level.width + block_ - 1) / block_),
        down_((level.height + block_ - 1) / block_),
        counts_(static_cast<std::size_t>(across_) * down_) {}

  void add(int x, int y, int twice_difference) {
    const int bin = std::min(kBins - 1, std::abs(twice_difference) / 16);
    ++counts_[static_cast<std::size_t>(y / block_) * across_ + x / block_][static_cast<std::size_t>(bin)];
  }
  /// Standard deviations in the units of the sums; the whole level's median first. Even over neighbours, and
  /// never below half of the level's median: a patch without any signal must not make lines of nothing.
  double finish() {
    std::array<std::uint32_t, kBins> all{};
    for (const auto& block : counts_)
      for (std::size_t i = 0; i < std::size_t{kBins}; ++i) all[i] += block[i];
    const double whole = median(all);
    spread_.assign(counts_.size(), 0);
    for (int j = 0; j < down_; ++j)
      for (int i = 0; i < across_; ++i) {
        std::array<std::uint32_t, kBins> near{};
        for (int b = std::max(0, j - 1); b <= std::min(down_ - 1, j + 1); ++b)
          for (int a = std::max(0, i - 1); a <= std::min(across_ - 1, i + 1); ++a)
            for (std::size_t k = 0; k < std::size_t{kBins}; ++k)
              near[k] += counts_[static_cast<std::size_t>(b) * across_ + a][k];
        spread_[static_cast<std::size_t>(j) * across_ + i] = std::max(median(near), 0.5 * whole);
      }
    counts_.clear();
    return whole;
  }
  double at(int x, int y) const {
    return spread_[static_cast<std::size_t>(y / block_) * across_ + x / block_];
  }
  int block() const { return block_; }

 private:
  static constexpr int kBins = 512;
  static double median(const std::array<std::uint32_t, kBins>& counts) {
    std::uint64_t total = 0, below = 0;
    for (const std::uint32_t n : counts) total += n;
    for (std::size_t i = 0; i < std::size_t{kBins}; ++i) {
      if (counts[i] > 0 && 2 * (below + counts[i]) >= total) {
        const double within = (0.5 * static_cast<double>(total) - static_cast<double>(below)) / counts[i];
        return (static_cast<double>(i) + within) * 8 / kNormalQuartile;
      }
      below += counts[i];
    }
    return 1;
  }
  int block_, across_, down_;
  std::vector<std::array<std::uint32_t, kBins>> counts_;
  std::vector<double> spread_;
};

struct Valleys {
  Image<std::int16_t> depth;
  Image<std::uint8_t> direction;
};

Valleys find_valleys(const Level& level, const Image<std::uint8_t>& region, int scale, NoiseBlocks& noise) {
  Valleys out{Image<std::int16_t>(level.width, level.height), Image<std::uint8_t>(level.width, level.height)};
  const std::size_t width = static_cast<std::size_t>(level.width), wide = width + 2 * kFlank;
  std::vector<std::int16_t> sums(wide * (kBand + 2 * kFlank));
  std::vector<std::int16_t> bests(width * kBand);
  for (int y0 = 0; y0 < level.height; y0 += kBand) {
    const int y1 = std::min(level.height, y0 + kBand);
    std::ranges::fill(bests, std::int16_t{0});
    for (int d = 0; d < kRidgeDirections; ++d) {
      const Direction& direction = directions()[static_cast<std::size_t>(d)];
      line_sums(level, direction, y0, y1, sums);
      for (int y = y0; y < y1; ++y) {
        const auto row = [&](int dy, int dx) {
          return sums.data() + static_cast<std::size_t>(y - y0 + kFlank + dy) * wide + kFlank + dx;
        };
        const std::int16_t *middle = row(0, 0), *left = row(direction.flank.y, direction.flank.x),
                           *right = row(-direction.flank.y, -direction.flank.x);
        keep_deepest(middle, left, right, level.width, static_cast<std::int16_t>(d), out.depth.row(y).data(),
                     bests.data() + static_cast<std::size_t>(y - y0) * width);
        if (y % 4 != d % 4) continue;
        for (int x = d / 4; x < level.width; x += 4)
          if (region(std::min(region.width() - 1, x * scale), std::min(region.height() - 1, y * scale)))
            noise.add(x, y, left[x] + right[x] - 2 * middle[x]);
      }
    }
    for (int y = y0; y < y1; ++y)
      std::copy_n(bests.data() + static_cast<std::size_t>(y - y0) * width, width,
                  out.direction.row(y).data());
  }
  return out;
}

bool on_ridge(const Valleys& v, int x, int y) {
  const Step n = directions()[v.direction(x, y)].beside;
  const std::int16_t here = v.depth(x, y);
  const auto lower = [&](int a, int b, bool or_equal) {
    return !v.depth.contains(a, b) || v.depth(a, b) < here || (or_equal && v.depth(a, b) == here);
  };
  return lower(x + n.x, y + n.y, true) && lower(x - n.x, y - n.y, false);
}

}  // namespace

RidgeMap find_ridges(const Image<float>& grey, const Image<std::uint8_t>& region) {
  assert(grey.width() == region.width() && grey.height() == region.height());
  const int width = grey.width(), height = grey.height();
  RidgeMap map{Image<std::uint8_t>(width, height),
               Image<std::uint8_t>(width, height),
               Image<std::uint8_t>(width, height),
               {}};
  Level level = ridges::finest_level(ridges::without_stripes(grey, region), region);
  for (int l = 0; l < kRidgeLevels; ++l) {
    if (l > 0) level = ridges::coarser_level(level);
    if (std::min(level.width, level.height) < 4 * kFlank) break;
    const int scale = 1 << l;
    NoiseBlocks noise(level, kBlock / scale);
    const Valleys valleys = find_valleys(level, region, scale, noise);
    map.noise_grey.push_back(noise.finish() / (kTaps * level.units_per_grey));
    for (int y = 0; y < level.height; ++y)
      for (int x = 0; x < level.width; ++x) {
        if (valleys.depth(x, y) <= 0) continue;
        const double z = kStrengthPerSigma * valleys.depth(x, y) / noise.at(x, y);
        if (z < 1) continue;
        const auto strength = static_cast<std::uint8_t>(std::min(255.0, z));
        const bool ridge = on_ridge(valleys, x, y);
        for (int b = y * scale; b < std::min(height, (y + 1) * scale); ++b)
          for (int a = x * scale; a < std::min(width, (x + 1) * scale); ++a) {
            if (!region(a, b)) continue;
            const int before = map.strength(a, b);
            if (ridge && kRival * strength >= before)
              map.ridge(a, b) = static_cast<std::uint8_t>(1 + l);
            else if (strength > kRival * before)
              map.ridge(a, b) = 0;
            if (strength <= before) continue;
            map.strength(a, b) = strength;
            map.direction(a, b) = valleys.direction(x, y);
          }
      }
  }
  return map;
}

}  // namespace litho
