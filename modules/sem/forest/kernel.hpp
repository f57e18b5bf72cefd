#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "pipeline/core/result.hpp"

namespace litho {

inline constexpr int kMostFeatures = 64;

/// A sample goes to `next` where its feature is at most `threshold`, else to `next` + 1, counted from the
/// tree's first node. A leaf leads to itself (threshold 255).
struct ForestNode {
  std::uint8_t feature = 0;
  std::uint8_t threshold = 255;
  std::uint16_t next = 0;
  bool operator==(const ForestNode&) const = default;
};

struct ForestTree {
  std::uint32_t first = 0;  ///< of its nodes
  std::uint32_t count = 0;
  std::uint32_t depth = 0;  ///< steps that lead to a leaf from anywhere
  bool operator==(const ForestTree&) const = default;
};

struct Forest {
  int features = 0;
  int classes = 0;
  std::vector<ForestTree> trees;
  std::vector<ForestNode> nodes;
  std::vector<float> shares;  ///< of the classes, per node; those of leaves are used
  bool operator==(const Forest&) const = default;
};

/// Labelled samples, a row of `features` bytes each.
struct ForestSamples {
  int features = 0;
  int classes = 0;
  std::vector<std::uint8_t> values;
  std::vector<std::uint8_t> labels;
  std::vector<int> groups;  ///< specimen, 0..
  std::size_t size() const { return labels.size(); }
};

struct ForestOptions {
  int trees = 48;
  int depth = 10;
  int least_leaf = 40;         ///< samples
  int samples_a_class = 2000;  ///< drawn for each tree
  std::uint64_t seed = 0;
};

struct TrainedForest {
  Forest forest;
  std::vector<double> importance;  ///< decrease of Gini impurity a feature brought, sum 1
};

/// Random forest [Breiman 2001, doi:10.1023/A:1010933404324]. Each tree draws specimens with replacement,
/// then the same number of samples of every class among them, so that neither a large class nor a specimen
/// with many images rules. Depends on samples and options only. Errors: forest.classes (a class without
/// samples), forest.features.
Result<TrainedForest> train_forest(const ForestSamples& samples, const ForestOptions& options);

/// Mean share of each class over the trees: out[c * cells + i], in steps of at most trees / 65535. `planes`
/// holds feature f of cell i at f * cells + i. Sizes asserted. At most 4096 trees. About 1 ns a cell and tree
/// of 120 nodes (AVX-512), one thread; any split of the cells gives the same bytes.
void predict(const Forest& forest, std::span<const std::uint8_t> planes, std::size_t cells,
             std::span<float> out);
/// Cells [begin, end) only, for callers with threads of their own.
void predict(const Forest& forest, std::span<const std::uint8_t> planes, std::size_t cells, std::size_t begin,
             std::size_t end, std::span<float> out);

/// Every index of the forest leads somewhere: for forests read from files.
bool is_sound(const Forest& forest);

/// Exponent b such that shares^b, normalised, have the least log loss on samples that the forest has not seen
/// (Platt's method for many classes with one parameter) [Guo et al. 2017, arXiv:1706.04599]. `shares` class
/// by class as predict gives them. Between 0.2 and 5.
double calibrate(std::span<const float> shares, std::span<const std::uint8_t> labels, int classes);
/// Applies it; no share falls below 0.001.
void sharpen(std::span<float> shares, int classes, double exponent);

}  // namespace litho
