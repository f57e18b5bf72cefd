#include "samples/sem/texture.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include "pipeline/core/rng.hpp"

namespace litho::sem_sample {
namespace {

struct Weight {
  int index;
  float share;  // of the next lattice point
};

std::vector<Weight> lattice_weights(int n, double cell) {
  std::vector<Weight> weights(static_cast<std::size_t>(n));
  for (int i = 0; i < n; ++i) {
    const double x = (i + 0.5) / cell, t = x - std::floor(x);
    weights[static_cast<std::size_t>(i)] = {static_cast<int>(x), static_cast<float>(t * t * (3 - 2 * t))};
  }
  return weights;
}

struct Site {
  float x, y, height, slope_x, slope_y;
  float river_x, river_y, river;  // wave vector (1/px) and amplitude, 0 = none
};

// Mean over 2 half + 1 pixels along x, then along y; edges repeated. Three of them are nearly a Gaussian.
void box(Image<float>& image, int half) {
  const int w = image.width(), h = image.height();
  const double scale = 1.0 / (2 * half + 1);
  const auto run = [&](int n, auto&& get, auto&& set) {
    std::vector<float> line(static_cast<std::size_t>(n));
    for (int i = 0; i < n; ++i) line[static_cast<std::size_t>(i)] = get(i);
    const auto value = [&](int i) -> double {
      return line[static_cast<std::size_t>(std::clamp(i, 0, n - 1))];
    };
    double sum = 0;
    for (int i = -half; i <= half; ++i) sum += value(i);
    for (int i = 0; i < n; ++i) {
      set(i, static_cast<float>(sum * scale));
      sum += value(i + half + 1) - value(i - half);
    }
  };
  for (int y = 0; y < h; ++y)
    run(
        w, [&](int x) { return image(x, y); }, [&](int x, float v) { image(x, y) = v; });
  for (int x = 0; x < w; ++x)
    run(
        h, [&](int y) { return image(x, y); }, [&](int y, float v) { image(x, y) = v; });
}

}  // namespace

void blur(Image<float>& image, double sigma) {
  if (sigma < 0.2) return;
  if (sigma > 12) {
    const int half = static_cast<int>(std::lround((std::sqrt(4 * sigma * sigma + 1) - 1) / 2));
    for (int pass = 0; pass < 3; ++pass) box(image, half);
    return;
  }
  const int r = static_cast<int>(std::ceil(3.5 * sigma)), w = image.width(), h = image.height();
  std::vector<float> kernel(static_cast<std::size_t>(2 * r + 1));
  float sum = 0;
  for (int k = -r; k <= r; ++k)
    sum += kernel[static_cast<std::size_t>(k + r)] =
        static_cast<float>(std::exp(-0.5 * k * k / (sigma * sigma)));
  for (float& value : kernel) value /= sum;

  std::vector<float> padded(static_cast<std::size_t>(w + 2 * r)), out(static_cast<std::size_t>(w));
  for (int y = 0; y < h; ++y) {
    const auto row = image.row(y);
    std::fill_n(padded.begin(), r, row.front());
    std::ranges::copy(row, padded.begin() + r);
    std::fill_n(padded.end() - r, r, row.back());
    std::ranges::fill(out, 0.0f);
    for (int k = 0; k <= 2 * r; ++k) {
      const float weight = kernel[static_cast<std::size_t>(k)];
      const float* from = padded.data() + k;
      for (int x = 0; x < w; ++x) out[static_cast<std::size_t>(x)] += weight * from[x];
    }
    std::ranges::copy(out, row.begin());
  }
  const Image<float> rows = image;
  for (int y = 0; y < h; ++y) {
    const auto row = image.row(y);
    std::ranges::fill(row, 0.0f);
    for (int k = -r; k <= r; ++k) {
      const float weight = kernel[static_cast<std::size_t>(k + r)];
      const float* from = rows.row(std::clamp(y + k, 0, h - 1)).data();
      float* to = row.data();
      for (int x = 0; x < w; ++x) to[x] += weight * from[x];
    }
  }
}

void add_smooth_noise(Image<float>& image, double cell_x, double cell_y, double amplitude, std::uint64_t seed,
                      const std::string& stream) {
  RandomStream random(seed, stream);
  const int nx = static_cast<int>(image.width() / cell_x) + 3,
            ny = static_cast<int>(image.height() / cell_y) + 3;
  Image<float> lattice(nx, ny);
  const double unit = 1.35 * amplitude;  // interpolation takes a quarter of the standard deviation away
  for (float& value : lattice.pixels()) value = static_cast<float>(unit * random.normal());
  const auto across = lattice_weights(image.width(), cell_x), down = lattice_weights(image.height(), cell_y);
  std::vector<float> line(static_cast<std::size_t>(nx));
  for (int y = 0; y < image.height(); ++y) {
    const auto [j, share] = down[static_cast<std::size_t>(y)];
    for (int i = 0; i < nx; ++i)
      line[static_cast<std::size_t>(i)] = lattice(i, j) + share * (lattice(i, j + 1) - lattice(i, j));
    const auto row = image.row(y);
    for (int x = 0; x < image.width(); ++x) {
      const auto& [i, t] = across[static_cast<std::size_t>(x)];
      const float a = line[static_cast<std::size_t>(i)];
      row[static_cast<std::size_t>(x)] += a + t * (line[static_cast<std::size_t>(i) + 1] - a);
    }
  }
}

void add_facets(Image<float>& relief, double facet_px, double amplitude, double rivers, std::uint64_t seed,
                const std::string& stream) {
  RandomStream random(seed, stream + "sites");
  const int nx = static_cast<int>(relief.width() / facet_px) + 5,
            ny = static_cast<int>(relief.height() / facet_px) + 5;
  Image<Site> sites(nx, ny);
  for (int j = 0; j < ny; ++j)
    for (int i = 0; i < nx; ++i) {
      const double angle = random.uniform(0, 2 * std::numbers::pi),
                   period = facet_px * random.uniform(0.06, 0.16);
      const double tilt = amplitude * 0.9 / facet_px;
      sites(i, j) = {
          static_cast<float>((i - 2 + random.uniform(0.02, 0.98)) * facet_px),
          static_cast<float>((j - 2 + random.uniform(0.02, 0.98)) * facet_px),
          static_cast<float>(amplitude * 0.6 * random.normal()),
          static_cast<float>(tilt * random.normal()),
          static_cast<float>(tilt * random.normal()),
          static_cast<float>(std::cos(angle) / period),
          static_cast<float>(std::sin(angle) / period),
          static_cast<float>(random.uniform() < rivers ? amplitude * random.uniform(0.05, 0.35) : 0)};
    }
  // Bent coordinates, so that facet edges are not ruler-straight.
  Image<float> bend_x(relief.width(), relief.height()), bend_y = bend_x;
  for (const double cell : {0.8, 0.25}) {
    const std::string name = stream + (cell > 0.5 ? "bend" : "bend-fine");
    add_smooth_noise(bend_x, cell * facet_px, cell * facet_px, 0.12 * cell * facet_px, seed, name + "-x");
    add_smooth_noise(bend_y, cell * facet_px, cell * facet_px, 0.12 * cell * facet_px, seed, name + "-y");
  }
  const float inverse = static_cast<float>(1 / facet_px);
  for (int y = 0; y < relief.height(); ++y)
    for (int x = 0; x < relief.width(); ++x) {
      const float px = static_cast<float>(x) + bend_x(x, y), py = static_cast<float>(y) + bend_y(x, y);
      const int ci = std::clamp(static_cast<int>(px * inverse + 2), 1, nx - 2);
      const int cj = std::clamp(static_cast<int>(py * inverse + 2), 1, ny - 2);
      const Site* nearest = nullptr;
      float best = 1e30f;
      for (int j = cj - 1; j <= cj + 1; ++j)
        for (int i = ci - 1; i <= ci + 1; ++i) {
          const Site& site = sites(i, j);
          const float dx = px - site.x, dy = py - site.y, d = dx * dx + dy * dy;
          if (d < best) best = d, nearest = &site;
        }
      const float dx = px - nearest->x, dy = py - nearest->y;
      float z = nearest->height + nearest->slope_x * dx + nearest->slope_y * dy;
      if (nearest->river > 0) {
        const float phase =
            dx * nearest->river_x + dy * nearest->river_y + 0.15f * dx * dy * inverse * inverse;
        z += nearest->river * (phase - std::floor(phase) - 0.5f);
      }
      relief(x, y) += z;
    }
}

}  // namespace litho::sem_sample
