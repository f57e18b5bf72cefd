#include "modules/sem/line_features/kernel.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <functional>
#include <numbers>
#include <opencv2/imgproc.hpp>

#include "modules/sem/mat_view/kernel.hpp"

namespace litho {
namespace {

using crack_paths::Pixel;

constexpr double kFaintest = 3;     // sigma of a candidate
constexpr float kRim = 0.02F;       // of the layer's thickness beyond its boundaries
constexpr float kThinnest = 10;     // px
constexpr float kDarkShare = 0.4F;  // of the way from the region's median to its darkest
constexpr double kDarkest = 0.005;  // quantile
constexpr float kStrongest = 10;    // sigma: more counts no more in runs
constexpr double kSameScale = 1.25;
constexpr int kFlanks[] = {4, 8, 16};
constexpr int kAhead[] = {8, 16, 32};
constexpr int kRuns[] = {31, 61, 121};

struct Feature {
  std::string name;
  double lo, hi;  // become 0 and 255
};

std::vector<Feature> make_features() {
  std::vector<Feature> f{{"strength", -2.4, 4.2}, {"across", 0, 1},        {"level", 0, 4},
                         {"width", 0, 32},        {"width_around", 0, 32}, {"darkness", -0.5, 1.5}};
  const auto add = [&](const char* what, int px, double lo, double hi) {
    f.push_back({what + std::to_string(px), lo, hi});
  };
  for (const int r : kFlanks) add("darker_flank_", r, -1, 1.2), add("brighter_flank_", r, -1, 1.2);
  for (const int r : kAhead) add("weaker_end_", r, -2.4, 4.2), add("stronger_end_", r, -2.4, 4.2);
  for (const auto& [name, lo, hi] : {std::tuple{"chain_length", 0.0, 7.5},
                                     {"chain_across", 0.0, 1.5},
                                     {"chain_along", 0.0, 1.5},
                                     {"chain_slope", 0.0, 1.58},
                                     {"chain_strength", -2.4, 4.2},
                                     {"chain_width", 0.0, 32.0},
                                     {"chain_widest", 0.0, 32.0},
                                     {"chain_steepness", 0.0, 1.0},
                                     {"chain_darkness", -0.5, 1.5},
                                     {"chain_unevenness", 0.0, 8.0}})
    f.push_back({name, lo, hi});
  for (const int l : kRuns) add("lines_across_", l, 0, kStrongest), add("lines_along_", l, 0, kStrongest);
  return f;
}
const std::vector<Feature>& features() {
  static const auto all = make_features();
  return all;
}

/// The picture standing upright, and what is taken from it.
struct Scene {
  int width = 0, height = 0;
  Image<float> grey, strength;
  Image<std::uint8_t> level, direction, inside;  // inside: 1 layer, 2 electrolyte
  std::array<float, 3> median{}, depth{};  // of the regions: grey, and how far below it the darkest lies
  double slope = 0;                        // angle of the layer
  double thickness = 0;
};

float quantile(std::vector<float>& values, double q) {
  const auto at = values.begin() + static_cast<std::ptrdiff_t>(q * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), at, values.end());
  return *at;
}

double slope_of(const std::vector<float>& rows) {
  double su = 0, sv = 0, suu = 0, suv = 0;
  const double n = static_cast<double>(rows.size());
  for (std::size_t u = 0; u < rows.size(); ++u) {
    const double x = static_cast<double>(u);
    su += x, sv += rows[u], suu += x * x, suv += x * rows[u];
  }
  return std::atan((suv - su * sv / n) / std::max(1e-9, suu - su * su / n));
}

Scene make_scene(const Image<float>& grey, const Image<std::uint8_t>& usable, const RidgeMap& ridges,
                 const LineArea& area) {
  const Frame& frame = area.frame;
  Scene s;
  s.width = frame.width(), s.height = frame.height();
  s.grey = s.strength = Image<float>(s.width, s.height);
  s.level = s.direction = s.inside = Image<std::uint8_t>(s.width, s.height);
  const auto g = upright(grey, frame);
  const auto use = upright(usable, frame), strength = upright(ridges.strength, frame),
             level = upright(ridges.ridge, frame), direction = upright(ridges.direction, frame);
  const int turned = frame.sideways() ? kRidgeDirections / 2 : 0;
  std::vector<double> heights;
  for (int u = 0; u < s.width; ++u)
    heights.push_back(area.front_v[static_cast<std::size_t>(u)] - area.outer_v[static_cast<std::size_t>(u)]);
  std::nth_element(heights.begin(), heights.begin() + s.width / 2, heights.end());
  s.thickness = std::max<double>(kThinnest, heights[static_cast<std::size_t>(s.width / 2)]);
  s.slope = slope_of(area.outer_v);
  std::array<std::vector<float>, 3> greys;
  for (int u = 0; u < s.width; ++u) {
    const float top = area.outer_v[static_cast<std::size_t>(u)],
                bottom = area.front_v[static_cast<std::size_t>(u)];
    const float rim = kRim * std::max(kThinnest, bottom - top);
    for (int v = 0; v < s.height; ++v) {
      s.grey(u, v) = g(u, v);
      s.strength(u, v) = static_cast<float>(strength(u, v)) / static_cast<float>(kStrengthPerSigma);
      s.level(u, v) = level(u, v);
      s.direction(u, v) = static_cast<std::uint8_t>((direction(u, v) + turned) % kRidgeDirections);
      const float middle = static_cast<float>(v) + 0.5F;
      if (!use(u, v) || middle < top - rim) continue;
      if (middle < bottom + rim)
        s.inside(u, v) = 1;
      else if (area.electrolyte)
        s.inside(u, v) = 2;
      if (s.inside(u, v) && (u + v) % 2 == 0) greys[s.inside(u, v)].push_back(g(u, v));
    }
  }
  for (const std::size_t k : {1U, 2U}) {
    if (greys[k].empty()) continue;
    s.median[k] = quantile(greys[k], 0.5);
    s.depth[k] = std::max(s.median[k] - quantile(greys[k], kDarkest), 1e-6F * std::abs(s.median[k]) + 1e-9F);
  }
  return s;
}

/// Half widths of what is dark, px.
cv::Mat dark_widths(const Scene& s) {
  cv::Mat dark(s.height, s.width, CV_8U, cv::Scalar(0)), out;
  for (int v = 0; v < s.height; ++v)
    for (int u = 0; u < s.width; ++u)
      if (const std::size_t k = s.inside(u, v); k > 0)
        dark.at<std::uint8_t>(v, u) = s.grey(u, v) < s.median[k] - kDarkShare * s.depth[k];
  cv::distanceTransform(dark, out, cv::DIST_L2, cv::DIST_MASK_PRECISE);
  return out;
}

cv::Mat dilated(const cv::Mat& plane, int side) {
  cv::Mat out;
  cv::dilate(plane, out, cv::Mat::ones(side, side, CV_8U));
  return out;
}

class Columns {
 public:
  explicit Columns(std::vector<Pixel> at) { out_.at = std::move(at); }
  template <class Value>
  void add(Value value) {
    const Feature& f = features()[out_.values.size() / std::max<std::size_t>(1, out_.size())];
    for (std::size_t i = 0; i < out_.size(); ++i)
      out_.values.push_back(static_cast<std::uint8_t>(
          std::clamp(std::lround(255 * (value(i) - f.lo) / (f.hi - f.lo)), 0L, 255L)));
  }
  const std::vector<Pixel>& at() const { return out_.at; }
  LinePixels take() { return std::move(out_); }

