#include "modules/sem/filaments/evidence.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <opencv2/imgproc.hpp>

#include "modules/sem/mat_view/kernel.hpp"

namespace litho::filaments {
namespace {

constexpr int kOrientations = 8;
constexpr int kScalesOfLevel[][2] = {
    {0, 3}, {3, 5}, {5, 7}, {7, 8}};  // a level has half the px of the one before
constexpr int kGreyBins = 30, kStepBins = 40;
constexpr float kGreyLow = -1.0F, kStepLow = -0.5F, kBin = 0.06F;
constexpr double kMost = 4.5, kLeast = -2.5;  // nats one look may say
constexpr int kPlainScale = 2;                // the width at which the layer's own grey is looked for
constexpr double kBlurSd = 0.07;              // of the step: what edges' blur makes of a filament's grey
constexpr float kLeastPrice = 0.05F;
constexpr double kUnseen = 0.05;  // share of looks that are of no kind seen so far
constexpr std::size_t kFewLooks = 100;
constexpr double kMadToSd = 1.4826;

int bin(float value, float low, int bins) {
  return static_cast<int>(std::clamp((value - low) * (1 / kBin), 0.0F, static_cast<float>(bins - 1)));
}
int look_bin(float grey, float step) {
  return bin(grey, kGreyLow, kGreyBins) * kStepBins + bin(step, kStepLow, kStepBins);
}

double normal(double x, double sd) {
  return std::exp(-0.5 * x * x / (sd * sd)) / sd;
}

struct Spread {
  double mean = 0, sd = 0.1;
};
Spread robust(std::vector<float>& values, Spread fallback) {
  if (values.size() < 50) return fallback;
  const auto mid = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), mid, values.end());
  const float centre = *mid;
  for (float& v : values) v = std::abs(v - centre);
  std::nth_element(values.begin(), mid, values.end());
  return {centre, kMadToSd * *mid};
}

/// Mean over a px's surroundings of one width, and its step to the nearer of two opposite sides, the best of
/// all directions.
struct Look {
  cv::Mat grey, step;
};
Look look(const cv::Mat& share, double width) {
  Look out;
  const double sigma = width / 3, reach = 1.2 * width + 0.5;
  cv::GaussianBlur(share, out.grey, {0, 0}, sigma, sigma, cv::BORDER_REFLECT);
  const int margin = static_cast<int>(std::ceil(reach));
  cv::Mat wide;
  cv::copyMakeBorder(out.grey, wide, margin, margin, margin, margin, cv::BORDER_REFLECT);
  out.step = cv::Mat(share.size(), CV_32F, cv::Scalar(-1e3));
  for (int k = 0; k < kOrientations; ++k) {
    const double angle = std::numbers::pi * k / kOrientations;
    const int dx = static_cast<int>(std::lround(reach * std::cos(angle))),
              dy = static_cast<int>(std::lround(reach * std::sin(angle)));
    for (int y = 0; y < share.rows; ++y) {
      const float* one = wide.ptr<float>(y + margin + dy) + margin + dx;
      const float* other = wide.ptr<float>(y + margin - dy) + margin - dx;
      float* step = out.step.ptr<float>(y);
      for (int x = 0; x < share.cols; ++x) step[x] = std::max(step[x], std::min(one[x], other[x]));
    }
  }
  out.step -= out.grey;
  return out;
}

using LogRatio = std::array<float, kGreyBins * kStepBins>;

