#include "modules/sem/ridges/levels.hpp"

#include <algorithm>
#include <cmath>

namespace litho::ridges {
namespace {

Level make(int width, int height, double units_per_grey) {
  Level level{width, height, units_per_grey, {}};
  level.pixels.resize(static_cast<std::size_t>(level.stride()) * (height + 2 * kMargin));
  return level;
}

/// Repeats the outermost pixels into the margin.
void fill_margin(Level& level) {
  for (int y = 0; y < level.height; ++y) {
    std::int16_t* row = level.row(y);
    std::fill_n(row - kMargin, kMargin, row[0]);
    std::fill_n(row + level.width, kMargin, row[level.width - 1]);
  }
  const auto copy = [&](int from, int to) {
    std::copy_n(level.row(from) - kMargin, level.stride(), level.row(to) - kMargin);
  };
  for (int k = 1; k <= kMargin; ++k) copy(0, -k), copy(level.height - 1, level.height - 1 + k);
}

/// Binomial with weights of `taps` along x and y; sums of rows are kept for as long as they are needed.
template <int kReach>
void smooth(Level& level) {
  constexpr int kWeights[2][5] = {{0, 1, 2, 1, 0}, {1, 4, 6, 4, 1}};
  const int* weight = kWeights[kReach - 1];
  const int sum = kReach == 1 ? 4 : 16;
  const std::size_t width = static_cast<std::size_t>(level.width);
  std::vector<std::vector<std::int32_t>> rows(2 * kReach + 1, std::vector<std::int32_t>(width));
  const auto across = [&](int y) {
    const std::int16_t* from = level.row(y);
    std::int32_t* __restrict to =
        rows[static_cast<std::size_t>((y + 2 * kReach + 1) % (2 * kReach + 1))].data();
    for (int x = 0; x < level.width; ++x) {
      std::int32_t value = 0;
      for (int k = -kReach; k <= kReach; ++k) value += weight[k + 2] * from[x + k];
      to[x] = value;
    }
  };
  for (int y = -kReach; y < kReach; ++y) across(y);
  for (int y = 0; y < level.height; ++y) {
    across(y + kReach);
    std::int16_t* __restrict to = level.row(y);
    const std::int32_t* from[2 * kReach + 1];
    for (int k = -kReach; k <= kReach; ++k)
      from[k + kReach] = rows[static_cast<std::size_t>((y + k + 2 * kReach + 1) % (2 * kReach + 1))].data();
    for (int x = 0; x < level.width; ++x) {
      std::int32_t value = sum * sum / 2;
      for (int k = -kReach; k <= kReach; ++k) value += weight[k + 2] * from[k + kReach][x];
      to[x] = static_cast<std::int16_t>(value / (sum * sum));
    }
  }
  fill_margin(level);
}

struct Range {
  float low, high;
};

Range range_of(const Image<float>& grey, const Image<std::uint8_t>& region) {
  std::vector<float> some;
  some.reserve(grey.size() / 16 + 1);
  for (int y = 0; y < grey.height(); y += 4)
    for (int x = y / 4 % 4; x < grey.width(); x += 4)
      if (region(x, y)) some.push_back(grey(x, y));
  if (some.size() < 2) return {0, 1};
  const auto cut = static_cast<std::ptrdiff_t>(some.size() / 5000);
  std::ranges::nth_element(some, some.begin() + cut);
  const float low = some[static_cast<std::size_t>(cut)];
  std::ranges::nth_element(some, some.end() - 1 - cut);
  const float high = *(some.end() - 1 - cut);
  return {low, std::max(high, low + 1e-6F * (std::abs(low) + 1))};
}

}  // namespace

Level finest_level(const Image<float>& grey, const Image<std::uint8_t>& region) {
  const Range range = range_of(grey, region);
  const float scale = kFullScale / (range.high - range.low);
  Level level = make(grey.width(), grey.height(), scale);
  for (int y = 0; y < grey.height(); ++y) {
    const auto from = grey.row(y);
    std::int16_t* __restrict to = level.row(y);
    for (int x = 0; x < grey.width(); ++x)
      to[x] = static_cast<std::int16_t>(
          std::clamp((from[static_cast<std::size_t>(x)] - range.low) * scale, 0.0F, float{kFullScale}) +
          0.5F);
  }
  fill_margin(level);
  smooth<2>(level);
  return level;
}

Level coarser_level(const Level& level) {
  Level out = make((level.width + 1) / 2, (level.height + 1) / 2, level.units_per_grey);
  for (int y = 0; y < out.height; ++y) {
    const std::int16_t *a = level.row(2 * y), *b = level.row(2 * y + 1);
    std::int16_t* __restrict to = out.row(y);
    for (int x = 0; x < out.width; ++x)
      to[x] = static_cast<std::int16_t>((a[2 * x] + a[2 * x + 1] + b[2 * x] + b[2 * x + 1] + 2) / 4);
  }
  fill_margin(out);
  smooth<1>(out);
  return out;
}

}  // namespace litho::ridges
