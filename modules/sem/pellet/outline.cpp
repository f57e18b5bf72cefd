#include "modules/sem/pellet/outline.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace litho::pellet {
namespace {

constexpr int kLongest = 384;    // cells
constexpr int kStrip = 14;       // cells on each side of a line that are compared
constexpr int kSkip = 1;         // cells next to the line that belong to neither
constexpr double kLeast = 0.35;  // share of a strip that must be in the picture

using Counts = std::array<double, CellMap::kClasses>;

double total(const Counts& c) {
  double sum = 0;
  for (const double n : c) sum += n;
  return sum;
}

double entropy(const Counts& c, double sum) {
  double h = 0;
  for (const double n : c)
    if (n > 0) h -= n / sum * std::log2(n / sum);
  return h;
}

/// Jensen-Shannon divergence with equal weights, bits.
double divergence(const Counts& a, const Counts& b) {
  const double na = total(a), nb = total(b);
  if (na <= 0 || nb <= 0) return -1;
  Counts mean;
  for (std::size_t i = 0; i < mean.size(); ++i) mean[i] = a[i] / na + b[i] / nb;
  return entropy(mean, 2) - 0.5 * (entropy(a, na) + entropy(b, nb));
}

/// Running counts down each column of an upright frame: strips become differences.
class Columns {
 public:
  Columns(const CellMap& cells, const Frame& frame)
      : width_(frame.width()),
        height_(frame.height()),
        sums_(static_cast<std::size_t>(width_) * (height_ + 1)) {
    const auto classes = upright(cells.classes(), frame);
    for (int u = 0; u < width_; ++u) {
      auto* column = &sums_[static_cast<std::size_t>(u) * (height_ + 1)];
      column[0] = {};
      for (int v = 0; v < height_; ++v) {
        column[v + 1] = column[v];
        if (classes(u, v) != CellMap::kUnused) ++column[v + 1][classes(u, v)];
      }
    }
  }
  int width() const { return width_; }
  int height() const { return height_; }
  void add(int u, int from, int to, Counts& counts) const {
    const auto* column = &sums_[static_cast<std::size_t>(u) * (height_ + 1)];
    const auto &a = column[std::clamp(from, 0, height_)], &b = column[std::clamp(to, 0, height_)];
    for (std::size_t i = 0; i < counts.size(); ++i) counts[i] += b[i] - a[i];
  }

