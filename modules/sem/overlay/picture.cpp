#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>
#include <vector>

#include "modules/sem/overlay/kernel.hpp"

namespace litho {
namespace {

/// Output cell -> input cells [first, last] with the weights of its two partly covered ends; weights sum
/// to 1.
struct Cover {
  int first, last;
  float head, body, tail;  ///< weight of the first, of each inner, and of the last cell
};

std::vector<Cover> covers(int in, int out) {
  std::vector<Cover> result(static_cast<std::size_t>(out));
  const double step = static_cast<double>(in) / out;
  for (int i = 0; i < out; ++i) {
    const double lo = i * step, hi = i + 1 == out ? in : (i + 1) * step;
    const int first = std::min(static_cast<int>(lo), in - 1);
    const int last = std::max(first, std::min(static_cast<int>(std::ceil(hi)) - 1, in - 1));
    const double head = std::min(hi, first + 1.0) - lo, tail = last > first ? hi - last : 0;
    result[static_cast<std::size_t>(i)] = {first, last, static_cast<float>(head / step),
                                           static_cast<float>(1 / step), static_cast<float>(tail / step)};
  }
  return result;
}

}  // namespace

Image<float> shrink(const Image<float>& in, int width, int height) {
  if (width == in.width() && height == in.height()) return in;
  const std::vector<Cover> columns = covers(in.width(), width), rows = covers(in.height(), height);
  const auto n = static_cast<std::size_t>(in.width());
  std::vector<float> sum(n);
  Image<float> out(width, height);
  for (int y = 0; y < height; ++y) {
    const Cover& r = rows[static_cast<std::size_t>(y)];
    std::ranges::fill(sum, 0.0F);
    for (int v = r.first; v <= r.last; ++v) {
      const float weight = v == r.first ? r.head : v == r.last ? r.tail : r.body;
      const float* source = in.row(v).data();
      for (std::size_t x = 0; x < n; ++x) sum[x] += weight * source[x];
    }
    for (int x = 0; x < width; ++x) {
      const Cover& c = columns[static_cast<std::size_t>(x)];
      float inner = 0;
      for (int u = c.first + 1; u < c.last; ++u) inner += sum[static_cast<std::size_t>(u)];
      out(x, y) = c.head * sum[static_cast<std::size_t>(c.first)] + c.body * inner +
                  c.tail * sum[static_cast<std::size_t>(c.last)];
    }
  }
  return out;
}

DisplayRange display_range(const Image<float>& grey, const Image<std::uint8_t>* usable) {
  constexpr std::size_t kSamples = 100000;
  const bool all = usable == nullptr || usable->empty();
  // An odd step walks through all columns of the usual even widths.
  const std::size_t step = (grey.size() / kSamples) | 1U;
  std::vector<float> values;
  values.reserve(grey.size() / step + 1);
  for (std::size_t i = 0; i < grey.size(); i += step)
    if (all || usable->pixels()[i] != 0) values.push_back(grey.pixels()[i]);
  if (values.empty()) return {0, 1};
  const auto at = [&](double share) {
    const auto place =
        values.begin() + static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size() - 1));
    std::ranges::nth_element(values, place);
    return *place;
  };
  DisplayRange range{at(0.002), at(0.998)};
  if (range.high <= range.low) range = {range.low - 0.5F, range.low + 0.5F + std::abs(range.low) * 1e-3F};
  return range;
}

ScaleBar round_scale_bar(double nm_per_px, double max_px) {
  const double longest_nm = nm_per_px * max_px;
  double length_nm = std::pow(10.0, std::floor(std::log10(longest_nm)));
  for (const double digit : {5.0, 2.0})
    if (digit * length_nm <= longest_nm) {
      length_nm *= digit;
      break;
    }
  const auto text = [](double value) {
    return value >= 0.999 ? std::to_string(std::llround(value)) : std::to_string(value).substr(0, 3);
  };
  const bool in_nm = length_nm < 999;
  const bool in_mm = length_nm > 999e3;
  return {length_nm / 1e3, length_nm / nm_per_px,
          in_nm   ? text(length_nm) + " nm"
          : in_mm ? text(length_nm / 1e6) + " mm"
                  : text(length_nm / 1e3) + " µm"};
}

double overlay_scale(int width_px, int max_width_px) {
  return static_cast<double>(std::min(width_px, max_width_px)) / width_px;
}

}  // namespace litho
