// Prediction of one image by our forest and by OpenCV's, same trees and features: forest_benchmark [CELLS
// [TREES]] The trees are trained by OpenCV and imported, so that both must name every cell alike.
#include <fmt/format.h>

#include <chrono>
#include <cmath>
#include <opencv2/ml.hpp>
#include <thread>

#include "modules/sem/forest/kernel.hpp"
#include "pipeline/core/number.hpp"
#include "pipeline/core/rng.hpp"

namespace {

constexpr int kFeatures = 24, kClasses = 4;

/// Trees of OpenCV, a leaf voting for its class.
litho::Forest imported(const cv::ml::RTrees& trees) {
  litho::Forest forest;
  forest.features = kFeatures, forest.classes = kClasses;
  for (const int root : trees.getRoots()) {
    litho::ForestTree tree{static_cast<std::uint32_t>(forest.nodes.size()), 1, 0};
    std::vector<std::pair<int, std::uint32_t>> open{{root, 0}};
    for (std::size_t k = 0; k < open.size(); ++k) {
      const auto [id, depth] = open[k];
      const auto& node = trees.getNodes()[static_cast<std::size_t>(id)];
      tree.depth = std::max(tree.depth, depth);
      for (int c = 0; c < kClasses; ++c) forest.shares.push_back(c == std::lround(node.value) ? 1.0F : 0.0F);
      if (node.split < 0) {
        forest.nodes.push_back({0, 255, static_cast<std::uint16_t>(k)});
        continue;
      }
      const auto& split = trees.getSplits()[static_cast<std::size_t>(node.split)];
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

template <class Work>
double milliseconds(Work work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

int main(int argc, char** argv) {
  const int cells = argc > 1 ? static_cast<int>(litho::parse_int(argv[1]).value_or(0)) : 384 * 288;
  const int trees = argc > 2 ? static_cast<int>(litho::parse_int(argv[2]).value_or(0)) : 48;
  constexpr int kTraining = 8000;
  litho::RandomStream random(1, "forest benchmark");
  cv::Mat training(kTraining, kFeatures, CV_32F), labels(kTraining, 1, CV_32S),
      rows(cells, kFeatures, CV_32F);
  std::vector<std::uint8_t> planes(static_cast<std::size_t>(cells) * kFeatures);
  for (int i = 0; i < kTraining; ++i) {
    double sum = 0;
    for (int f = 0; f < kFeatures; ++f)
      sum += (training.at<float>(i, f) = static_cast<float>(random.below(256))) * (f % 3);
    labels.at<int>(i) = static_cast<int>(sum / 100 + random.uniform(0, 8)) % kClasses;
  }
  for (int i = 0; i < cells; ++i)
    for (int f = 0; f < kFeatures; ++f) {
      const auto x = static_cast<std::uint8_t>(random.below(256));
      rows.at<float>(i, f) = x;
      planes[static_cast<std::size_t>(f) * static_cast<std::size_t>(cells) + static_cast<std::size_t>(i)] = x;
    }
  const auto library = cv::ml::RTrees::create();
  library->setMaxDepth(10);
  library->setTermCriteria({cv::TermCriteria::MAX_ITER, trees, 0});
  library->train(training, cv::ml::ROW_SAMPLE, labels);
  const litho::Forest forest = imported(*library);

  const auto n = static_cast<std::size_t>(cells);
  std::vector<float> shares(n * kClasses);
  const double one = milliseconds([&] { litho::predict(forest, planes, n, shares); });
  const double two = milliseconds([&] {
    std::thread other([&] { litho::predict(forest, planes, n, 0, n / 2, shares); });
    litho::predict(forest, planes, n, n / 2, n, shares);
    other.join();
  });
  cv::Mat named, votes;
  const double theirs = milliseconds([&] { library->predict(rows, named); });
  library->getVotes(rows, votes, 0);
  std::size_t different = 0;
  for (int i = 0; i < cells; ++i)
    for (int c = 0; c < kClasses; ++c)
      different += std::lround(shares[static_cast<std::size_t>(c) * n + static_cast<std::size_t>(i)] *
                               static_cast<float>(forest.trees.size())) != votes.at<int>(i + 1, c);
  fmt::print("{} cells, {} trees, {} nodes, {} features, {} classes\n", cells, forest.trees.size(),
             forest.nodes.size(), kFeatures, kClasses);
  fmt::print(
      "ours, one thread {:.1f} ms; two threads {:.1f} ms; cv::ml::RTrees {:.1f} ms; {:.0f} and {:.0f} times "
      "faster\n",
      one, two, theirs, theirs / one, theirs / two);
  fmt::print("votes that differ: {}\n", different);
  return different == 0 ? 0 : 1;
}
