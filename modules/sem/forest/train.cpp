#include <algorithm>
#include <cassert>
#include <cmath>
#include <string>

#include "modules/sem/forest/kernel.hpp"
#include "pipeline/core/rng.hpp"

namespace litho {
namespace {

using Indices = std::vector<std::uint32_t>;

/// Samples by class and specimen.
struct Pools {
  std::vector<std::vector<Indices>> of;  // [class][specimen]
  int specimens = 0;
};

Pools make_pools(const ForestSamples& samples) {
  Pools pools;
  for (const int g : samples.groups) pools.specimens = std::max(pools.specimens, g + 1);
  pools.of.assign(static_cast<std::size_t>(samples.classes),
                  std::vector<Indices>(static_cast<std::size_t>(pools.specimens)));
  for (std::size_t i = 0; i < samples.size(); ++i)
    pools.of[samples.labels[i]][static_cast<std::size_t>(samples.groups[i])].push_back(
        static_cast<std::uint32_t>(i));
  return pools;
}

Indices draw(const Pools& pools, int samples_a_class, RandomStream& random) {
  std::vector<std::size_t> specimens;
  for (int i = 0; i < pools.specimens; ++i)
    specimens.push_back(random.below(static_cast<std::uint32_t>(pools.specimens)));
  Indices drawn;
  for (const auto& by_specimen : pools.of) {
    std::vector<const Indices*> held;
    for (const std::size_t s : specimens)
      if (!by_specimen[s].empty()) held.push_back(&by_specimen[s]);
    if (held.empty())  // none of the specimens drawn has this class: take it where it is
      for (const Indices& any : by_specimen)
        if (!any.empty()) held.push_back(&any);
    for (int i = 0; i < samples_a_class; ++i) {
      const Indices& pool = *held[random.below(static_cast<std::uint32_t>(held.size()))];
      drawn.push_back(pool[random.below(static_cast<std::uint32_t>(pool.size()))]);
    }
  }
  return drawn;
}

class TreeGrower {
 public:
  TreeGrower(const ForestSamples& samples, const ForestOptions& options, RandomStream& random,
             TrainedForest& out)
      : samples_(samples),
        options_(options),
        random_(random),
        out_(out),
        classes_(static_cast<std::size_t>(samples.classes)) {
    for (int f = 0; f < samples.features; ++f) order_.push_back(f);
    tried_ = std::max(1, static_cast<int>(std::lround(1.5 * std::sqrt(samples.features))));
    counts_.resize(256 * classes_);
  }

  void grow(Indices drawn) {
    tree_ = {static_cast<std::uint32_t>(out_.forest.nodes.size()), 0, 0};
    struct Open {
      std::uint32_t node;
      std::size_t begin, end;
      std::uint32_t depth;
    };
    drawn_ = std::move(drawn);
    add_node();
    std::vector<Open> open{{0, 0, drawn_.size(), 0}};
    for (std::size_t k = 0; k < open.size(); ++k) {  // level by level, so that children follow their parents
      const Open here = open[k];
      tree_.depth = std::max(tree_.depth, here.depth);
      set_shares(here.node, here.begin, here.end);
      Split split;
      if (static_cast<int>(here.depth) < options_.depth && tree_.count + 2 <= 65536)
        split = best_split(here.begin, here.end);
      ForestNode& node = out_.forest.nodes[tree_.first + here.node];
      if (split.gain <= 0) {
        node = {0, 255, static_cast<std::uint16_t>(here.node)};
        continue;
      }
      node = {static_cast<std::uint8_t>(split.feature), static_cast<std::uint8_t>(split.threshold),
              static_cast<std::uint16_t>(tree_.count)};
      out_.importance[static_cast<std::size_t>(split.feature)] += split.gain;
      const auto middle =
          std::stable_partition(drawn_.begin() + static_cast<std::ptrdiff_t>(here.begin),
                                drawn_.begin() + static_cast<std::ptrdiff_t>(here.end),
                                [&](std::uint32_t i) { return value(i, split.feature) <= split.threshold; });
      const auto cut = static_cast<std::size_t>(middle - drawn_.begin());
      const std::uint32_t left = add_node(), right = add_node();
      open.push_back({left, here.begin, cut, here.depth + 1});
      open.push_back({right, cut, here.end, here.depth + 1});
    }
    out_.forest.trees.push_back(tree_);
  }

