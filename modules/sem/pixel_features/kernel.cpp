#include "modules/sem/pixel_features/kernel.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "modules/sem/mat_view/kernel.hpp"

namespace litho {
namespace {

constexpr int kSmoothScales[] = {1, 2, 4, 8, 16};
constexpr int kAlongScales[] = {1, 4, 16};
constexpr int kHessianScales[] = {1, 2, 4};
constexpr int kTensorScales[] = {1, 2};
constexpr int kSpreadScales[] = {2, 4, 8, 16};
constexpr int kOffsets[] = {-64, -32, -16, -8, 8, 16, 32, 64};
constexpr int kTextureOffsets[] = {-32, -12, 12, 32};
constexpr int kRankScales[] = {2, 4, 8, 16};
constexpr int kRankSpreadScales[] = {2, 4, 8};
constexpr double kContextAlong = 20, kContextAcross = 3;

std::vector<std::string> make_names() {
  std::vector<std::string> names;
  const auto add = [&](const char* what, int scale) {
    names.push_back(std::string(what) + "_" + std::to_string(scale));
  };
  for (const int s : kSmoothScales) add("smooth", s), add("gradient_across", s);
  for (const int s : kAlongScales) add("gradient_along", s);
  for (const int s : kHessianScales) add("hessian_high", s), add("hessian_low", s);
  for (const int s : kTensorScales) add("tensor_high", s), add("tensor_low", s);
  for (const int s : kSpreadScales) add("spread", s), add("contrast", s);
  add("level", 0);
  for (const int d : kOffsets) add("level_at", d);
  for (const int d : kTextureOffsets) add("texture_at", d);
  for (const int s : kRankScales) add("rank_smooth", s), add("rank_gradient_across", s);
  for (const int s : kRankSpreadScales) add("rank_spread", s);
  add("rank_level", 0);
  for (const int d : kOffsets) add("rank_level_at", d);
  return names;
}

/// Takes planes one after the other and keeps them as bytes.
class Planes {
 public:
  Planes(int width, int height) {
    out_.width = width, out_.height = height;
    out_.values.reserve(out_.cells() * pixel_feature_names().size());
  }
  /// `lo`..`hi` becomes 0..255.
  void add(const cv::Mat& plane, double lo, double hi) {
    cv::Mat bytes;
    plane.convertTo(bytes, CV_8U, 255 / (hi - lo), -255 * lo / (hi - lo));
    out_.values.insert(out_.values.end(), bytes.ptr(), bytes.ptr() + bytes.total());
  }
  PixelFeatures take() { return std::move(out_); }

