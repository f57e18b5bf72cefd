#include "modules/sem/forest/kernel.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>

namespace litho {
namespace {

constexpr std::size_t kBlock = 128;  // cells whose features stay in the nearest cache
constexpr float kLeastShare = 1e-3F;

double log_loss(std::span<const float> shares, std::span<const std::uint8_t> labels, int classes,
                double exponent) {
  const std::size_t n = labels.size();
  double loss = 0;
  for (std::size_t i = 0; i < n; ++i) {
    double sum = 0, own = 0;
    for (int c = 0; c < classes; ++c) {
      const double p = std::pow(std::max(shares[static_cast<std::size_t>(c) * n + i], kLeastShare), exponent);
      sum += p;
      if (c == labels[i]) own = p;
    }
    loss -= std::log(own / sum);
  }
  return loss;
}

}  // namespace

void predict(const Forest& forest, std::span<const std::uint8_t> planes, std::size_t cells, std::size_t begin,
             std::size_t end, std::span<float> out) {
  assert(planes.size() == cells * static_cast<std::size_t>(forest.features) && end <= cells);
  assert(out.size() == cells * static_cast<std::size_t>(forest.classes) && forest.features <= kMostFeatures);
  const std::size_t classes = static_cast<std::size_t>(forest.classes);
  std::array<std::uint8_t, kBlock * kMostFeatures> block{};
  std::array<std::uint32_t, kBlock> at{};
  std::vector<float> sums(kBlock * classes);
  const float scale = 1 / static_cast<float>(std::max<std::size_t>(1, forest.trees.size()));
  for (std::size_t from = begin; from < end; from += kBlock) {
    const std::size_t n = std::min(kBlock, end - from);
    for (std::size_t f = 0; f < static_cast<std::size_t>(forest.features); ++f)
      for (std::size_t i = 0; i < n; ++i) block[i * kMostFeatures + f] = planes[f * cells + from + i];
    std::fill(sums.begin(), sums.end(), 0.0F);
    for (const ForestTree& tree : forest.trees) {
      const ForestNode* nodes = &forest.nodes[tree.first];
      at.fill(0);
      // All cells step together: the loads of one do not wait for those of another, and nothing branches.
      for (std::uint32_t level = 0; level < tree.depth; ++level)
        for (std::size_t i = 0; i < kBlock; ++i) {
          const ForestNode node = nodes[at[i]];
          at[i] = node.next +
                  static_cast<std::uint32_t>(block[i * kMostFeatures + node.feature] > node.threshold);
        }
      for (std::size_t i = 0; i < n; ++i) {
        const float* leaf = &forest.shares[(tree.first + at[i]) * classes];
        for (std::size_t c = 0; c < classes; ++c) sums[i * classes + c] += leaf[c];
      }
    }
    for (std::size_t c = 0; c < classes; ++c)
      for (std::size_t i = 0; i < n; ++i) out[c * cells + from + i] = sums[i * classes + c] * scale;
  }
}

void predict(const Forest& forest, std::span<const std::uint8_t> planes, std::size_t cells,
             std::span<float> out) {
  predict(forest, planes, cells, 0, cells, out);
}

bool is_sound(const Forest& forest) {
  if (forest.features < 1 || forest.features > kMostFeatures || forest.classes < 1 || forest.trees.empty())
    return false;
  if (forest.shares.size() != forest.nodes.size() * static_cast<std::size_t>(forest.classes)) return false;
  for (const ForestTree& tree : forest.trees) {
    if (tree.count < 1 || tree.count > 65536 || tree.depth > 64 || tree.first > forest.nodes.size() ||
        tree.count > forest.nodes.size() - tree.first)
      return false;
    for (std::uint32_t i = 0; i < tree.count; ++i) {
      const ForestNode& node = forest.nodes[tree.first + i];
      const bool leaf = node.next == i && node.threshold == 255;
      if (node.feature >= forest.features || (!leaf && (node.next <= i || node.next + 1U >= tree.count)))
        return false;
    }
  }
  return std::all_of(forest.shares.begin(), forest.shares.end(), [](float s) { return s >= 0 && s <= 1; });
}

double calibrate(std::span<const float> shares, std::span<const std::uint8_t> labels, int classes) {
  assert(shares.size() == labels.size() * static_cast<std::size_t>(classes));
  // Golden section over the exponent's logarithm: the loss is convex in the exponent.
  constexpr double kGolden = 0.6180339887498949;
  double lo = std::log(0.2), hi = std::log(5.0);
  const auto loss = [&](double t) { return log_loss(shares, labels, classes, std::exp(t)); };
  double a = hi - kGolden * (hi - lo), b = lo + kGolden * (hi - lo), fa = loss(a), fb = loss(b);
  while (hi - lo > 1e-3) {
    if (fa < fb)
      hi = b, b = a, fb = fa, a = hi - kGolden * (hi - lo), fa = loss(a);
    else
      lo = a, a = b, fa = fb, b = lo + kGolden * (hi - lo), fb = loss(b);
  }
  return std::exp(0.5 * (lo + hi));
}

void sharpen(std::span<float> shares, int classes, double exponent) {
  const std::size_t n = shares.size() / static_cast<std::size_t>(classes);
  const auto power = static_cast<float>(exponent);
  for (std::size_t i = 0; i < n; ++i) {
    float sum = 0;
    for (std::size_t c = 0; c < static_cast<std::size_t>(classes); ++c) {
      float& p = shares[c * n + i];
      p = std::max(kLeastShare, std::pow(std::max(p, kLeastShare), power));
      sum += p;
    }
    for (std::size_t c = 0; c < static_cast<std::size_t>(classes); ++c)
      shares[c * n + i] = std::max(kLeastShare, shares[c * n + i] / sum);
  }
}

}  // namespace litho