 private:
  int width_, height_;
  std::vector<std::array<std::uint16_t, CellMap::kClasses>> sums_;
};

double difference_of(const Columns& columns, const std::vector<int>& v) {
  Counts above{}, below{};
  for (int u = 0; u < columns.width(); u += 2) {
    const int at = v[static_cast<std::size_t>(u)];
    columns.add(u, at - kSkip - kStrip, at - kSkip, above);
    columns.add(u, at + kSkip, at + kSkip + kStrip, below);
  }
  const double least = kLeast * kStrip * columns.width() / 2.0;
  return total(above) < least || total(below) < least ? -1 : divergence(above, below);
}

std::vector<int> straight(int width, double middle, double slope) {
  std::vector<int> v(static_cast<std::size_t>(width));
  for (int u = 0; u < width; ++u)
    v[static_cast<std::size_t>(u)] = static_cast<int>(std::lround(middle + slope * (u - width / 2.0)));
  return v;
}

/// Follows the border near a line: each cell speaks for outside or inside by how common its class is there.
std::vector<int> follow(const CellMap& cells, const Frame& frame, const Columns& columns,
                        const std::vector<int>& line) {
  Counts outside{}, inside{};
  for (int u = 0; u < columns.width(); ++u) {
    const int at = line[static_cast<std::size_t>(u)];
    columns.add(u, at - 2 * kStrip, at - kSkip, outside);
    columns.add(u, at + kSkip, at + 2 * kStrip, inside);
  }
  std::array<double, CellMap::kClasses> speaks;
  const double no = total(outside) + 1, ni = total(inside) + 1;
  for (std::size_t i = 0; i < speaks.size(); ++i)
    speaks[i] = std::clamp(std::log((outside[i] + 1) / no) - std::log((inside[i] + 1) / ni), -2.5, 2.5);
  const auto classes = upright(cells.classes(), frame);
  constexpr int kBand = 12;
  constexpr double kTurn = 1.2;
  const int width = columns.width(), rows = 2 * kBand + 1;
  std::vector<double> best(static_cast<std::size_t>(rows)), next(best);
  std::vector<std::int8_t> from(static_cast<std::size_t>(rows) * width, 0);
  const auto gain =
      [&](int u, int k) {  // cells above the border speaking for outside, below for inside, in the band
        double sum = 0;
        for (int b = -kBand; b < kBand; ++b) {
          const int v = line[static_cast<std::size_t>(u)] + b;
          if (v < 0 || v >= classes.height() || classes(u, v) == CellMap::kUnused) continue;
          sum += (b < k ? 1 : -1) * speaks[classes(u, v)];
        }
        return sum;
      };
  for (int u = 0; u < width; ++u) {
    const int shift = u == 0 ? 0 : line[static_cast<std::size_t>(u)] - line[static_cast<std::size_t>(u) - 1];
    for (int k = 0; k < rows; ++k) {
      double top = -std::numeric_limits<double>::infinity();
      for (int step = -1; step <= 1; ++step) {
        const int p = k + shift + step;
        if (p < 0 || p >= rows) continue;
        const double value = best[static_cast<std::size_t>(p)] - kTurn * std::abs(step);
        if (value > top)
          top = value, from[static_cast<std::size_t>(u) * rows + k] = static_cast<std::int8_t>(p - k);
      }
      next[static_cast<std::size_t>(k)] = top + gain(u, k - kBand);
    }
    best.swap(next);
  }
  std::vector<int> out(line.size());
  int k = static_cast<int>(std::ranges::max_element(best) - best.begin());
  for (int u = width - 1; u >= 0; --u) {
    out[static_cast<std::size_t>(u)] = line[static_cast<std::size_t>(u)] + k - kBand;
    k = std::clamp(k + from[static_cast<std::size_t>(u) * rows + k], 0, rows - 1);
  }
  return out;
}

}  // namespace

CellMap::CellMap(const Image<float>& grey, const Image<std::uint8_t>& usable)
    : factor_(std::max(1, (std::max(grey.width(), grey.height()) + kLongest - 1) / kLongest)) {
  const int width = grey.width() / factor_, height = grey.height() / factor_;
  classes_ = Image<std::uint8_t>(width, height, kUnused);
  Image<float> mean(width, height), spread(width, height);
  std::vector<float> means;
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      double sum = 0;
      int n = 0;
      for (int b = y * factor_; b < (y + 1) * factor_; ++b)
        for (int a = x * factor_; a < (x + 1) * factor_; ++a)
          if (usable(a, b)) sum += grey(a, b), ++n;
      if (2 * n <= factor_ * factor_) continue;
      mean(x, y) = static_cast<float>(sum / n);
      classes_(x, y) = 0;
      means.push_back(mean(x, y));
    }
  // Contrast between neighbouring cells: noise of the pixels is mostly gone there.
  std::vector<float> spreads;
  for (int y = 1; y + 1 < height; ++y)
    for (int x = 1; x + 1 < width; ++x) {
      if (classes_(x, y) == kUnused) continue;
      const float c = mean(x, y);
      spread(x, y) = std::abs(mean(x + 1, y) - c) + std::abs(mean(x - 1, y) - c) +
                     std::abs(mean(x, y + 1) - c) + std::abs(mean(x, y - 1) - c);
      spreads.push_back(spread(x, y));
    }
  if (means.empty() || spreads.empty()) return;
  std::ranges::sort(means);
  std::ranges::sort(spreads);
  const auto bin = [](const std::vector<float>& sorted, float value, int bins) {
    int k = 0;
    while (k + 1 < bins &&
           value > sorted[sorted.size() * static_cast<std::size_t>(k + 1) / static_cast<std::size_t>(bins)])
      ++k;
    return k;
  };
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x)
      if (classes_(x, y) != kUnused)
        classes_(x, y) = static_cast<std::uint8_t>(bin(means, mean(x, y), kGreys) * kContrasts +
                                                   bin(spreads, spread(x, y), kContrasts));
}

