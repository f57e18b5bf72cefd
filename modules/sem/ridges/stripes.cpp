#include "modules/sem/ridges/stripes.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

namespace litho::ridges {
namespace {

constexpr int kReach = 16;       // px to each side over which a line's neighbours are averaged
constexpr int kSkip = 4;         // of the pixels along a line are asked
constexpr int kFewest = 32;      // of them, for a median that counts
constexpr int kBlock = 64;       // px along a line that go to one of two sets
constexpr double kAlike = 0.4;   // correlation of the sets from which on there are stripes
constexpr double kFarthest = 3;  // standard deviations of the lines' gains
constexpr double kMadToSd = 1.4826;

float median(std::vector<float>& values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

using Ratios = std::vector<std::vector<float>>;

/// Excess of the lines over 1, from their ratios to their surroundings: against the middle one of their
/// neighbours', for a crack along an axis darkens the surroundings of every line beside it. Lines far outside
/// the spread of all are brought to its edge.
std::vector<float> excesses_of(Ratios& ratios) {
  const int n = static_cast<int>(ratios.size());
  std::vector<float> medians(ratios.size(), 1.0F), excesses(ratios.size()), near, sizes;
  for (std::size_t i = 0; i < ratios.size(); ++i)
    if (ratios[i].size() >= kFewest) medians[i] = median(ratios[i]);
  for (int i = 0; i < n; ++i) {
    near.assign(medians.begin() + std::max(0, i - kReach), medians.begin() + std::min(n, i + kReach + 1));
    const auto k = static_cast<std::size_t>(i);
    excesses[k] = medians[k] / median(near) - 1;
    sizes.push_back(std::abs(excesses[k]));
  }
  const float farthest = static_cast<float>(kFarthest * kMadToSd) * median(sizes);
  for (float& excess : excesses) excess = std::clamp(excess, -farthest, farthest);
  return excesses;
}

/// Gains of the lines from two sets of ratios, taken at other places along them. What the sets share is
/// stripes, what they do not is texture: the share kept is the reliability of their mean (Spearman-Brown).
std::vector<float> gains_of(std::array<Ratios, 2>& ratios) {
  const std::vector<float> a = excesses_of(ratios[0]), b = excesses_of(ratios[1]);
  double aa = 0, ab = 0, bb = 0;
  for (std::size_t i = 0; i < a.size(); ++i)
    aa += double{a[i]} * a[i], ab += double{a[i]} * b[i], bb += double{b[i]} * b[i];
  const double alike = aa > 0 && bb > 0 ? ab / std::sqrt(aa * bb) : 0;
  const auto kept = static_cast<float>(alike > kAlike ? 2 * alike / (1 + alike) : 0);
  std::vector<float> gains(a.size());
  for (std::size_t i = 0; i < a.size(); ++i) gains[i] = 1 + kept * (a[i] + b[i]) / 2;
  return gains;
}

/// Ratios of the pixels of one line across the stripes to the mean about them, one for every stripe:
/// `pixel(i)` and `usable(i)` run across.
template <class Pixel, class Usable>
void take_across(const Pixel& pixel, const Usable& usable, Ratios& ratios) {
  const int count = static_cast<int>(ratios.size());
  double sum = 0;
  int n = 0;
  const auto add = [&](int i, int sign) {
    if (i < 0 || i >= count || !usable(i)) return;
    sum += sign * static_cast<double>(pixel(i)), n += sign;
  };
  for (int i = 0; i < kReach; ++i) add(i, 1);
  for (int i = 0; i < count; ++i) {
    add(i + kReach, 1);
    if (usable(i) && n > kReach && sum > 0)
      ratios[static_cast<std::size_t>(i)].push_back(static_cast<float>(pixel(i) * n / sum));
    add(i - kReach, -1);
  }
}

}  // namespace

Image<float> without_stripes(const Image<float>& grey, const Image<std::uint8_t>& region) {
  const int width = grey.width(), height = grey.height();
  std::array<Ratios, 2> down, along;
  for (Ratios& ratios : down) ratios.resize(static_cast<std::size_t>(width));
  for (Ratios& ratios : along) ratios.resize(static_cast<std::size_t>(height));
  for (int y = 0; y < height; y += kSkip)
    take_across([&](int x) { return grey(x, y); }, [&](int x) { return region(x, y) != 0; },
                down[static_cast<std::size_t>(y / kBlock % 2)]);
  for (int x = 0; x < width; x += kSkip)
    take_across([&](int y) { return grey(x, y); }, [&](int y) { return region(x, y) != 0; },
                along[static_cast<std::size_t>(x / kBlock % 2)]);
  const std::vector<float> columns = gains_of(down), rows = gains_of(along);
  Image<float> out(width, height);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x)
      out(x, y) = grey(x, y) / (columns[static_cast<std::size_t>(x)] * rows[static_cast<std::size_t>(y)]);
  return out;
}

}  // namespace litho::ridges
