#include "modules/sem/filaments/look.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace litho::filaments {
namespace {

constexpr int kAlong = 4;              // nodes either side that tell a path's direction
constexpr double kSlender = 1.1;       // a filament is deeper than this times its width
constexpr double kSlimmest = 25;       // times its width: a longer one is a crack
constexpr double kShallowest = 4;      // ground px
constexpr double kOutward = 0.5;       // of its length must lead away from the front
constexpr double kLineInLayer = 0.25;  // of the step: a crack runs on into the layer, a filament begins there
constexpr double kStands = 0.4;        // of the step, for a stretch to stand out

/// Grey across the path, one row a node, columns -reach..reach px.
using Across = std::vector<std::vector<float>>;

std::vector<double> mean_of(const Across& rows, std::size_t from, std::size_t to) {
  std::vector<double> mean(rows.front().size());
  to = std::min(std::max(to, from + 1), rows.size());
  for (std::size_t i = from; i < to; ++i)
    for (std::size_t t = 0; t < mean.size(); ++t) mean[t] += rows[i][t] / static_cast<double>(to - from);
  return mean;
}

struct Section {
  double core = 0, left = 0, right = 0, width = 0;
};
Section measure(const std::vector<double>& m) {
  const int n = static_cast<int>(m.size()), middle = n / 2, edge = std::max(3, middle / 3);
  Section s;
  for (int k = 0; k < edge; ++k) s.left += m[k] / edge, s.right += m[n - 1 - k] / edge;
  const int search = std::max(2, middle / 4);
  int best = middle;
  s.core = 1e9;
  for (int t = middle - search; t <= middle + search; ++t) {
    const double three = (m[t - 1] + m[t] + m[t + 1]) / 3;
    if (three < s.core) s.core = three, best = t;
  }
  int l = best, r = best;
  while (l > 0 && m[l] < 0.5 * (s.core + s.left)) --l;
  while (r < n - 1 && m[r] < 0.5 * (s.core + s.right)) ++r;
  s.width = std::max(1, r - l - 1);
  return s;
}

double square_over(double excess, double unit) {
  const double z = std::max(0.0, excess) / unit;
  return z * z;
}

}  // namespace

std::vector<PointPx> smooth_path(const std::vector<Step>& path, int factor) {
  const int n = static_cast<int>(path.size());
  std::vector<PointPx> out;
  for (int i = 0; i < n; ++i) {
    const int r = std::min({3, i, n - 1 - i});
    double u = 0, v = 0;
    for (int k = i - r; k <= i + r; ++k) u += path[k].u, v += path[k].v;
    out.push_back({(u / (2 * r + 1) + 0.5) * factor, (v / (2 * r + 1) + 0.5) * factor});
  }
  return out;
}

Shares::Shares(const Restored& picture, const LayerMap& layers)
    : grey_(upright(picture.grey, layers.frame)),
      layers_(layers),
      contrast_(layers.electrolyte.mean - layers.interphase.mean) {
  const Columns field = field_columns(layers.ground);
  first_ = field.first * layers.ground.factor;
  last_ = std::min(grey_.width(), field.last * layers.ground.factor);
}

Shares::Local Shares::near(PointPx p) const {
  const PointPx q = layers_.frame.to_image(p);
  const int u = std::clamp(static_cast<int>(p.x), 0, grey_.width() - 1);
  const double middle = layers_.split.empty() ? 0.5 * (layers_.electrolyte.mean + layers_.interphase.mean)
                                              : layers_.split[static_cast<std::size_t>(u)];
  return {layers_.shade.at(2 * q.x / layers_.frame.image_width - 1, 2 * q.y / layers_.frame.image_height - 1),
          middle};
}

float Shares::at(const Local& local, double u, double v) const {
  // Mirrored at the field's sides: half of what they cut is seen.
  int a = static_cast<int>(std::floor(u));
  a = std::clamp(a < first_ ? 2 * first_ - 1 - a : a >= last_ ? 2 * last_ - 1 - a : a, 0, grey_.width() - 1);
  const int b = std::clamp(static_cast<int>(std::floor(v)), 0, grey_.height() - 1);
  return static_cast<float>(
      std::clamp(0.5 + (grey_(a, b) / local.shade - local.middle) / contrast_, -2.0, 3.0));
}

Strip::Strip(const Shares& shares, const LayerMap& layers, const Chain& chain)
    : shares_(shares),
      layers_(layers),
      width_px_(chain.width * layers.ground.factor),
      factor_(layers.ground.factor),
      path_(smooth_path(chain.path, factor_)) {
  const std::size_t n = path_.size();
  reach_ = static_cast<int>(1.7 * chain.width * factor_ + 8);
  rows_.resize(n);
  for (std::size_t i = 0; i < n; ++i) {
    const PointPx a = path_[i - std::min<std::size_t>(i, kAlong)], b = path_[std::min(n - 1, i + kAlong)];
    const double length = std::max(1e-6, std::hypot(b.x - a.x, b.y - a.y));
    const double tu = (b.x - a.x) / length, tv = (b.y - a.y) / length;
    const auto local = shares.near(path_[i]);
    rows_[i].reserve(static_cast<std::size_t>(2 * reach_ + 1));
    for (int t = -reach_; t <= reach_; ++t)
      rows_[i].push_back(shares.at(local, path_[i].x - t * tv, path_[i].y + t * tu));
  }
}

