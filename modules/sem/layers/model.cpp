#include <algorithm>
#include <cmath>

#include "modules/sem/layers/coarse.hpp"

namespace litho::layers {
namespace {

constexpr float kOuterStiffness = 4;  // nats a coarse px of jump off the line
constexpr float kFrontStiffness = 1.5F;
constexpr double kOutlier = 4.5;       // nats: pores, cracks and dirt count as strange, not as another phase
constexpr double kSpreadFloor = 0.02;  // of the electrolyte's grey
constexpr double kMadToSd = 1.4826;
constexpr double kDark = 0.6;  // of the interphase's grey

double median(std::vector<float>& values) {
  if (values.empty()) return 0;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

Appearance robust(std::vector<float>& values, double floor) {
  const double mean = median(values);
  for (float& v : values) v = std::abs(v - static_cast<float>(mean));
  return {mean, std::max(floor, kMadToSd * median(values))};
}

/// Upright coarse pixel -> place in the image's own orientation, -1..1.
struct Places {
  Frame frame;  // of the coarse picture
  PointPx operator()(int u, int v) const {
    const PointPx p = frame.to_image({u + 0.5, v + 0.5});
    return {2 * p.x / frame.image_width - 1, 2 * p.y / frame.image_height - 1};
  }
};

Image<float> shade_map(const Shade& shade, const Places& places, int w, int h) {
  Image<float> map(w, h);
  for (int v = 0; v < h; ++v)
    for (int u = 0; u < w; ++u) {
      const PointPx p = places(u, v);
      map(u, v) = static_cast<float>(shade.at(p.x, p.y));
    }
  return map;
}

int region(const Model& m, int u, int v) {
  return v < m.outer[static_cast<std::size_t>(u)] ? 0 : v < m.front[static_cast<std::size_t>(u)] ? 1 : 2;
}

/// Median and spread of each region near the layer, two pixels clear of its boundaries where it is thick
/// enough. Far from the layer other things may lie (cracked grains, a counter electrode): they do not tell
/// how its neighbours look.
void learn_appearance(Model& m, const Image<float>& shade) {
  const int w = m.picture.grey.width(), h = m.picture.grey.height();
  std::vector<float> values[3];
  for (int u = 0; u < w; u += 2) {
    const int a = m.outer[static_cast<std::size_t>(u)], b = m.front[static_cast<std::size_t>(u)];
    const int clear = std::clamp((b - a) / 4, 0, 2);
    for (int v = 0; v < h; ++v) {
      if (m.picture.weight(u, v) < 0.5F) continue;
      const int strip = std::max(2 * (b - a), h / 8);
      if (v < a - strip || v > b + strip) continue;
      if (std::abs(2 * (v - a) + 1) < 2 * clear || std::abs(2 * (v - b) + 1) < 2 * clear) continue;
      values[region(m, u, v)].push_back(m.picture.grey(u, v) / shade(u, v));
    }
  }
  const double electrolyte = median(values[2]);
  const double floor = kSpreadFloor * electrolyte;
  m.electrolyte = robust(values[2], floor);
  m.interphase = robust(values[1], floor);
  m.outside = robust(values[0], floor);
}

/// Solves A x = b, symmetric positive definite, 5 unknowns, in place (Cholesky).
std::array<double, 5> solve5(std::array<std::array<double, 5>, 5> a, std::array<double, 5> b) {
  for (int i = 0; i < 5; ++i) {
    for (int j = 0; j <= i; ++j) {
      double sum = a[i][j];
      for (int k = 0; k < j; ++k) sum -= a[i][k] * a[j][k];
      a[i][j] = i == j ? std::sqrt(std::max(sum, 1e-12)) : sum / a[j][j];
    }
  }
  for (int i = 0; i < 5; ++i) {
    for (int k = 0; k < i; ++k) b[i] -= a[i][k] * b[k];
    b[i] /= a[i][i];
  }
  for (int i = 4; i >= 0; --i) {
    for (int k = i + 1; k < 5; ++k) b[i] -= a[k][i] * b[k];
    b[i] /= a[i][i];
  }
  return b;
}

/// Illumination from the pixels that look like their region: weighted least squares of log(grey / region's
/// mean).
void learn_shade(Model& m, const Image<float>& old, const Places& places) {
  const int w = m.picture.grey.width(), h = m.picture.grey.height();
  std::array<std::array<double, 5>, 5> normal{};
  std::array<double, 5> right{};
  const Appearance* looks[3] = {&m.outside, &m.interphase, &m.electrolyte};
  // Terms are centred within each region, so that the region's own level stays free.
  double weight[3] = {}, mean_y[3] = {};
  std::array<double, 5> mean_t[3] = {};
  std::vector<std::array<double, 5>> terms;
  std::vector<double> targets;
  std::vector<int> regions;
  for (int v = 0; v < h; v += 2)
    for (int u = 0; u < w; u += 2) {
      if (m.picture.weight(u, v) < 0.5F) continue;
      const int r = region(m, u, v);
      if (r == 0) continue;  // what lies outside may have clouds or steps of its own
      const double flat = m.picture.grey(u, v) / old(u, v);
      if (std::abs(flat - looks[r]->mean) > 2.5 * looks[r]->sd + 0.05 * looks[r]->mean || flat <= 0) continue;
      const PointPx p = places(u, v);
      terms.push_back({p.x, p.y, p.x * p.x, p.x * p.y, p.y * p.y});
      targets.push_back(std::log(m.picture.grey(u, v) / looks[r]->mean));
      regions.push_back(r);
      weight[r] += 1;
      mean_y[r] += targets.back();
      for (int i = 0; i < 5; ++i) mean_t[r][i] += terms.back()[i];
    }
  if (terms.size() < 100) return;
  for (int r = 0; r < 3; ++r) {
    if (weight[r] <= 0) continue;
    mean_y[r] /= weight[r];
    for (double& t : mean_t[r]) t /= weight[r];
  }
  for (std::size_t k = 0; k < terms.size(); ++k) {
    const int r = regions[k];
    for (int i = 0; i < 5; ++i) {
      const double ti = terms[k][i] - mean_t[r][i];
      right[i] += ti * (targets[k] - mean_y[r]);
      for (int j = 0; j < 5; ++j) normal[i][j] += ti * (terms[k][j] - mean_t[r][j]);
    }
  }
  const double ridge = 0.01 * static_cast<double>(terms.size());
  for (int i = 0; i < 5; ++i) normal[i][i] += i < 2 ? 0.1 * ridge : ridge;
  m.shade.coefficients = solve5(normal, right);
}

/// Cumulative costs down the columns of taking rows 0..v-1 as region r.
std::vector<float> cumulative(const Model& m, const Image<float>& shade, int r) {
  const Appearance& look = r == 0 ? m.outside : r == 1 ? m.interphase : m.electrolyte;
  const int w = m.picture.grey.width(), h = m.picture.grey.height();
  std::vector<float> sums(static_cast<std::size_t>(w) * (h + 1));
  const double log_sd = std::log(look.sd / m.electrolyte.mean);
  // What looks like no region says nothing of which it lies in: it costs the same in all.
  const double widest = std::max({m.outside.sd, m.interphase.sd, m.electrolyte.sd});
  const double strange = kOutlier + std::log(widest / m.electrolyte.mean);
  for (int u = 0; u < w; ++u) {
    float* column = &sums[static_cast<std::size_t>(u) * (h + 1)];
    column[0] = 0;
    for (int v = 0; v < h; ++v) {
      const double z = (m.picture.grey(u, v) / shade(u, v) - look.mean) / look.sd;
      const double cost = m.picture.weight(u, v) * std::min(0.5 * z * z + log_sd, strange);
      // In 1/64 nat, whose sums are exact: what is equally likely stays so whatever the unit of grey.
      column[v + 1] = column[v] + static_cast<float>(std::nearbyint(64 * cost) / 64);
    }
  }
  return sums;
}

}  // namespace

namespace {

std::vector<int> smoothed(const std::vector<int>& path, int reach) {
  const int n = static_cast<int>(path.size());
  std::vector<int> out(path.size());
  for (int u = 0; u < n; ++u) {
    // As far left as right, so that a tilt is kept up to the ends.
    const int r = std::min({reach, u, n - 1 - u});
    double sum = 0;
    for (int k = u - r; k <= u + r; ++k) sum += path[k];
    out[u] = static_cast<int>(std::lround(sum / (2 * r + 1)));
  }
  return out;
}

/// Share of columns in which grey steps the expected way across a boundary, and the mean step in spreads of a
/// column's.
void judge_boundary(const Model& m, const Image<float>& shade, const std::vector<int>& path, double expected,
                    double& share, double& contrast) {
  const int w = m.picture.grey.width(), h = m.picture.grey.height();
  double thickness = 0;
  for (int u = 0; u < w; ++u) thickness += (m.front[u] - m.outer[u]) / static_cast<double>(w);
  const int reach = std::clamp(static_cast<int>(thickness / 3), 1, 6);
  // A gap along the boundary says nothing about it.
  const double dark = std::min(kDark * m.interphase.mean, m.outside.mean - 3 * m.outside.sd);
  double n = 0, right = 0, sum = 0, squares = 0;
  for (int u = 0; u < w; ++u) {
    if (path[u] - reach < 0 || path[u] + reach >= h) continue;
    double above = 0, below = 0;
    bool whole = true;
    for (int k = 0; k < reach; ++k) {
      above += m.picture.grey(u, path[u] - 1 - k) / shade(u, path[u] - 1 - k);
      below += m.picture.grey(u, path[u] + k) / shade(u, path[u] + k);
      whole &= m.picture.weight(u, path[u] - 1 - k) > 0.5F && m.picture.weight(u, path[u] + k) > 0.5F;
    }
    if (!whole || above < dark * reach || below < dark * reach) continue;
    const double step = (below - above) / reach * (expected > 0 ? 1 : -1);
    n += 1, right += step > 0, sum += step, squares += step * step;
  }
  if (n < 10) return;
  share = right / n;
  contrast = sum / n / std::sqrt(std::max(1e-12, squares / n - sum / n * (sum / n)));
}

}  // namespace

Model fit_model(const Coarse& coarse, const LineFit& start, int rounds) {
  Model m;
  m.start = start;
  m.picture = turn(coarse, start.side);
  const int w = m.picture.grey.width(), h = m.picture.grey.height(), n = h + 1;
  const Places places{{start.side, coarse.grey.width(), coarse.grey.height()}};
  m.outer.resize(static_cast<std::size_t>(w));
  m.front.resize(static_cast<std::size_t>(w));
  for (int u = 0; u < w; ++u) {
    const double drift = start.slope * (u + 0.5 - 0.5 * w);
    m.outer[u] = std::clamp(static_cast<int>(std::lround(start.outer + drift)), 0, h - 1);
    m.front[u] = std::clamp(static_cast<int>(std::lround(start.front + drift)), m.outer[u] + 1, h);
  }
  Image<float> shade(w, h, 1.0F);
  std::vector<float> difference(static_cast<std::size_t>(w) * n);
  std::vector<int> lowest(static_cast<std::size_t>(w)), highest(lowest);
  const double thickness = start.front - start.outer;
  const int outer_reach = static_cast<int>(std::max(3.0, std::min(0.5 * thickness, 0.04 * h)));
  const int front_reach = static_cast<int>(std::max(4.0, 0.7 * thickness));
  std::vector<int> outer_base = m.outer, front_base = m.front;
  for (int round = 0; round < rounds; ++round) {
    learn_appearance(m, shade);
    learn_shade(m, shade, places);
    shade = shade_map(m.shade, places, w, h);
    learn_appearance(m, shade);
    const auto outside = cumulative(m, shade, 0), layer = cumulative(m, shade, 1),
               inner = cumulative(m, shade, 2);
    for (int turns = 0; turns < 2; ++turns) {
      for (std::size_t i = 0; i < difference.size(); ++i) difference[i] = layer[i] - inner[i];
      for (int u = 0; u < w; ++u) {
        lowest[u] = std::clamp(front_base[u] - front_reach, std::min(h, m.outer[u] + 1), h);
        highest[u] = std::clamp(front_base[u] + front_reach, lowest[u], h);
      }
      m.front = best_boundary(difference, w, h, lowest, highest, front_base, kFrontStiffness);
      for (std::size_t i = 0; i < difference.size(); ++i) difference[i] = outside[i] - layer[i];
      for (int u = 0; u < w; ++u) {
        highest[u] = std::clamp(outer_base[u] + outer_reach, 0, std::max(0, m.front[u] - 1));
        lowest[u] = std::clamp(outer_base[u] - outer_reach, 0, highest[u]);
      }
      m.outer = best_boundary(difference, w, h, lowest, highest, outer_base, kOuterStiffness);
    }
    // The next round looks about the smoothed result: layers may bend.
    outer_base = smoothed(m.outer, w / 6);
    front_base = smoothed(m.front, w / 6);
    if (round + 1 < rounds) continue;
    double energy = 0, pixels = 0;
    for (int u = 0; u < w; ++u) {
      const std::size_t o = static_cast<std::size_t>(u) * n;
      energy += outside[o + m.outer[u]] + layer[o + m.front[u]] - layer[o + m.outer[u]] + inner[o + h] -
                inner[o + m.front[u]];
    }
    for (const float weight : m.picture.weight.pixels()) pixels += weight;
    m.energy = energy / pixels;
  }
  learn_appearance(m, shade);
  judge_boundary(m, shade, m.outer, m.interphase.mean - m.outside.mean, m.outer_share, m.outer_contrast);
  judge_boundary(m, shade, m.front, 1, m.front_share, m.front_contrast);
  return m;
}

void learn_levels(Model& m) {
  const int w = m.picture.grey.width(), h = m.picture.grey.height();
  const int near = std::max(4, h / 80);
  std::vector<float> values[3];
  for (int u = 0; u < w; ++u) {
    const auto take = [&](int from, int to, int r) {
      for (int v = std::max(0, from); v < std::min(h, to); ++v)
        if (m.picture.weight(u, v) > 0.5F) values[r].push_back(m.picture.grey(u, v));
    };
    take(m.outer[u] - 2 * near, m.outer[u] - 2, 0);
    take(m.front[u] - near, m.front[u] - 1, 1);
    take(m.front[u] + 1, m.front[u] + near, 2);
  }
  const double floor = kSpreadFloor * median(values[2]);
  m.outside = robust(values[0], floor);
  m.interphase = robust(values[1], floor);
  m.electrolyte = robust(values[2], floor);
}

}  // namespace litho::layers