double difference_across(const CellMap& cells, const Frame& frame, const std::vector<float>& v_px) {
  const Frame small{frame.side, cells.classes().width(), cells.classes().height()};
  const Columns columns(cells, small);
  std::vector<int> v(static_cast<std::size_t>(columns.width()));
  for (std::size_t u = 0; u < v.size(); ++u) {
    const std::size_t at = std::min(v_px.size() - 1, u * static_cast<std::size_t>(cells.factor()));
    v[u] = std::isfinite(v_px[at]) ? static_cast<int>(v_px[at] / static_cast<float>(cells.factor())) : -1000;
  }
  return difference_of(columns, v);
}

std::optional<Outline> find_outline(const CellMap& cells, int width, int height) {
  std::optional<Outline> best;
  for (const Side side : {Side::top, Side::left}) {  // the other two are the same lines the other way up
    const Frame small{side, cells.classes().width(), cells.classes().height()};
    const Columns columns(cells, small);
    double top = 0, middle = 0, slope = 0;
    struct Tried {
      double middle, slope, difference;
    };
    std::vector<Tried> tried;
    const auto try_lines = [&](double m0, double m1, double dm, double s0, double s1, double ds) {
      double at_m = middle, at_s = slope;
      for (double m = m0; m <= m1; m += dm)
        for (double s = s0; s <= s1 + 1e-9; s += ds) {
          const double d = difference_of(columns, straight(columns.width(), m, s));
          tried.push_back({m, s, d});
          if (d > top) top = d, at_m = m, at_s = s;
        }
      middle = at_m, slope = at_s;
    };
    try_lines(5, columns.height() - 5, 4, -0.3, 0.3, 0.06);
    try_lines(middle - 4, middle + 4, 1, slope - 0.06, slope + 0.06, 0.015);
    if (top <= 0) continue;
    // What texture and uneven light make differ elsewhere: lines whose strips share nothing with the best's.
    double elsewhere = 0;
    for (const Tried& t : tried) {
      const double apart = std::abs(t.middle - middle) - std::abs(t.slope - slope) * columns.width() / 2.0;
      if (apart > 2 * kStrip) elsewhere = std::max(elsewhere, t.difference);
    }
    const std::vector<int> line = follow(cells, small, columns, straight(columns.width(), middle, slope));
    const double d = difference_of(columns, line);
    if (best && best->difference >= d) continue;
    Outline outline{{side, width, height}, {}, d, elsewhere > 0 ? top / elsewhere : 0};
    outline.v.resize(static_cast<std::size_t>(outline.frame.width()));
    const double f = cells.factor();
    for (std::size_t u = 0; u < outline.v.size(); ++u) {
      const double at = (static_cast<double>(u) + 0.5) / f - 0.5;
      const int i = std::clamp(static_cast<int>(std::floor(at)), 0, columns.width() - 1),
                j = std::min(i + 1, columns.width() - 1);
      const double t = std::clamp(at - i, 0.0, 1.0);
      outline.v[u] = static_cast<float>(
          f * (line[static_cast<std::size_t>(i)] +
               t * (line[static_cast<std::size_t>(j)] - line[static_cast<std::size_t>(i)])));
    }
    best = std::move(outline);
  }
  return best;
}

}  // namespace litho::pellet
