#include "modules/sem/forest/kernel.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <opencv2/ml.hpp>

#include "modules/sem/forest/walk.hpp"
#include "pipeline/core/rng.hpp"

namespace litho {
namespace {

/// Three classes in a plane of 6 features: two useful ones, the rest noise.
ForestSamples make_samples(int n, std::uint64_t seed) {
  ForestSamples s;
  s.features = 6, s.classes = 3;
  RandomStream random(seed, "samples");
  for (int i = 0; i < n; ++i) {
    std::uint8_t x[6];
    for (auto& v : x) v = static_cast<std::uint8_t>(random.below(256));
    s.values.insert(s.values.end(), x, x + 6);
    s.labels.push_back(x[1] > 150 ? 2 : x[4] > 90 ? 1 : 0);
    s.groups.push_back(i % 4);
  }
  return s;
}

std::vector<std::uint8_t> as_planes(const ForestSamples& s) {
  std::vector<std::uint8_t> planes(s.values.size());
  for (std::size_t i = 0; i < s.size(); ++i)
    for (std::size_t f = 0; f < 6; ++f) planes[f * s.size() + i] = s.values[i * 6 + f];
  return planes;
}

/// The trees of OpenCV's forest, a leaf voting for its class.
Forest imported(const cv::ml::RTrees& trees, int features, int classes) {
  Forest forest;
  forest.features = features, forest.classes = classes;
  const auto& nodes = trees.getNodes();
  const auto& splits = trees.getSplits();
  for (const int root : trees.getRoots()) {
    ForestTree tree{static_cast<std::uint32_t>(forest.nodes.size()), 1, 0};
    std::vector<std::pair<int, std::uint32_t>> open{
        {root, 0}};  // theirs, depth; ours is the place in the list
    for (std::size_t k = 0; k < open.size(); ++k) {
      const auto [id, depth] = open[k];
      const auto& node = nodes[static_cast<std::size_t>(id)];
      tree.depth = std::max(tree.depth, depth);
      std::vector<float> share(static_cast<std::size_t>(classes), 0.0F);
      share[static_cast<std::size_t>(node.value)] = 1;
      forest.shares.insert(forest.shares.end(), share.begin(), share.end());
      if (node.split < 0) {
        forest.nodes.push_back({0, 255, static_cast<std::uint16_t>(k)});
        continue;
      }
      const auto& split = splits[static_cast<std::size_t>(node.split)];
      forest.nodes.push_back({static_cast<std::uint8_t>(split.varIdx),
                              static_cast<std::uint8_t>(std::floor(split.c)),
                              static_cast<std::uint16_t>(open.size())});
      open.push_back({node.left, depth + 1});
      open.push_back({node.right, depth + 1});
    }
    tree.count = static_cast<std::uint32_t>(open.size());
    forest.trees.push_back(tree);
  }
  return forest;
}

TEST(Forest, PredictsWhatTheLibraryPredictsWithTheSameTrees) {
  // independent library: cv::ml::RTrees, trained there, its trees imported: equal votes for every sample
  const ForestSamples train = make_samples(600, 1), test = make_samples(2000, 2);
  const auto as_mat = [](const ForestSamples& s) {
    cv::Mat m(static_cast<int>(s.size()), 6, CV_32F);
    for (std::size_t i = 0; i < s.values.size(); ++i)
      m.at<float>(static_cast<int>(i / 6), static_cast<int>(i % 6)) = s.values[i];
    return m;
  };
  cv::Mat labels(static_cast<int>(train.size()), 1, CV_32S);
  for (std::size_t i = 0; i < train.size(); ++i) labels.at<int>(static_cast<int>(i)) = train.labels[i];
  const auto library = cv::ml::RTrees::create();
  library->setMaxDepth(8);
  library->setTermCriteria({cv::TermCriteria::MAX_ITER, 20, 0});
  ASSERT_TRUE(library->train(as_mat(train), cv::ml::ROW_SAMPLE, labels));
  const Forest forest = imported(*library, 6, 3);
  ASSERT_TRUE(is_sound(forest));
  cv::Mat votes;
  library->getVotes(as_mat(test), votes, 0);
  std::vector<float> shares(test.size() * 3);
  predict(forest, as_planes(test), test.size(), shares);
  for (int i = 0; i < static_cast<int>(test.size()); ++i)
    for (int c = 0; c < 3; ++c)
      ASSERT_EQ(
          std::lround(shares[static_cast<std::size_t>(c) * test.size() + static_cast<std::size_t>(i)] * 20),
          votes.at<int>(i + 1, c));
}

/// A complete tree with random splits and a random share a leaf.
void add_random_tree(Forest& forest, int depth, RandomStream& random) {
  ForestTree tree{static_cast<std::uint32_t>(forest.nodes.size()), (2U << depth) - 1,
                  static_cast<std::uint32_t>(depth)};
  for (std::uint32_t i = 0; i < tree.count; ++i) {
    const bool leaf = 2 * i + 1 >= tree.count;
    forest.nodes.push_back({leaf ? std::uint8_t{0} : static_cast<std::uint8_t>(random.below(6)),
                            leaf ? std::uint8_t{255} : static_cast<std::uint8_t>(random.below(256)),
                            static_cast<std::uint16_t>(leaf ? i : 2 * i + 1)});
    for (int c = 0; c < forest.classes; ++c)
      forest.shares.push_back(static_cast<float>(random.uniform(0, 1)));
  }
  forest.trees.push_back(tree);
}

TEST(Forest, EveryProcessorWalksAsOneNodeAfterTheOtherDoes) {
  // analytic: a walk from node to node; few and many leaves, few and many classes, numbers of cells that fill
  // no block
  for (const int classes : {2, 4, 5, 9})
    for (const int depth : {0, 3, 9}) {
      RandomStream random(static_cast<std::uint64_t>(100 * classes + depth), "walk");
      Forest forest;
      forest.features = 6, forest.classes = classes;
      for (int t = 0; t < 5; ++t) add_random_tree(forest, depth, random);
      ASSERT_TRUE(is_sound(forest));
      constexpr std::size_t kCells = 1201;
      std::vector<std::uint8_t> planes(6 * kCells);
      for (auto& x : planes) x = static_cast<std::uint8_t>(random.below(256));
      std::vector<float> shares(kCells * static_cast<std::size_t>(classes));
      predict(forest, planes, kCells, shares);
      for (std::size_t i = 0; i < kCells; ++i)
        for (std::size_t c = 0; c < static_cast<std::size_t>(classes); ++c) {
          double sum = 0;
          for (const ForestTree& tree : forest.trees) {
            std::uint32_t at = 0;
            for (const ForestNode* node = &forest.nodes[tree.first]; node->next != at;
                 node = &forest.nodes[tree.first + at])
              at = node->next + (planes[node->feature * kCells + i] > node->threshold);
            sum += forest.shares[(tree.first + at) * static_cast<std::size_t>(classes) + c];
          }
          ASSERT_NEAR(shares[c * kCells + i], sum / 5, 5e-5) << classes << " " << depth;
        }
    }
}

/// Sums of a random tree's shares by one of the walks, class by class.
std::vector<std::uint64_t> sums_of(forest_walk::Walk walk, int depth) {
  constexpr std::size_t kClasses = 3;
  RandomStream random(static_cast<std::uint64_t>(depth), "walks");
  const int count = (2 << depth) - 1, inner = count / 2;
  std::vector<forest_walk::Split> splits;
  std::vector<std::uint16_t> leaves;
  std::vector<std::uint64_t> shares;
  for (int i = 0; i < count; ++i) {
    const auto place = static_cast<std::uint16_t>(i);
    if (i < inner)
      splits.push_back({static_cast<std::uint8_t>(random.below(6)),
                        static_cast<std::uint8_t>(random.below(256)), place,
                        static_cast<std::uint16_t>(2 * i + 1), static_cast<std::uint16_t>(2 * i + 2)});
    else
      leaves.push_back(place),
          shares.push_back(random.below(60000) | std::uint64_t{random.below(60000)} << 16 |
                           std::uint64_t{random.below(60000)} << 32);
  }
  const std::size_t padded = (leaves.size() + 63) / 64 * 64;
  std::vector<std::uint16_t> table(kClasses * padded);
  for (std::size_t k = 0; k < leaves.size(); ++k)
    for (std::size_t c = 0; c < kClasses; ++c)
      table[c * padded + k] = static_cast<std::uint16_t>(shares[k] >> (16 * c));
  const forest_walk::Tree tree{splits.data(), splits.size(), leaves.data(),
                               leaves.size(), shares.data(), table.data()};
  constexpr std::size_t kLines = forest_walk::kBlock / forest_walk::kLine;
  std::vector<forest_walk::Line> values(6 * kLines), scratch(static_cast<std::size_t>(count)),
      planes(2 * kClasses * kLines);
  for (auto& line : values)
    for (auto& x : line.bytes) x = static_cast<std::uint8_t>(random.below(256));
  std::vector<std::uint64_t> packed(forest_walk::kBlock), out;
  const forest_walk::Sums sums{kClasses, 1, packed.data(), reinterpret_cast<std::uint16_t*>(planes.data())};
  walk(tree, values.data()->bytes, scratch.data()->bytes, sums);
  for (std::size_t c = 0; c < kClasses; ++c)
    for (std::size_t i = 0; i < forest_walk::kBlock; ++i)
      out.push_back((packed[i] >> (16 * c) & 0xFFFF) + sums.planes[c * forest_walk::kBlock + i]);
  return out;
}

TEST(Forest, AllWalksGiveTheSame) {
  // invariant: whatever the processor, for trees of 1 to 512 leaves
  for (const int depth : {0, 3, 6, 7, 8, 9}) {
    const auto plain = sums_of(forest_walk::walk_plain, depth);
#ifdef __x86_64__
    if (__builtin_cpu_supports("avx2")) {
      EXPECT_EQ(sums_of(forest_walk::walk_avx2, depth), plain) << depth;
    }
    if (__builtin_cpu_supports("avx512bw")) {
      EXPECT_EQ(sums_of(forest_walk::walk_avx512, depth), plain) << depth;
    }
#endif
    EXPECT_EQ(sums_of(forest_walk::choose_walk(), depth), plain) << depth;
  }
}

TEST(Forest, LearnsTheRuleThatMadeTheSamples) {
  // analytic: classes follow two thresholds; the useful features carry the importance
  const auto trained = train_forest(make_samples(6000, 3), {.trees = 24, .samples_a_class = 800, .seed = 7});
  ASSERT_TRUE(trained);
  ASSERT_TRUE(is_sound(trained->forest));
  const ForestSamples test = make_samples(3000, 4);
  std::vector<float> p(test.size() * 3);
  predict(trained->forest, as_planes(test), test.size(), p);
  int right = 0;
  for (std::size_t i = 0; i < test.size(); ++i) {
    int best = 0;
    for (int c = 1; c < 3; ++c)
      if (p[static_cast<std::size_t>(c) * test.size() + i] >
          p[static_cast<std::size_t>(best) * test.size() + i])
        best = c;
    right += best == test.labels[i];
  }
  EXPECT_GT(right, 0.97 * 3000);
  EXPECT_GT(trained->importance[1] + trained->importance[4], 0.85);
}

TEST(Forest, IsTheSameForTheSameSeedAndAnotherForAnother) {
  // invariant: a function of samples and options alone
  const ForestSamples samples = make_samples(2000, 5);
  const ForestOptions options{.trees = 6, .samples_a_class = 300, .seed = 1};
  const auto a = train_forest(samples, options), b = train_forest(samples, options);
  auto other = options;
  other.seed = 2;
  const auto c = train_forest(samples, other);
  ASSERT_TRUE(a && b && c);
  EXPECT_EQ(a->forest, b->forest);
  EXPECT_NE(a->forest, c->forest);
}

TEST(Forest, AnySplitOfTheCellsGivesTheSameBytes) {
  // invariant: threads may share the cells as they like
  const ForestSamples samples = make_samples(1000, 6);
  const auto trained = train_forest(samples, {.trees = 5, .samples_a_class = 200});
  ASSERT_TRUE(trained);
  std::vector<float> whole(3000), parts(3000);
  const auto planes = as_planes(samples);
  predict(trained->forest, planes, 1000, whole);
  for (const auto& [from, to] : {std::pair<std::size_t, std::size_t>{0, 1}, {1, 500}, {500, 1000}})
    predict(trained->forest, planes, 1000, from, to, parts);
  EXPECT_EQ(whole, parts);
}

TEST(Forest, RefusesAClassWithoutSamples) {
  // invariant: nothing can be learnt of it
  ForestSamples samples = make_samples(100, 8);
  samples.classes = 4;
  const auto trained = train_forest(samples, {});
  ASSERT_FALSE(trained);
  EXPECT_EQ(trained.errors()[0].code, "forest.classes");
}

TEST(Forest, BrokenIndicesAreSeen) {
  // invariant: a node may not lead out of its tree, or back
  auto trained = train_forest(make_samples(500, 9), {.trees = 2, .samples_a_class = 100});
  ASSERT_TRUE(trained);
  Forest forest = trained->forest;
  forest.nodes[0].next = 60000;
  EXPECT_FALSE(is_sound(forest));
  forest.nodes[0].next = 0;
  EXPECT_FALSE(is_sound(forest));
}

TEST(Forest, CalibrationUndoesOverconfidence) {
  // analytic: labels drawn with probabilities p, shares given as p^3 normalised: the exponent is 1/3
  RandomStream random(11, "calibration");
  constexpr std::size_t n = 20000;
  std::vector<float> shares(2 * n);
  std::vector<std::uint8_t> labels(n);
  for (std::size_t i = 0; i < n; ++i) {
    const double p = random.uniform(0.2, 0.8), a = p * p * p, b = (1 - p) * (1 - p) * (1 - p);
    shares[i] = static_cast<float>(a / (a + b)), shares[n + i] = static_cast<float>(b / (a + b));
    labels[i] = random.uniform() < p ? 0 : 1;
  }
  EXPECT_NEAR(calibrate(shares, labels, 2), 1.0 / 3, 0.02);
}

}  // namespace
}  // namespace litho
