// Prediction of a 2048 x 1536 picture by our forest and by OpenCV's, same trees and features:
// forest_benchmark [TREES]. The picture is drawn (four bands, textures, pores), its features are those of
// sem/pixel_features on the model's grid; then random features, where no two cells look alike. The trees are
// trained by OpenCV and imported, so that both must name every cell alike.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <ctime>
#include <opencv2/ml.hpp>
#include <thread>

#include "modules/sem/forest/kernel.hpp"
#include "modules/sem/pixel_features/kernel.hpp"
#include "pipeline/core/number.hpp"
#include "pipeline/core/rng.hpp"

namespace {

constexpr int kClasses = 4, kWidth = 2048, kHeight = 1536;
constexpr double kCellPx = 2048.0 / 384;

/// Trees of OpenCV, a leaf voting for its class.
litho::Forest imported(const cv::ml::RTrees& trees, int features) {
  litho::Forest forest;
  forest.features = features, forest.classes = kClasses;
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

/// Processor time of this thread: what else the machine does must not count.
template <class Work>
double milliseconds(Work work) {
  const auto now = [] {
    timespec t{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return 1e3 * static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_nsec);
  };
  const double start = now();
  work();
  return now() - start;
}

int band(int x, int y) {
  const double v = y + 40 * std::sin(0.004 * x);
  return v < 400 ? 0 : v < 700 ? 1 : v < 1200 ? 2 : 3;
}

/// Four bands with wavy boundaries, each of its own grey and texture, with noise and dark pores.
litho::Image<float> drawn_picture() {
  litho::Image<float> grey(kWidth, kHeight);
  litho::RandomStream random(1, "forest benchmark");
  constexpr double kGreys[] = {190, 90, 130, 60};
  for (int y = 0; y < kHeight; ++y)
    for (int x = 0; x < kWidth; ++x)
      grey(x, y) =
          static_cast<float>(kGreys[band(x, y)] + 12 * std::sin(0.05 * x + 0.02 * y) + 14 * random.normal());
  for (int k = 0; k < 400; ++k) {
    const int cx = static_cast<int>(random.below(kWidth)), cy = static_cast<int>(random.below(kHeight));
    const int r = 3 + static_cast<int>(random.below(14));
    for (int y = std::max(0, cy - r); y < std::min(kHeight, cy + r); ++y)
      for (int x = std::max(0, cx - 2 * r); x < std::min(kWidth, cx + 2 * r); ++x)
        if ((x - cx) * (x - cx) / 4 + (y - cy) * (y - cy) < r * r) grey(x, y) = 20;
  }
  return grey;
}

struct Measured {
  double one, two, theirs;
  std::size_t different;
};

/// Trains on a sample of the cells, then predicts all of them both ways.
Measured measure(const std::vector<std::uint8_t>& planes, const std::vector<int>& classes, int trees) {
  constexpr int kTraining = 8000;
  const std::size_t n = classes.size();
  const int cells = static_cast<int>(n), features = static_cast<int>(planes.size() / n);
  cv::Mat rows(cells, features, CV_32F), training(kTraining, features, CV_32F), labels(kTraining, 1, CV_32S);
  for (int i = 0; i < cells; ++i)
    for (int f = 0; f < features; ++f)
      rows.at<float>(i, f) = planes[static_cast<std::size_t>(f) * n + static_cast<std::size_t>(i)];
  litho::RandomStream random(2, "forest benchmark");
  for (int i = 0; i < kTraining; ++i) {
    const int from = static_cast<int>(random.below(static_cast<std::uint32_t>(cells)));
    rows.row(from).copyTo(training.row(i));
    labels.at<int>(i) = classes[static_cast<std::size_t>(from)];
  }
  const auto library = cv::ml::RTrees::create();
  library->setMaxDepth(10);
  library->setTermCriteria({cv::TermCriteria::MAX_ITER, trees, 0});
  library->train(training, cv::ml::ROW_SAMPLE, labels);
  const litho::Forest forest = imported(*library, features);
  std::vector<float> shares(n * kClasses);
  Measured out{};
  out.one = milliseconds([&] { litho::predict(forest, planes, n, shares); });
  // Two threads that have a core each take as long as the slower of them.
  double halves[2]{};
  std::thread other(
      [&] { halves[0] = milliseconds([&] { litho::predict(forest, planes, n, 0, n / 2, shares); }); });
  halves[1] = milliseconds([&] { litho::predict(forest, planes, n, n / 2, n, shares); });
  other.join();
  out.two = std::max(halves[0], halves[1]);
  cv::Mat named, votes;
  out.theirs = milliseconds([&] { library->predict(rows, named); });
  library->getVotes(rows, votes, 0);
  for (int i = 0; i < cells; ++i)
    for (int c = 0; c < kClasses; ++c)
      out.different += std::lround(shares[static_cast<std::size_t>(c) * n + static_cast<std::size_t>(i)] *
                                   static_cast<float>(forest.trees.size())) != votes.at<int>(i + 1, c);
  fmt::print("{} cells, {} trees, {} nodes, {} features, {} classes\n", cells, forest.trees.size(),
             forest.nodes.size(), features, kClasses);
  fmt::print(
      "ours, one thread {:.1f} ms; two threads {:.1f} ms; cv::ml::RTrees {:.1f} ms; {:.0f} and {:.0f} times "
      "faster; votes that differ: {}\n",
      out.one, out.two, out.theirs, out.theirs / out.one, out.theirs / out.two, out.different);
  return out;
}

}  // namespace

int main(int argc, char** argv) {
  const int trees = argc > 1 ? static_cast<int>(litho::parse_int(argv[1]).value_or(0)) : 48;
  const litho::Image<std::uint8_t> usable(kWidth, kHeight, 1);
  const litho::Image<float> grey = drawn_picture();
  litho::PixelFeatures features;
  const double making = milliseconds([&] {
    features = litho::pixel_features(litho::make_feature_grid(grey, usable, litho::Side::top, kCellPx));
  });
  std::vector<int> classes;
  for (int v = 0; v < features.height; ++v)
    for (int u = 0; u < features.width; ++u)
      classes.push_back(band(static_cast<int>((u + 0.5) * kCellPx), static_cast<int>((v + 0.5) * kCellPx)));
  fmt::print("a drawn picture of {} x {} px (features on one thread: {:.0f} ms)\n", kWidth, kHeight, making);
  const Measured drawn = measure(features.values, classes, trees);
  fmt::print("random features\n");
  litho::RandomStream random(3, "forest benchmark");
  for (std::uint8_t& x : features.values) x = static_cast<std::uint8_t>(random.below(256));
  for (std::size_t i = 0; i < classes.size(); ++i)
    classes[i] = (features.values[i] / 64 + features.values[classes.size() + i] / 100) % kClasses;
  const Measured unlike = measure(features.values, classes, trees);
  return drawn.different + unlike.different == 0 ? 0 : 1;
}