 private:
  PixelFeatures out_;
};

cv::Mat blurred(const cv::Mat& grey, double sigma_along, double sigma_across) {
  cv::Mat out;
  cv::GaussianBlur(grey, out, {0, 0}, sigma_along, sigma_across, cv::BORDER_REPLICATE);
  return out;
}

cv::Mat derived(const cv::Mat& grey, int along, int across) {
  static const cv::Mat first = (cv::Mat_<float>(3, 1) << -0.5F, 0, 0.5F);
  static const cv::Mat second = (cv::Mat_<float>(3, 1) << 1, -2, 1);
  static const cv::Mat none = cv::Mat_<float>::ones(1, 1);
  const auto kernel = [](int order) { return order == 0 ? none : order == 1 ? first : second; };
  cv::Mat out;
  cv::sepFilter2D(grey, out, CV_32F, kernel(along), kernel(across), {-1, -1}, 0, cv::BORDER_REPLICATE);
  return out;
}

/// Eigenvalues of the symmetric matrices (a b; b c).
void eigenvalues(const cv::Mat& a, const cv::Mat& b, const cv::Mat& c, cv::Mat& high, cv::Mat& low) {
  cv::Mat root;
  cv::magnitude(0.5 * (a - c), b, root);
  const cv::Mat mean = 0.5 * (a + c);
  high = mean + root;
  low = mean - root;
}

/// Row v of the result is row v + offset, the edge repeated.
cv::Mat shifted(const cv::Mat& plane, int offset) {
  cv::Mat out(plane.size(), plane.type());
  for (int v = 0; v < plane.rows; ++v)
    plane.row(std::clamp(v + offset, 0, plane.rows - 1)).copyTo(out.row(v));
  return out;
}

/// Each cell's rank among the seen cells, 0 to 1: parts phases whose greys lie close together, whatever else
/// is in the picture.
cv::Mat ranks(const FeatureGrid& grid) {
  constexpr int kLevels = 1024;
  const auto level = [](float g) {
    return std::clamp(static_cast<int>((g + 0.5F) * kLevels / 2), 0, kLevels - 1);
  };
  std::vector<double> below(kLevels + 1, 0.0);
  for (std::size_t i = 0; i < grid.grey.size(); ++i)
    if (grid.seen.pixels()[i]) below[static_cast<std::size_t>(level(grid.grey.pixels()[i])) + 1] += 1;
  for (std::size_t k = 1; k < below.size(); ++k) below[k] += below[k - 1];
  const double all = std::max(1.0, below.back());
  cv::Mat out(grid.grey.height(), grid.grey.width(), CV_32F);
  auto* to = out.ptr<float>();
  for (std::size_t i = 0; i < grid.grey.size(); ++i) {
    const auto k = static_cast<std::size_t>(level(grid.grey.pixels()[i]));
    to[i] = static_cast<float>(0.5 * (below[k] + below[k + 1]) / all);
  }
  return out;
}

/// Standard deviation under a Gaussian window.
cv::Mat spread(const cv::Mat& grey, const cv::Mat& squares, double along, double across) {
  const cv::Mat mean = blurred(grey, along, across);
  cv::Mat variance = blurred(squares, along, across) - mean.mul(mean);
  cv::max(variance, 0, variance);
  cv::sqrt(variance, variance);
  return variance;
}

}  // namespace

const std::vector<std::string>& pixel_feature_names() {
  static const std::vector<std::string> names = make_names();
  return names;
}

FeatureGrid make_feature_grid(const Image<float>& grey, const Image<std::uint8_t>& usable, Side side,
                              double cell_px) {
  assert(grey.width() == usable.width() && grey.height() == usable.height() && cell_px > 0);
  FeatureGrid grid;
  grid.frame = {side, grey.width(), grey.height()};
  grid.cell_px = cell_px;
  const int w = std::max(1, static_cast<int>(std::lround(grey.width() / cell_px)));
  const int h = std::max(1, static_cast<int>(std::lround(grey.height() / cell_px)));
  Image<float> small(w, h);
  Image<std::uint8_t> seen(w, h);
  cv::Mat small_view = mat_view(small), seen_view = mat_view(seen);
  cv::resize(mat_view(grey), small_view, small_view.size(), 0, 0,
             cell_px > 1 ? cv::INTER_AREA : cv::INTER_LINEAR);
  cv::resize(mat_view(usable), seen_view, seen_view.size(), 0, 0, cv::INTER_NEAREST);
  const Frame frame{side, w, h};
  const auto standing = upright(small, frame);
  const auto standing_seen = upright(seen, frame);
  grid.grey = Image<float>(frame.width(), frame.height());
  grid.seen = Image<std::uint8_t>(frame.width(), frame.height());
  std::vector<float> values;
  for (int v = 0; v < frame.height(); ++v)
    for (int u = 0; u < frame.width(); ++u) {
      grid.grey(u, v) = standing(u, v);
      grid.seen(u, v) = standing_seen(u, v) != 0;
      if (grid.seen(u, v)) values.push_back(standing(u, v));
    }
  if (values.empty()) return grid;
  const auto quantile = [&](double q) {
    const auto at = values.begin() + static_cast<std::ptrdiff_t>(q * static_cast<double>(values.size() - 1));
    std::nth_element(values.begin(), at, values.end());
    return *at;
  };
  const float lo = quantile(0.05), hi = quantile(0.95);
  const float scale = 1 / std::max(hi - lo, 1e-6F * std::max(1.0F, std::abs(hi)));
  for (float& g : grid.grey.pixels()) g = std::clamp((g - lo) * scale, -2.0F, 3.0F);
  return grid;
}

PixelFeatures pixel_features(const FeatureGrid& grid) {
  const cv::Mat grey = mat_view(grid.grey);
  Planes planes(grey.cols, grey.rows);
  for (const int s : kSmoothScales) {
    const cv::Mat smooth = blurred(grey, s, s);
    planes.add(smooth, -0.5, 1.5);
    planes.add(derived(smooth, 0, 1) * s, -0.5, 0.5);
  }
  for (const int s : kAlongScales) planes.add(cv::abs(derived(blurred(grey, s, s), 1, 0)) * s, 0, 0.5);
  cv::Mat high, low;
  for (const int s : kHessianScales) {
    const cv::Mat smooth = blurred(grey, s, s);
    eigenvalues(derived(smooth, 2, 0), derived(smooth, 1, 1), derived(smooth, 0, 2), high, low);
    planes.add(high * (s * s), -0.5, 1);
    planes.add(low * (s * s), -1, 0.5);
  }
  for (const int s : kTensorScales) {
    const cv::Mat smooth = blurred(grey, s, s);
    const cv::Mat along = derived(smooth, 1, 0), across = derived(smooth, 0, 1);
    eigenvalues(blurred(along.mul(along), 2 * s, 2 * s), blurred(along.mul(across), 2 * s, 2 * s),
                blurred(across.mul(across), 2 * s, 2 * s), high, low);
    cv::max(low, 0, low);
    cv::sqrt(high, high);
    cv::sqrt(low, low);
    planes.add(high * s, 0, 0.4);
    planes.add(low * s, 0, 0.2);
  }
  const cv::Mat squares = grey.mul(grey);
  for (const int s : kSpreadScales) {
    planes.add(spread(grey, squares, s, s), 0, 0.5);
    planes.add(blurred(grey, 0.5 * s, 0.5 * s) - blurred(grey, 2 * s, 2 * s), -0.6, 0.6);
  }
  const cv::Mat level = blurred(grey, kContextAlong, kContextAcross);
  planes.add(level, -0.5, 1.5);
  for (const int d : kOffsets) planes.add(shifted(level, d) - level, -1, 1);
  const cv::Mat texture = spread(grey, squares, kContextAlong, kContextAcross);
  for (const int d : kTextureOffsets) planes.add(shifted(texture, d), 0, 0.5);
  const cv::Mat rank = ranks(grid);
  for (const int s : kRankScales) {
    const cv::Mat smooth = blurred(rank, s, s);
    planes.add(smooth, 0, 1);
    planes.add(derived(smooth, 0, 1) * s, -0.5, 0.5);
  }
  const cv::Mat rank_squares = rank.mul(rank);
  for (const int s : kRankSpreadScales) planes.add(spread(rank, rank_squares, s, s), 0, 0.5);
  const cv::Mat rank_level = blurred(rank, kContextAlong, kContextAcross);
  planes.add(rank_level, 0, 1);
  for (const int d : kOffsets) planes.add(shifted(rank_level, d) - rank_level, -1, 1);
  return planes.take();
}

}  // namespace litho