 private:
  LinePixels out_;
};

double logged(double strength) {
  return std::log(strength + 0.1);
}

struct ChainFigures {
  double length = 0, low_u = 1e9, high_u = -1e9, low_v = 1e9, high_v = -1e9;
  double strength = 0, width = 0, width2 = 0, widest = 0, steepness = 0, darkness = 0;
};

}  // namespace

const std::vector<std::string>& line_feature_names() {
  static const auto names = [] {
    std::vector<std::string> out;
    for (const Feature& f : features()) out.push_back(f.name);
    return out;
  }();
  return names;
}

LinePixels line_pixels(const Image<float>& grey, const Image<std::uint8_t>& usable, const RidgeMap& ridges,
                       const LineArea& area) {
  assert(grey.size() == usable.size() && grey.size() == ridges.ridge.size());
  const Scene s = make_scene(grey, usable, ridges, area);
  Image<std::uint8_t> mask(s.width, s.height);
  for (int v = 1; v + 1 < s.height; ++v)
    for (int u = 1; u + 1 < s.width; ++u)
      if (s.inside(u, v) && s.level(u, v) && s.strength(u, v) >= kFaintest)
        for (int b = v - 1; b <= v + 1; ++b)
          for (int a = u - 1; a <= u + 1; ++a) mask(a, b) = 1;
  crack_paths::thin(mask);
  std::vector<Pixel> at;
  for (int v = 0; v < s.height; ++v)
    for (int u = 0; u < s.width; ++u) {
      mask(u, v) = mask(u, v) && s.inside(u, v);
      if (mask(u, v)) at.push_back({u, v});
    }
  // Which chain each pixel lies in; what belongs to none stands for itself.
  const auto chains = crack_paths::cut_into_chains(mask);
  Image<int> chain_of(s.width, s.height, -1);
  for (std::size_t k = 0; k < chains.size(); ++k)
    for (const Pixel p : chains[k])
      if (chain_of(p.x, p.y) < 0) chain_of(p.x, p.y) = static_cast<int>(k);
  std::vector<std::size_t> chain;
  std::size_t count = chains.size();
  for (const Pixel p : at)
    chain.push_back(chain_of(p.x, p.y) >= 0 ? static_cast<std::size_t>(chain_of(p.x, p.y)) : count++);

  const cv::Mat strengths = mat_view(s.strength);
  const cv::Mat near = dilated(strengths, 3), wider = dilated(strengths, 5);
  const cv::Mat widths = dark_widths(s), width = dilated(widths, 5), around = dilated(widths, 31);
  cv::Mat darkest;
  cv::erode(mat_view(s.grey), darkest, cv::Mat::ones(3, 3, CV_8U));
  Columns columns(std::move(at));
  const auto& pixels = columns.at();
  const auto of = [&](const cv::Mat& plane) {
    return [&pixels, &plane](std::size_t i) -> double { return plane.at<float>(pixels[i].y, pixels[i].x); };
  };
  const auto share = [&](std::size_t i, float g) -> double {
    const std::size_t k = s.inside(pixels[i].x, pixels[i].y);
    return (s.median[k] - g) / s.depth[k];
  };
  std::vector<double> cosines, sines, steepness;
  for (const Pixel p : pixels) {
    const double angle = s.direction(p.x, p.y) * std::numbers::pi / kRidgeDirections;
    cosines.push_back(std::cos(angle)), sines.push_back(std::sin(angle));
    steepness.push_back(std::abs(std::sin(angle - s.slope)));
  }
  const auto beside = [&](const cv::Mat& plane, std::size_t i, double along, double across) {
    const int u = pixels[i].x + static_cast<int>(std::lround(along * cosines[i] - across * sines[i]));
    const int v = pixels[i].y + static_cast<int>(std::lround(along * sines[i] + across * cosines[i]));
    return plane.at<float>(std::clamp(v, 0, s.height - 1), std::clamp(u, 0, s.width - 1));
  };
  columns.add([&](std::size_t i) { return logged(of(near)(i)); });
  columns.add([&](std::size_t i) { return steepness[i]; });
  columns.add([&](std::size_t i) -> double { return s.level(pixels[i].x, pixels[i].y); });
  columns.add(of(width));
  columns.add(of(around));
  const auto darkness = [&](std::size_t i) { return share(i, static_cast<float>(of(darkest)(i))); };
  columns.add(darkness);
  const cv::Mat greys = mat_view(s.grey);
  for (const int r : kFlanks) {
    columns.add(
        [&](std::size_t i) { return share(i, std::min(beside(greys, i, 0, r), beside(greys, i, 0, -r))); });
    columns.add(
        [&](std::size_t i) { return share(i, std::max(beside(greys, i, 0, r), beside(greys, i, 0, -r))); });
  }
  for (const int r : kAhead) {
    columns.add(
        [&](std::size_t i) { return logged(std::min(beside(wider, i, r, 0), beside(wider, i, -r, 0))); });
    columns.add(
        [&](std::size_t i) { return logged(std::max(beside(wider, i, r, 0), beside(wider, i, -r, 0))); });
  }
  std::vector<ChainFigures> figures(count);
  for (std::size_t i = 0; i < pixels.size(); ++i) {
    ChainFigures& c = figures[chain[i]];
    const double w = of(width)(i);
    c.length += 1, c.strength += of(near)(i), c.width += w, c.width2 += w * w,
        c.widest = std::max(c.widest, w);
    c.steepness += steepness[i], c.darkness += darkness(i);
    c.low_u = std::min<double>(c.low_u, pixels[i].x), c.high_u = std::max<double>(c.high_u, pixels[i].x);
    c.low_v = std::min<double>(c.low_v, pixels[i].y), c.high_v = std::max<double>(c.high_v, pixels[i].y);
  }
  const auto of_chain = [&](auto figure) {
    columns.add([&](std::size_t i) { return figure(figures[chain[i]]); });
  };
  of_chain([](const ChainFigures& c) { return std::log(c.length); });
  of_chain([&](const ChainFigures& c) { return (c.high_v - c.low_v) / s.thickness; });
  of_chain([&](const ChainFigures& c) { return (c.high_u - c.low_u) / s.thickness; });
  of_chain([](const ChainFigures& c) { return std::atan2(c.high_v - c.low_v + 1, c.high_u - c.low_u + 1); });
  of_chain([](const ChainFigures& c) { return logged(c.strength / c.length); });
  of_chain([](const ChainFigures& c) { return c.width / c.length; });
  of_chain([](const ChainFigures& c) { return c.widest; });
  of_chain([](const ChainFigures& c) { return c.steepness / c.length; });
  of_chain([](const ChainFigures& c) { return c.darkness / c.length; });
  of_chain([](const ChainFigures& c) {
    const double mean = c.width / c.length;
    return std::sqrt(std::max(0.0, c.width2 / c.length - mean * mean));
  });
  cv::Mat capped, run;
  cv::min(near, kStrongest, capped);
  for (const int l : kRuns) {
    cv::blur(capped, run, {1, l});
    columns.add(of(run));
    cv::blur(capped, run, {l, 1});
    columns.add(of(run));
  }
  return columns.take();
}

