#include "modules/sem/restore/kernel.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <span>
#include <vector>

#include "modules/sem/mat_view/kernel.hpp"

namespace litho {
namespace {

constexpr int kSmallestSide = 64;
constexpr double kSaturatedShare = 0.02;
constexpr double kNormalQuartile = 0.6744897501960817;

/// Immerkaer's Laplacian difference (doi:10.1006/cviu.1996.0060) sees noise and little else; the median of
/// its size instead of the mean keeps edges and texture from counting. A hundred thousand places tell it to
/// 0.3 %.
double noise_sd(const Image<float>& grey, const Image<std::uint8_t>& usable) {
  std::vector<float> sizes;
  const int dy = grey.size() > 1000000 ? 6 : 3, dx = grey.size() > 1000000 ? 4 : 2;
  sizes.reserve(grey.size() / static_cast<std::size_t>(dx * dy) + 1);
  for (int y = 1; y + 1 < grey.height(); y += dy) {
    const auto a = grey.row(y - 1), b = grey.row(y), c = grey.row(y + 1);
    const auto mask = usable.row(y);
    for (int x = 1; x + 1 < grey.width(); x += dx) {
      if (!mask[x - 1] || !mask[x] || !mask[x + 1]) continue;
      const float corners = a[x - 1] + a[x + 1] + c[x - 1] + c[x + 1];
      const float sides = a[x] + c[x] + b[x - 1] + b[x + 1];
      sizes.push_back(std::abs(corners - 2 * sides + 4 * b[x]));
    }
  }
  if (sizes.empty()) return 0;
  const auto middle = sizes.begin() + static_cast<std::ptrdiff_t>(sizes.size() / 2);
  std::nth_element(sizes.begin(), middle, sizes.end());
  return *middle / (kNormalQuartile * 6.0);
}

/// Puts the mean of the usable neighbourhood where nothing usable stands, so that filters next to it see no
/// false edge; `everywhere` where nothing usable is near.
void fill_holes(Image<float>& grey, const Image<std::uint8_t>& usable, double everywhere) {
  cv::Mat whole = mat_view(grey), bad_whole;
  cv::compare(mat_view(usable), 0, bad_whole, cv::CMP_EQ);
  cv::Rect holes = cv::boundingRect(bad_whole);
  if (holes.empty()) return;
  constexpr int kWidest = 65;
  holes =
      cv::Rect(holes.x - kWidest, holes.y - kWidest, holes.width + 2 * kWidest, holes.height + 2 * kWidest) &
      cv::Rect(0, 0, grey.width(), grey.height());
  cv::Mat image = whole(holes), bad = bad_whole(holes).clone(), good, weight, sum, filled;
  image.setTo(0, bad);
  for (const int size : {9, kWidest}) {
    cv::bitwise_not(bad, good);
    good.convertTo(weight, CV_32F, 1.0 / 255);
    cv::boxFilter(image, sum, CV_32F, {size, size}, {-1, -1}, true, cv::BORDER_CONSTANT);
    cv::boxFilter(weight, weight, CV_32F, {size, size}, {-1, -1}, true, cv::BORDER_CONSTANT);
    cv::divide(sum, weight, filled);
    const cv::Mat now = (weight > 1e-3F) & bad;
    filled.copyTo(image, now);
    bad.setTo(0, now);
    if (cv::countNonZero(bad) == 0) return;
  }
  image.setTo(everywhere, bad);
}

/// Sums over usable pixels, kept in eight lanes so that the compiler can add eight at a time; the order of
/// additions does not depend on the processor.
struct Census {
  std::size_t count = 0, saturated = 0, black = 0;
  double sum = 0, sum2 = 0;

  void add(std::span<const float> grey, std::span<const std::uint8_t> usable, float white) {
    constexpr std::size_t kLanes = 8;
    std::array<double, kLanes> s{}, q{};
    std::array<std::int32_t, kLanes> n{}, w{}, b{};
    const auto one = [&](std::size_t i, std::size_t lane) {
      const bool counts = usable[i] != 0;
      const float g = counts ? grey[i] : 0.0F;
      s[lane] += g;
      q[lane] += static_cast<double>(g) * g;
      n[lane] += counts;
      w[lane] += counts & (g >= white);
      b[lane] += counts & (g <= 0);
    };
    std::size_t i = 0;
    for (; i + kLanes <= grey.size(); i += kLanes)
      for (std::size_t lane = 0; lane < kLanes; ++lane) one(i + lane, lane);
    for (; i < grey.size(); ++i) one(i, 0);
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      sum += s[lane], sum2 += q[lane];
      count += static_cast<std::size_t>(n[lane]);
      saturated += static_cast<std::size_t>(w[lane]);
      black += static_cast<std::size_t>(b[lane]);
    }
  }
};

}  // namespace

Result<Restored> restore(const Image<float>& grey, const Image<std::uint8_t>& usable, double white,
                         int bits) {
  if (usable.width() != grey.width() || usable.height() != grey.height())
    return Error{"sem.size", "", "the mask of usable pixels has another size than the picture", ""};
  const double scale = bits >= 32 ? 1e-3 * white : 0.5;
  Census census;
  for (int y = 0; y < grey.height(); ++y)
    census.add(grey.row(y), usable.row(y), static_cast<float>(white - scale));
  const auto [count, saturated, black, sum, sum2] = census;
  if (count < static_cast<std::size_t>(kSmallestSide) * kSmallestSide)
    return Error{"sem.no_picture", "", "only " + std::to_string(count) + " usable pixels",
                 "give a larger picture or check the databar cut"};
  const double n = static_cast<double>(count);
  const double sd = std::sqrt(std::max(0.0, sum2 / n - (sum / n) * (sum / n)));
  if (!(sd > 1e-6 * white)) return Error{"sem.flat", "", "the picture has one grey level only", ""};

  Restored out;
  out.grey = grey;
  out.saturated_fraction = static_cast<double>(saturated) / n;
  out.black_fraction = static_cast<double>(black) / n;
  out.noise_sd = noise_sd(grey, usable);
  if (out.saturated_fraction > kSaturatedShare) raise(out.flags, "sem.saturated");
  fill_holes(out.grey, usable, sum / n);
  return out;
}

}  // namespace litho