double Strip::turn(std::size_t node) const {
  const std::size_t span = std::max<std::size_t>(6, static_cast<std::size_t>(reach_ / factor_ / 2));
  const PointPx a = path_[node - std::min(node, span)], b = path_[std::min(node, path_.size() - 1)],
                c = path_[std::min(node + span, path_.size() - 1)];
  const double dot = (b.x - a.x) * (c.x - b.x) + (b.y - a.y) * (c.y - b.y),
               cross = (b.x - a.x) * (c.y - b.y) - (b.y - a.y) * (c.x - b.x);
  return std::abs(std::atan2(cross, dot)) * 180 / std::numbers::pi;
}

bool Strip::runs_on() const {
  // The darkest place of each row above the front within a window over the root, and within four beside it.
  const int reach = static_cast<int>(width_px_ / 2) + 6, stride = 2 * reach + 4, w = layers_.frame.width();
  const auto u0 = static_cast<int>(path_.front().x);
  if (u0 - 2 * stride - reach < 0 || u0 + 2 * stride + reach >= w) return false;
  double top = path_.front().y, outer = 0;
  for (int u = u0 - 2 * stride - reach; u <= u0 + 2 * stride + reach; ++u) {
    const auto k = static_cast<std::size_t>(u);
    top = std::min<double>(top, layers_.front_v[k]), outer = std::max<double>(outer, layers_.outer_v[k]);
  }
  const int from = static_cast<int>(top) - 5, to = std::max(from - 15, static_cast<int>(outer) + 4);
  if (from - to < 6) return false;
  double darkest[5] = {};
  for (int v = from; v > to; --v)
    for (int k = -2; k <= 2; ++k) {
      double least = 1e9;
      const auto local = shares_.near({u0 + k * stride + 0.5, v + 0.5});
      for (int u = u0 + k * stride - reach; u <= u0 + k * stride + reach; ++u)
        least = std::min<double>(
            least, (shares_.at(local, u - 1, v) + shares_.at(local, u, v) + shares_.at(local, u + 1, v)) / 3);
      darkest[k + 2] += least / (from - to);
    }
  std::swap(darkest[2], darkest[4]);
  std::sort(darkest, darkest + 4);
  return 0.5 * (darkest[1] + darkest[2]) - darkest[4] > kLineInLayer;
}

Look Strip::look(std::size_t n, double slope) const {
  Look look;
  for (std::size_t i = 1; i < n; ++i)
    look.length += std::hypot(path_[i].x - path_[i - 1].x, path_[i].y - path_[i - 1].y);
  const Section whole = measure(mean_of(rows_, 0, n)), root = measure(mean_of(rows_, 0, n / 3)),
                tip = measure(mean_of(rows_, 2 * n / 3, n));
  look.core = whole.core, look.left = whole.left, look.right = whole.right, look.width = whole.width;
  look.width_root = root.width, look.width_tip = tip.width;
  look.root = std::min(root.left, root.right) - root.core;
  look.depth =
      ((path_[n - 1].y - path_[0].y) - slope * (path_[n - 1].x - path_[0].x)) / std::hypot(1.0, slope);
  const auto stretches = static_cast<std::size_t>(std::max(2.0, look.length / std::max(6.0, look.width)));
  const int half = std::max(1, static_cast<int>(0.25 * look.width)), off = static_cast<int>(look.width),
            far = std::min(reach_, off + std::max(3, static_cast<int>(0.7 * look.width)));
  double sum = 0, squares = 0, seen = 0;
  look.darkest = 1e9;
  for (std::size_t k = 0; k < stretches; ++k) {
    const auto m = mean_of(rows_, k * n / stretches, (k + 1) * n / stretches);
    double core = 0, left = 0, right = 0;
    for (int t = reach_ - half; t <= reach_ + half; ++t) core += m[t] / (2 * half + 1);
    if (far < off) continue;
    for (int t = off; t <= far; ++t)
      left += m[reach_ - t] / (far - off + 1), right += m[reach_ + t] / (far - off + 1);
    look.stands += std::min(left, right) - core > kStands;
    sum += core, squares += core * core, seen += 1;
    look.darkest = std::min(look.darkest, core);
  }
  look.darkest = std::min({look.darkest, root.core, tip.core});
  if (seen > 0) {
    look.stands /= seen;
    look.uneven = std::sqrt(std::max(0.0, squares / seen - sum / seen * (sum / seen)));
  }
  return look;
}

bool may_be_filament(const Look& look, int factor) {
  const double width = std::max(look.width, 3.0);
  return look.depth >= kShallowest * factor && look.depth > kSlender * width &&
         look.length < kSlimmest * width && look.depth > kOutward * look.length && look.core > -0.35 &&
         look.core < 0.55 && look.nearer() - look.core > 0.35 && look.root > 0.1 && look.stands >= 0.3 &&
         look.darkest > -0.5 && look.uneven < 0.35;
}

double misfit(const Look& look, double width_px) {
  return square_over(look.core - 0.05, 0.2) + square_over(-0.1 - look.core, 0.15) +
         square_over(0.9 - (look.nearer() - look.core), 0.25) + square_over(1 - look.stands, 0.25) +
         square_over(std::log(look.length / look.depth) - 0.1, 0.2) +
         square_over(std::log(look.width_tip / look.width_root), 0.4) +
         square_over(std::log(look.width / width_px) - 0.26, 0.25) + square_over(0.8 - look.root, 0.3) +
         square_over(look.uneven - 0.1, 0.1);
}

}  // namespace litho::filaments