/// Filament of blurred amplitude a: grey about 1 - a, its nearer side about the electrolyte's own grey.
LogRatio log_ratio(const std::vector<double>& null, const Spread& layer, const Spread& bulk, double width) {
  LogRatio out{};
  const double grey_sd = std::hypot(layer.sd, kBlurSd), side_sd = std::hypot(0.83 * bulk.sd, 0.1);
  const double side = bulk.mean - 0.56 * bulk.sd;
  const double weakest = std::clamp(0.4 + 0.07 * width, 0.45, 0.85);
  std::vector<double> signal(out.size());
  double all = 0, count = 0;
  for (int g = 0; g < kGreyBins; ++g)
    for (int s = 0; s < kStepBins; ++s) {
      const double grey = kGreyLow + (g + 0.5) * kBin, step = kStepLow + (s + 0.5) * kBin;
      double sum = 0;
      for (int k = 0; k <= 6; ++k) sum += normal(grey - (1 - (weakest + (1.05 - weakest) * k / 6)), grey_sd);
      signal[g * kStepBins + s] = sum * normal(step + grey - side, side_sd);
      all += sum * normal(step + grey - side, side_sd);
    }
  for (const double n : null) count += n;
  const double floor = 1e-3 / static_cast<double>(out.size());
  for (std::size_t i = 0; i < out.size(); ++i) {
    const double texture =
        (1 - kUnseen) * null[i] / std::max(1.0, count) + kUnseen / static_cast<double>(out.size());
    out[i] = static_cast<float>(
        std::clamp(std::log((signal[i] / all + floor) / (texture + floor)), kLeast, kMost));
  }
  return out;
}

}  // namespace

Columns field_columns(const Ground& ground) {
  const int w = ground.grey.width(), h = ground.grey.height();
  const auto shown = [&](int u) {
    int n = 0;
    for (int v = 0; v < h; v += 4) n += ground.seen(u, v) != 0;
    return 10 * n > h / 4;
  };
  Columns field{0, w};
  while (field.first < w - 1 && !shown(field.first)) ++field.first;
  while (field.last > field.first + 1 && !shown(field.last - 1)) --field.last;
  return field;
}

Image<float> share_of_step(const LayerMap& layers) {
  const Ground& ground = layers.ground;
  const int w = ground.grey.width(), h = ground.grey.height();
  Image<float> share(w, h, 1.0F);
  const auto contrast = static_cast<float>(layers.electrolyte.mean - layers.interphase.mean);
  std::vector<float> middle(static_cast<std::size_t>(w));
  for (int u = 0; u < w; ++u) {
    const int full = std::min(layers.frame.width() - 1, u * ground.factor + ground.factor / 2);
    middle[u] = layers.split.empty()
                    ? static_cast<float>(0.5 * (layers.electrolyte.mean + layers.interphase.mean))
                    : layers.split[full];
  }
  for (int v = 0; v < h; ++v)
    for (int u = 0; u < w; ++u)
      if (ground.seen(u, v))
        share(u, v) = std::clamp(0.5F + (ground.grey(u, v) - middle[u]) / contrast, -2.0F, 3.0F);
  const Columns field = field_columns(ground);
  for (int v = 0; v < h; ++v) {
    for (int u = 0; u < field.first; ++u) share(u, v) = share(std::min(w - 1, 2 * field.first - 1 - u), v);
    for (int u = field.last; u < w; ++u) share(u, v) = share(std::max(0, 2 * field.last - 1 - u), v);
  }
  return share;
}

namespace {

/// How often the electrolyte gives each look, and the spread of greys in it and in the layer.
struct Counts {
  std::vector<double> looks = std::vector<double>(kGreyBins * kStepBins);
  std::vector<float> layer, bulk;
};
Counts count_looks(const Look& seen, const LayerMap& layers, const std::vector<float>& base,
                   const std::vector<float>& clear, int top, int level, double width) {
  Counts out;
  const Ground& ground = layers.ground;
  const int w = ground.grey.width(), h = ground.grey.height(), half = (1 << level) / 2;
  const int stride = level == 0 ? 2 : 1;
  const auto margin = static_cast<float>(1.2 * width);
  for (int y = 0; y < seen.grey.rows; y += stride) {
    const int v = std::min(h - 1, top + (y << level) + half);
    const float *grey = seen.grey.ptr<float>(y), *step = seen.step.ptr<float>(y);
    for (int x = (y / stride) % stride; x < seen.grey.cols; x += stride) {
      const int u = std::min(w - 1, (x << level) + half);
      const auto row = static_cast<float>(v);
      if (row < base[u] - margin) {
        const int full = std::min(layers.frame.width() - 1, u * ground.factor);
        if ((x & 3) == 0 && ground.seen(u, v) &&
            row > layers.outer_v[static_cast<std::size_t>(full)] / static_cast<float>(ground.factor) +
                      margin + 2)
          out.layer.push_back(grey[x]);
      } else if (row > clear[u] && ground.seen(u, v)) {
        if ((x & 7) == 0) out.bulk.push_back(grey[x]);
        out.looks[look_bin(grey[x], step[x])] += 1;
      }
    }
  }
  return out;
}

}  // namespace

