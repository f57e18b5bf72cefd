#include "modules/sem/forest/kernel.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>

#include "modules/sem/forest/walk.hpp"

namespace litho {

namespace forest_walk {

Walk choose_walk() {
#ifdef __x86_64__
  if (__builtin_cpu_supports("avx512bw")) return walk_avx512;
  if (__builtin_cpu_supports("avx2")) return walk_avx2;
#endif
  return walk_plain;
}

}  // namespace forest_walk

namespace {

using forest_walk::kBlock;

constexpr std::size_t kLanes = 4, kLaneBits = 16;  // classes summed in one word
constexpr std::uint32_t kFullLane = 0xFFFF;
constexpr std::size_t kMostTrees = 4096;
constexpr float kLeastShare = 1e-3F;

/// A forest in the order in which prediction reads it, shares in whole parts of `unit`: sums over all trees
/// never carry from one class into the next.
struct Walked {
  std::size_t words;
  std::uint32_t unit;
  std::vector<forest_walk::Split> splits;
  std::vector<std::uint16_t> leaves;
  std::vector<std::uint64_t> shares;
  std::vector<std::uint16_t> table;
  std::vector<forest_walk::Tree> trees;
  std::size_t most_nodes = 0;

  explicit Walked(const Forest& forest)
      : words((static_cast<std::size_t>(forest.classes) + kLanes - 1) / kLanes),
        unit(kFullLane / static_cast<std::uint32_t>(std::max<std::size_t>(1, forest.trees.size()))) {
    const auto classes = static_cast<std::size_t>(forest.classes);
    std::vector<std::array<std::size_t, 2>> first;
    for (const ForestTree& tree : forest.trees) {
      first.push_back({splits.size(), leaves.size()});
      most_nodes = std::max<std::size_t>(most_nodes, tree.count);
      for (std::uint32_t i = 0; i < tree.count; ++i) {
        const ForestNode& node = forest.nodes[tree.first + i];
        const auto place = static_cast<std::uint16_t>(i);
        if (node.next != i) {
          splits.push_back(
              {node.feature, node.threshold, place, node.next, static_cast<std::uint16_t>(node.next + 1)});
          continue;
        }
        leaves.push_back(place);
        shares.resize(shares.size() + words);
        for (std::size_t c = 0; c < classes; ++c)
          shares[shares.size() - words + c / kLanes] |=
              static_cast<std::uint64_t>(
                  std::lround(forest.shares[(tree.first + i) * classes + c] * static_cast<float>(unit)))
              << (kLaneBits * (c % kLanes));
      }
    }
    first.push_back({splits.size(), leaves.size()});
    std::vector<std::size_t> tables;
    for (std::size_t t = 0; t + 1 < first.size(); ++t) {
      const std::size_t count = first[t + 1][1] - first[t][1], padded = (count + 63) / 64 * 64;
      tables.push_back(table.size());
      table.resize(table.size() + classes * padded);
      for (std::size_t k = 0; k < count; ++k)
        for (std::size_t c = 0; c < classes; ++c)
          table[tables.back() + c * padded + k] = static_cast<std::uint16_t>(
              shares[(first[t][1] + k) * words + c / kLanes] >> (kLaneBits * (c % kLanes)));
    }
    for (std::size_t t = 0; t + 1 < first.size(); ++t)
      trees.push_back({&splits[first[t][0]], first[t + 1][0] - first[t][0], &leaves[first[t][1]],
                       first[t + 1][1] - first[t][1], &shares[first[t][1] * words], &table[tables[t]]});
  }
};

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
  const auto classes = static_cast<std::size_t>(forest.classes);
  const Walked walked(forest);
  const forest_walk::Walk walk = forest_walk::choose_walk();
  constexpr std::size_t kLines = kBlock / forest_walk::kLine;
  std::vector<forest_walk::Line> values(static_cast<std::size_t>(forest.features) * kLines),
      scratch(walked.most_nodes);
  std::vector<std::uint64_t> packed(walked.words * kBlock);
  std::vector<forest_walk::Line> by_class(classes * kBlock * sizeof(std::uint16_t) / forest_walk::kLine);
  const forest_walk::Sums sums{classes, walked.words, packed.data(),
                               reinterpret_cast<std::uint16_t*>(by_class.data())};
  const float scale = 1 / static_cast<float>(walked.unit * std::max<std::size_t>(1, forest.trees.size()));
  for (std::size_t from = begin; from < end; from += kBlock) {
    const std::size_t n = std::min(kBlock, end - from);
    for (std::size_t f = 0; f < static_cast<std::size_t>(forest.features); ++f)
      std::copy_n(&planes[f * cells + from], n, values[f * kLines].bytes);
    std::fill(packed.begin(), packed.end(), 0U);
    std::fill_n(sums.planes, classes * kBlock, std::uint16_t{0});
    for (const forest_walk::Tree& tree : walked.trees)
      walk(tree, values.data()->bytes, scratch.data()->bytes, sums);
    for (std::size_t c = 0; c < classes; ++c)
      for (std::size_t i = 0; i < n; ++i)
        out[c * cells + from + i] =
            static_cast<float>(((packed[c / kLanes * kBlock + i] >> (kLaneBits * (c % kLanes))) & kFullLane) +
                               sums.planes[c * kBlock + i]) *
            scale;
  }
}

void predict(const Forest& forest, std::span<const std::uint8_t> planes, std::size_t cells,
             std::span<float> out) {
  predict(forest, planes, cells, 0, cells, out);
}

bool is_sound(const Forest& forest) {
  if (forest.features < 1 || forest.features > kMostFeatures || forest.classes < 1 || forest.trees.empty() ||
      forest.trees.size() > kMostTrees)
    return false;
  if (forest.shares.size() != forest.nodes.size() * static_cast<std::size_t>(forest.classes)) return false;
  for (const ForestTree& tree : forest.trees) {
    if (tree.count < 1 || tree.count > 65536 || tree.depth > 64 || tree.first > forest.nodes.size() ||
        tree.count > forest.nodes.size() - tree.first)
      return false;
    std::vector<std::uint32_t> depth(tree.count);
    for (std::uint32_t i = 0; i < tree.count; ++i) {
      const ForestNode& node = forest.nodes[tree.first + i];
      const bool leaf = node.next == i && node.threshold == 255;
      if (node.feature >= forest.features || (!leaf && (node.next <= i || node.next + 1U >= tree.count)))
        return false;
      if (leaf) continue;
      if (depth[i] >= tree.depth) return false;
      for (const std::uint32_t child : {std::uint32_t{node.next}, node.next + 1U})
        depth[child] = std::max(depth[child], depth[i] + 1);
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
