#include "modules/sem/layer_training/shift.hpp"

#include <algorithm>
#include <cmath>

namespace litho::layer_training {
namespace {

constexpr int kWindow = 4;             // px each side of an edge
constexpr int kHere = 3;               // px by which hands are off
constexpr double kReach = 0.06;        // of the picture's longer side
constexpr double kLeastShift = 0.006;  // of it too
constexpr int kLeastShiftPx = 6;
constexpr double kClearer = 1.8;
constexpr double kClear = 3.5;  // times the usual step of the places tried
constexpr double kLeastColumns = 0.3;
constexpr int kAlongSteps = 15;  // to each side

/// Mean signed step across the edge's columns at every place tried, over its root mean square over them all.
class Steps {
 public:
  Steps(const Image<float>& grey, const Frame& frame, int reach, int stride)
      : grey_(upright(grey, frame)), reach_(reach), stride_(stride) {
    sums_.resize(static_cast<std::size_t>(grey_.width()) * static_cast<std::size_t>(grey_.height() + 1));
    for (int u = 0; u < grey_.width(); ++u)
      for (int v = 0; v < grey_.height(); ++v) sum(u, v + 1) = sum(u, v) + grey_(u, v);
  }
  int along() const { return 2 * (reach_ / stride_) + 1; }
  int across() const { return 2 * reach_ + 1; }

  std::vector<double> of(const EdgeRows& rows) {
    std::vector<double> out;
    double squares = 0;
    for (int i = 0; i < along(); ++i)
      for (int j = 0; j < across(); ++j) {
        out.push_back(step(rows, (i - reach_ / stride_) * stride_, j - reach_));
        squares += out.back() * out.back();
      }
    const double scale = std::sqrt(squares / static_cast<double>(out.size()));
    for (double& s : out) s /= std::max(1e-12, scale);
    return out;
  }

 private:
  double& sum(int u, int v) {
    return sums_[static_cast<std::size_t>(u) * static_cast<std::size_t>(grey_.height() + 1) +
                 static_cast<std::size_t>(v)];
  }
  double step(const EdgeRows& rows, int du, int dv) {
    double total = 0, n = 0;
    for (int u = 0; u < grey_.width(); ++u) {
      const int row = rows[static_cast<std::size_t>(u)], v = row + dv;
      if (row < 0 || u + du < 0 || u + du >= grey_.width() || v < kWindow || v + kWindow > grey_.height())
        continue;
      total += sum(u + du, v + kWindow) - 2 * sum(u + du, v) + sum(u + du, v - kWindow);
      n += 1;
    }
    return n > 0 ? std::abs(total) / n : 0;
  }

  Upright<const float> grey_;
  int reach_, stride_;
  std::vector<double> sums_;
};

}  // namespace

std::optional<LabelShift> find_label_shift(const Image<float>& grey, const Frame& frame,
                                           const EdgeRows& outer, const EdgeRows& front) {
  const int longest = std::max(grey.width(), grey.height());
  const int reach = std::max(20, static_cast<int>(kReach * longest));
  const int stride = std::max(1, reach / kAlongSteps);
  Steps steps(grey, frame, reach, stride);
  std::vector<double> sum;
  int edges = 0;
  for (const EdgeRows* rows : {&outer, &front}) {
    const auto labelled = std::count_if(rows->begin(), rows->end(), [](int v) { return v >= 0; });
    if (static_cast<double>(labelled) < kLeastColumns * frame.width()) continue;
    const auto of = steps.of(*rows);
    sum.resize(of.size());
    for (std::size_t k = 0; k < of.size(); ++k) sum[k] += of[k];
    ++edges;
  }
  if (edges == 0) return std::nullopt;
  double here = 0;
  std::size_t best = 0;
  const auto du = [&](std::size_t k) {
    return (static_cast<int>(k) / steps.across() - reach / stride) * stride;
  };
  const auto dv = [&](std::size_t k) { return static_cast<int>(k) % steps.across() - reach; };
  for (std::size_t k = 0; k < sum.size(); ++k) {
    if (std::abs(du(k)) <= stride && std::abs(dv(k)) <= kHere) here = std::max(here, sum[k]);
    if (sum[k] > sum[best]) best = k;
  }
  const double least = std::max<double>(kLeastShiftPx, kLeastShift * longest);
  if (sum[best] < kClearer * here || sum[best] < kClear * edges || std::hypot(du(best), dv(best)) < least)
    return std::nullopt;
  // Moving the edges by (du, dv) puts them right: the labels are off by the opposite.
  const PointPx from = frame.to_image({0, 0}), to = frame.to_image({-1.0 * du(best), -1.0 * dv(best)});
  return LabelShift{static_cast<int>(std::lround(to.x - from.x)),
                    static_cast<int>(std::lround(to.y - from.y))};
}

}  // namespace litho::layer_training
