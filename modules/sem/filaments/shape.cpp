#include "modules/sem/filaments/shape.hpp"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

namespace litho::filaments {
namespace {

constexpr double kTube = 1.0, kCore = 0.2;    // of the width, about the path
constexpr float kHem = 1.5F, kRootDepth = 3;  // px: rows so far beyond the front are the root
constexpr int kCell = 16;                     // px over which illumination and level are taken as one

}  // namespace

Shape cut_out(const Shares& shares, const LayerMap& layers, const Chain& chain, const Look& look,
              double sigma) {
  const int f = layers.ground.factor, w = layers.frame.width(), h = layers.frame.height();
  struct Disc {
    PointPx at;
    double tube, core;
  };
  std::vector<Disc> discs;
  const double least = 0.5 * look.width;
  const auto add = [&](const std::vector<Step>& path, bool stem) {
    const std::vector<PointPx> line = smooth_path(path, f);
    for (std::size_t i = 0; i < line.size(); ++i) {
      const double t = static_cast<double>(i) / static_cast<double>(line.size());
      const double wide =
          stem ? std::max(least, look.width_root + t * (look.width_tip - look.width_root)) : look.width;
      const double width = std::min(std::max(wide, look.width), 1.6 * look.width);
      // What lies at the tip is for the greys to say.
      const bool end = static_cast<double>(line.size() - i) * f < look.width;
      discs.push_back(
          {line[i], kTube * width + 2, end ? 0.0 : std::max(1.0, kCore * std::min(wide, look.width))});
    }
  };
  add(chain.path, true);
  for (const auto& branch : chain.branches) add(branch, false);
  int x0 = w, x1 = 0, y0 = h, y1 = 0;
  for (const Disc& d : discs) {
    const int r = static_cast<int>(std::ceil(d.tube)) + 1;
    x0 = std::min(x0, static_cast<int>(d.at.x) - r), x1 = std::max(x1, static_cast<int>(d.at.x) + r + 1);
    y0 = std::min(y0, static_cast<int>(d.at.y) - r), y1 = std::max(y1, static_cast<int>(d.at.y) + r + 1);
  }
  x0 = std::clamp(x0, 0, w - 1), x1 = std::clamp(x1, x0 + 1, w), y0 = std::clamp(y0, 0, h - 1),
  y1 = std::clamp(y1, y0 + 1, h);
  cv::Mat share(y1 - y0, x1 - x0, CV_32F), tube(share.size(), CV_8U, cv::Scalar(0)), core = tube.clone();
  for (int y = 0; y < share.rows; y += kCell)
    for (int x = 0; x < share.cols; x += kCell) {
      const auto local = shares.near({x0 + x + 0.5 * kCell, y0 + y + 0.5 * kCell});
      for (int b = y; b < std::min(share.rows, y + kCell); ++b)
        for (int a = x; a < std::min(share.cols, x + kCell); ++a)
          share.at<float>(b, a) = shares.at(local, x0 + a, y0 + b);
    }
  cv::GaussianBlur(share, share, {0, 0}, sigma, sigma, cv::BORDER_REPLICATE);
  for (const Disc& d : discs) {
    const cv::Point middle{static_cast<int>(d.at.x) - x0, static_cast<int>(d.at.y) - y0};
    cv::circle(tube, middle, static_cast<int>(std::lround(d.tube)), 255, cv::FILLED);
    if (d.core > 0) cv::circle(core, middle, static_cast<int>(std::lround(d.core)), 255, cv::FILLED);
  }
  cv::Mat dark, ids;
  cv::compare(share, 0.5 * (look.core + look.nearer()), dark, cv::CMP_LT);
  Shape shape{(dark & tube) | core, {x0, y0}};
  const int parts = cv::connectedComponents(shape.mask, ids, 8, CV_32S);
  std::vector<bool> hangs(static_cast<std::size_t>(parts), false);
  for (int y = 0; y < ids.rows; ++y)
    for (int x = 0; x < ids.cols; ++x)
      if (core.at<std::uint8_t>(y, x)) hangs[ids.at<int>(y, x)] = true;
  for (int y = 0; y < ids.rows; ++y)
    for (int x = 0; x < ids.cols; ++x)
      if (!hangs[ids.at<int>(y, x)]) shape.mask.at<std::uint8_t>(y, x) = 0;
  return shape;
}

Extent measure_shape(const Shape& shape, const std::vector<float>& front, double slope) {
  Extent out;
  const int w = static_cast<int>(front.size());
  out.left = w, out.right = -1;
  const auto row = [&](int u) { return front[static_cast<std::size_t>(std::clamp(u, 0, w - 1))]; };
  for (int y = 0; y < shape.mask.rows; ++y)
    for (int x = 0; x < shape.mask.cols; ++x) {
      const int u = x + shape.at.x, v = y + shape.at.y;
      const float below = static_cast<float>(v) + 0.5F - row(u);
      if (!shape.mask.at<std::uint8_t>(y, x) || below < kHem || below > kHem + kRootDepth) continue;
      out.left = std::min(out.left, u), out.right = std::max(out.right, u);
    }
  if (out.right < out.left) return out;
  const double norm = std::hypot(1.0, slope);
  const auto height = [&](double u, double v) { return (v - slope * u) / norm; };
  const double left = height(out.left, row(out.left - 1)), right = height(out.right + 1, row(out.right + 1));
  for (int y = 0; y < shape.mask.rows; ++y)
    for (int x = 0; x < shape.mask.cols; ++x) {
      const double u = x + shape.at.x + 0.5, v = y + shape.at.y + 0.5;
      if (!shape.mask.at<std::uint8_t>(y, x) || !(v > row(static_cast<int>(u)))) continue;
      out.area += 1;
      const double t = std::clamp((u - out.left) / (out.right + 1 - out.left), 0.0, 1.0);
      const double depth = height(u, v) - (left * (1 - t) + right * t) + 0.5;
      if (depth > out.depth) out.depth = depth, out.tip = {u, v};
    }
  return out;
}

}  // namespace litho::filaments