Evidence weigh_evidence(const LayerMap& layers, const std::vector<float>& base,
                        const std::vector<float>& clear) {
  const Image<float> share = share_of_step(layers);
  const int w = share.width(), h = share.height();
  const int top = std::max(0, static_cast<int>(*std::min_element(base.begin(), base.end())) - 30);
  Evidence out{Image<float>(w, h, 2.0F), Image<float>(w, h, static_cast<float>(kLeast / 2)),
               Image<std::uint8_t>(w, h), Image<std::uint8_t>(w, h)};
  cv::Mat grey = mat_view(share).rowRange(top, h);
  for (int level = 0; level < 4; ++level) {
    if (level > 0) {
      cv::Mat smaller;
      cv::resize(grey, smaller, {grey.cols / 2, grey.rows / 2}, 0, 0, cv::INTER_AREA);
      grey = smaller;
    }
    if (grey.cols < 32 || grey.rows < 16) break;
    for (int scale = kScalesOfLevel[level][0]; scale < kScalesOfLevel[level][1]; ++scale) {
      const double width = kWidths[scale];
      const Look seen = look(grey, width / (1 << level));
      Counts counts = count_looks(seen, layers, base, clear, top, level, width);
      if (counts.bulk.size() < kFewLooks) {
        std::vector<float> near = base;
        for (float& v : near) v += static_cast<float>(2 * width);
        counts = count_looks(seen, layers, base, near, top, level, width);
      }
      const Spread in_layer = robust(counts.layer, {0, 0.15});
      if (scale == kPlainScale) {
        const auto limit = static_cast<float>(2 * std::hypot(in_layer.sd, kBlurSd));
        for (int v = top; v < h; ++v)
          for (int u = 0; u < w; ++u)
            out.plain(u, v) =
                std::abs(seen.grey.at<float>(v - top, u) - static_cast<float>(in_layer.mean)) < limit;
      }
      const LogRatio table = log_ratio(counts.looks, in_layer, robust(counts.bulk, {1, 0.2}), width);
      const auto looks = static_cast<float>(std::max(2.0, width));
      LogRatio price;
      for (std::size_t i = 0; i < price.size(); ++i) price[i] = kLeastPrice + 1 / (1 + std::exp(table[i]));
      std::vector<int> bins(static_cast<std::size_t>(grey.cols));
      int read = -1;
      for (int v = top; v < h; ++v) {
        const int y = std::min(grey.rows - 1, (v - top) >> level);
        if (y != read) {
          const float *g = seen.grey.ptr<float>(y), *s = seen.step.ptr<float>(y);
          for (int x = 0; x < grey.cols; ++x) bins[x] = look_bin(g[x], s[x]);
          read = y;
        }
        const auto best = out.price.row(v), gain = out.gain.row(v);
        const auto which = out.scale.row(v);
        for (int u = 0; u < w; ++u) {
          const auto here = static_cast<std::size_t>(bins[std::min(grey.cols - 1, u >> level)]);
          if (price[here] > best[u]) continue;
          best[u] = price[here];
          gain[u] = table[here] > 0 ? table[here] / looks : table[here] / 2;
          which[u] = static_cast<std::uint8_t>(scale);
        }
      }
    }
  }
  return out;
}

}  // namespace litho::filaments
