#include "modules/sem/filaments/opening.hpp"

#include <algorithm>
#include <cstring>

namespace litho::filaments {
namespace {

// Steps of the chamfer, as multiples of 2^-16: their sums are exact in float.
constexpr float kSide = 1, kCorner = 91750.0F / 65536, kKnight = 143976.0F / 65536;
constexpr float kFar = 1e6F;
constexpr int kBorder = 2;  // px: the reach of a step

int next_of(const std::uint8_t* row, int from, int to, int value) {
  const void* at = from < to ? std::memchr(row + from, value, static_cast<std::size_t>(to - from)) : nullptr;
  return at ? static_cast<int>(static_cast<const std::uint8_t*>(at) - row) : to;
}

/// One pass of the chamfer over part of a row: steps from the rows before (`kBack` = -1) or after (1) it,
/// then along it. The first loop is apart because nothing in it waits for its neighbour.
template <int kBack>
void step_row(cv::Mat& d, const Run& run) {
  float* here = d.ptr<float>(run.y);
  const float* one = d.ptr<float>(run.y + kBack);
  const float* two = d.ptr<float>(run.y + 2 * kBack);
  for (int x = run.first; x < run.last; ++x) {
    const float corner = std::min(one[x - 1], one[x + 1]) + kCorner;
    const float knight =
        std::min(std::min(one[x - 2], one[x + 2]), std::min(two[x - 1], two[x + 1])) + kKnight;
    here[x] = std::min(std::min(here[x], one[x] + kSide), std::min(corner, knight));
  }
  if constexpr (kBack < 0)
    for (int x = run.first; x < run.last; ++x) here[x] = std::min(here[x], here[x - 1] + kSide);
  else
    for (int x = run.last - 1; x >= run.first; --x) here[x] = std::min(here[x], here[x + 1] + kSide);
}

/// Both passes over some runs in raster order.
void spread(cv::Mat& d, const std::vector<Run>& runs) {
  for (const Run& r : runs) step_row<-1>(d, r);
  for (auto r = runs.rbegin(); r != runs.rend(); ++r) step_row<1>(d, *r);
}

int root(std::vector<int>& parent, int k) {
  while (parent[k] != k) k = parent[k] = parent[parent[k]];
  return k;
}

}  // namespace

std::vector<Component> components(const cv::Mat& mask, int first_row) {
  std::vector<Run> runs;
  std::vector<int> parent;
  std::size_t above = 0;  // first run of the row before
  for (int y = first_row; y < mask.rows; ++y) {
    const auto* row = mask.ptr<std::uint8_t>(y);
    const std::size_t above_end = runs.size();
    std::size_t k = above;
    for (int x = next_of(row, 0, mask.cols, 255); x < mask.cols;) {
      const int end = next_of(row, x, mask.cols, 0);
      const int own = static_cast<int>(runs.size());
      runs.push_back({y, x, end});
      parent.push_back(own);
      while (k < above_end && runs[k].last < x) ++k;
      for (std::size_t i = k; i < above_end && runs[i].first <= end; ++i) {
        const int a = root(parent, static_cast<int>(i)), b = root(parent, own);
        parent[std::max(a, b)] = std::min(a, b);
      }
      x = next_of(row, end, mask.cols, 255);
    }
    above = above_end;
  }
  std::vector<Component> out;
  std::vector<std::size_t> index(runs.size());
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const std::size_t first = static_cast<std::size_t>(root(parent, static_cast<int>(i)));
    if (first == i) index[i] = out.size(), out.emplace_back();
    Component& c = out[index[first]];
    c.runs.push_back(runs[i]);
    c.box |= cv::Rect(runs[i].first, runs[i].y, runs[i].last - runs[i].first, 1);
  }
  return out;
}

Opening::Opening(const cv::Mat& filled, float widest) : filled_(filled) {
  const int w = filled.cols;
  int top = 0;  // first row that is not filled everywhere
  while (top < filled.rows && next_of(filled.ptr<std::uint8_t>(top), 0, w, 0) == w) ++top;
  first_row_ = std::max(0, top - static_cast<int>(widest) - 2 * kBorder);
  const int rows = filled.rows - first_row_;
  distance_ = cv::Mat(rows + 2 * kBorder, w + 2 * kBorder, CV_32F, cv::Scalar(kFar));
  std::vector<Run> whole;
  for (int y = 0; y < rows; ++y) {
    const auto* row = filled.ptr<std::uint8_t>(y + first_row_);
    auto* d = distance_.ptr<float>(y + kBorder) + kBorder;
    for (int x = next_of(row, 0, w, 255); x < w;) {
      const int end = next_of(row, x, w, 0);
      whole.push_back({y + kBorder, x + kBorder, end + kBorder});
      x = next_of(row, end, w, 255);
    }
    for (int x = next_of(row, 0, w, 0); x < w;) {
      const int end = next_of(row, x, w, 255);
      std::fill(d + x, d + end, 0.0F);
      x = next_of(row, end, w, 0);
    }
  }
  spread(distance_, whole);
  for (const Run& r : whole) {
    const float* d = distance_.ptr<float>(r.y);
    for (int x = r.first; x < r.last;) {
      while (x < r.last && d[x] > widest) ++x;
      const int from = x;
      while (x < r.last && d[x] <= widest) ++x;
      if (x > from) near_.push_back({r.y, from, x});
      inside_.insert(inside_.end(), d + from, d + x);
    }
  }
  // From here on the distance to the shrunk mask, which is the same for every radius where nothing is near.
  for (int y = kBorder; y < rows + kBorder; ++y) {
    auto* d = distance_.ptr<float>(y);
    for (int x = kBorder; x < w + kBorder; ++x) d[x] = d[x] > widest ? 0.0F : kFar;
  }
}

cv::Mat Opening::base(float radius) {
  const float* inside = inside_.data();
  for (const Run& r : near_) {
    float* out = distance_.ptr<float>(r.y);
    for (int x = r.first; x < r.last; ++x) out[x] = *inside++ > radius ? 0.0F : kFar;
  }
  spread(distance_, near_);
  cv::Mat opened = filled_.clone();
  for (const Run& r : near_) {
    const float* d = distance_.ptr<float>(r.y);
    auto* row = opened.ptr<std::uint8_t>(r.y - kBorder + first_row_) - kBorder;
    for (int x = r.first; x < r.last; ++x) row[x] = d[x] <= radius ? 255 : 0;
  }
  opened.row(0).setTo(255);
  const std::vector<Component> parts = components(opened, first_row_);
  for (std::size_t k = 1; k < parts.size(); ++k)
    for (const Run& r : parts[k].runs)
      std::fill(opened.ptr<std::uint8_t>(r.y) + r.first, opened.ptr<std::uint8_t>(r.y) + r.last,
                std::uint8_t{0});
  return opened;
}

}  // namespace litho::filaments