 private:
  struct Split {
    double gain = 0;
    int feature = 0, threshold = 0;
  };

  std::uint8_t value(std::uint32_t sample, int feature) const {
    return samples_.values[static_cast<std::size_t>(sample) * static_cast<std::size_t>(samples_.features) +
                           static_cast<std::size_t>(feature)];
  }
  std::uint32_t add_node() {
    out_.forest.nodes.push_back({});
    out_.forest.shares.resize(out_.forest.shares.size() + classes_);
    return tree_.count++;
  }
  void set_shares(std::uint32_t node, std::size_t begin, std::size_t end) {
    std::vector<double> n(classes_, 0.0);
    for (std::size_t i = begin; i < end; ++i) n[samples_.labels[drawn_[i]]] += 1;
    for (std::size_t c = 0; c < classes_; ++c)
      out_.forest.shares[(tree_.first + node) * classes_ + c] =
          static_cast<float>(n[c] / static_cast<double>(end - begin));
  }

  /// Largest decrease of (samples x Gini impurity) over some features drawn at random and all thresholds.
  Split best_split(std::size_t begin, std::size_t end) {
    Split best;
    const double total = static_cast<double>(end - begin);
    if (total < 2 * options_.least_leaf) return best;
    for (int k = 0; k < tried_; ++k) {
      const std::size_t pick =
          static_cast<std::size_t>(k) + random_.below(static_cast<std::uint32_t>(samples_.features - k));
      std::swap(order_[static_cast<std::size_t>(k)], order_[pick]);
      const int feature = order_[static_cast<std::size_t>(k)];
      std::fill(counts_.begin(), counts_.end(), 0U);
      for (std::size_t i = begin; i < end; ++i)
        ++counts_[value(drawn_[i], feature) * classes_ + samples_.labels[drawn_[i]]];
      std::vector<double> left(classes_, 0.0), all(classes_, 0.0);
      for (std::size_t i = 0; i < counts_.size(); ++i) all[i % classes_] += counts_[i];
      double all_squares = 0;
      for (const double a : all) all_squares += a * a;
      double n = 0;
      for (int threshold = 0; threshold < 255; ++threshold) {
        double left_squares = 0, right_squares = 0, here = 0;
        for (std::size_t c = 0; c < classes_; ++c) {
          const double more = counts_[static_cast<std::size_t>(threshold) * classes_ + c];
          here += more, left[c] += more;
          left_squares += left[c] * left[c];
          right_squares += (all[c] - left[c]) * (all[c] - left[c]);
        }
        n += here;
        if (here == 0 || n < options_.least_leaf || total - n < options_.least_leaf) continue;
        const double gain = left_squares / n + right_squares / (total - n) - all_squares / total;
        if (gain > best.gain + 1e-9) best = {gain, feature, threshold};
      }
    }
    return best;
  }

  const ForestSamples& samples_;
  const ForestOptions& options_;
  RandomStream& random_;
  TrainedForest& out_;
  std::size_t classes_;
  int tried_ = 1;
  std::vector<int> order_;
  std::vector<std::uint32_t> counts_;
  Indices drawn_;
  ForestTree tree_;
};

}  // namespace

Result<TrainedForest> train_forest(const ForestSamples& samples, const ForestOptions& options) {
  if (samples.features < 1 || samples.features > kMostFeatures)
    return Error{"forest.features", "", "between 1 and 64 features are possible", ""};
  assert(samples.values.size() == samples.size() * static_cast<std::size_t>(samples.features));
  const Pools pools = make_pools(samples);
  for (std::size_t c = 0; c < pools.of.size(); ++c)
    if (std::all_of(pools.of[c].begin(), pools.of[c].end(), [](const Indices& i) { return i.empty(); }))
      return Error{"forest.classes", "", "class " + std::to_string(c) + " has no samples",
                   "label some of it"};
  TrainedForest out;
  out.forest.features = samples.features;
  out.forest.classes = samples.classes;
  out.importance.assign(static_cast<std::size_t>(samples.features), 0.0);
  for (int t = 0; t < options.trees; ++t) {
    RandomStream random(options.seed, "tree " + std::to_string(t));
    TreeGrower(samples, options, random, out).grow(draw(pools, options.samples_a_class, random));
  }
  double sum = 0;
  for (const double i : out.importance) sum += i;
  for (double& i : out.importance) i /= std::max(sum, 1e-300);
  return out;
}

}  // namespace litho