double line_zoom(double line_um, double pixel_size_nm) {
  const double zoom = 1e3 * line_um / pixel_size_nm;
  return zoom < kSameScale && zoom > 1 / kSameScale ? 1 : zoom;
}

namespace {

cv::Size line_size(const cv::Mat& plane, double zoom) {
  return {std::max(1, static_cast<int>(std::lround(plane.cols / zoom))),
          std::max(1, static_cast<int>(std::lround(plane.rows / zoom)))};
}

template <class T>
Image<T> resized(const Image<T>& image, double zoom, int how) {
  if (zoom == 1) return image;
  const cv::Mat from = mat_view(image);
  const cv::Size size = line_size(from, zoom);
  Image<T> out(size.width, size.height);
  cv::Mat to = mat_view(out);
  cv::resize(from, to, size, 0, 0, how);
  return out;
}

}  // namespace

Image<float> at_line_scale(const Image<float>& grey, double zoom) {
  return resized(grey, zoom, zoom > 1 ? cv::INTER_AREA : cv::INTER_LINEAR);
}
Image<std::uint8_t> at_line_scale(const Image<std::uint8_t>& mask, double zoom) {
  return resized(mask, zoom, cv::INTER_NEAREST);
}

std::vector<float> at_line_scale(const std::vector<float>& rows, const Frame& frame, double zoom) {
  if (zoom == 1) return rows;
  const auto scaled = [&](int px) { return std::max(1, static_cast<int>(std::lround(px / zoom))); };
  const int width = scaled(frame.width());
  std::vector<float> out;
  for (int u = 0; u < width; ++u) {
    const int from = std::min(frame.width() - 1, u * frame.width() / width);
    out.push_back(
        static_cast<float>(rows[static_cast<std::size_t>(from)] * scaled(frame.height()) / frame.height()));
  }
  return out;
}

}  // namespace litho
