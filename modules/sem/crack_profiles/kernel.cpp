#include "modules/sem/crack_profiles/kernel.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace litho {
namespace {

constexpr double kFlankWidth = 3;
constexpr double kMuchDeeper = 1.5;
constexpr double kFlatFloor = 8;  // px from where a valley has a floor to average over
constexpr double kRimFoot =
    1.1;  // quartile distances of an edge from its middle to where it is nearly complete
constexpr double kRimWidth = 2;

double distance(PointPx a, PointPx b) {
  return std::hypot(b.x - a.x, b.y - a.y);
}

PointPx between(PointPx a, PointPx b, double t) {
  return {a.x + t * (b.x - a.x), a.y + t * (b.y - a.y)};
}

/// A profile read between its samples.
struct Reader {
  const float* values;
  int half;
  double at(double t) const {
    const double u = std::clamp(t + half, 0.0, 2.0 * half);
    const int i = std::min(static_cast<int>(u), 2 * half - 1);
    return values[i] + (u - i) * (values[i + 1] - values[i]);
  }
  double mean(double from, double to) const {
    double sum = 0;
    constexpr int kSteps = 4;
    for (int k = 0; k <= kSteps; ++k) sum += at(from + (to - from) * k / kSteps);
    return sum / (kSteps + 1);
  }
};

/// First place beyond `from` in direction `sign` where the profile rises through `level`; half + 1 if it does
/// not.
double crossing(const Reader& profile, double from, int sign, double level) {
  double before = profile.at(from);
  for (double t = 1; std::abs(from + sign * t) <= profile.half; ++t) {
    const double now = profile.at(from + sign * t);
    if (now >= level) return t - (now - level) / std::max(1e-12, now - before);
    before = now;
  }
  return profile.half + 1.0 + std::abs(from);
}

/// The floor of a valley at its middle: of the parabola fitted to five samples where it is narrow, as a mean
/// would lift it, and the lowest sample is the one that noise has lowered most.
double floor_at(const Reader& read, double centre, double width) {
  if (width > kFlatFloor) return read.mean(centre - 0.2 * width, centre + 0.2 * width);
  return (17 * read.at(centre) + 12 * (read.at(centre - 1) + read.at(centre + 1)) -
          3 * (read.at(centre - 2) + read.at(centre + 2))) /
         35;
}

}  // namespace

double line_length(const Polyline& line) {
  double sum = 0;
  for (std::size_t i = 1; i < line.size(); ++i) sum += distance(line[i - 1], line[i]);
  return sum;
}

Polyline resample(const Polyline& line, double step) {
  if (line.size() < 2) return line;
  const double length = line_length(line);
  const auto pieces = std::max<std::size_t>(1, static_cast<std::size_t>(std::lround(length / step)));
  const double exact = length / static_cast<double>(pieces);
  Polyline out{line.front()};
  double walked = 0;
  std::size_t k = 1;
  for (std::size_t i = 1; i < pieces; ++i) {
    const double want = exact * static_cast<double>(i);
    while (k + 1 < line.size() && walked + distance(line[k - 1], line[k]) < want) {
      walked += distance(line[k - 1], line[k]);
      ++k;
    }
    const double piece = distance(line[k - 1], line[k]);
    out.push_back(
        between(line[k - 1], line[k], piece > 0 ? std::clamp((want - walked) / piece, 0.0, 1.0) : 0));
  }
  out.push_back(line.back());
  return out;
}

Polyline smooth_line(const Polyline& line, double sigma) {
  const auto n = static_cast<std::ptrdiff_t>(line.size());
  if (n < 3 || sigma <= 0) return line;
  const auto reach = static_cast<std::ptrdiff_t>(std::ceil(3 * sigma));
  std::vector<double> weight(static_cast<std::size_t>(reach) + 1);
  for (std::size_t k = 0; k < weight.size(); ++k)
    weight[k] = std::exp(-0.5 * static_cast<double>(k * k) / (sigma * sigma));
  // Beyond an end the line goes on as its own point reflection, so that the end stays and is not drawn
  // inwards.
  const auto point = [&](std::ptrdiff_t i) -> PointPx {
    if (i < 0) {
      const PointPx &end = line.front(), &p = line[static_cast<std::size_t>(std::min(-i, n - 1))];
      return {2 * end.x - p.x, 2 * end.y - p.y};
    }
    if (i >= n) {
      const PointPx &end = line.back(),
                    &p = line[static_cast<std::size_t>(std::max<std::ptrdiff_t>(0, 2 * n - 2 - i))];
      return {2 * end.x - p.x, 2 * end.y - p.y};
    }
    return line[static_cast<std::size_t>(i)];
  };
  Polyline out(line.size());
  for (std::ptrdiff_t i = 0; i < n; ++i) {
    double sum = 0, x = 0, y = 0;
    for (std::ptrdiff_t k = -reach; k <= reach; ++k) {
      const double w = weight[static_cast<std::size_t>(std::abs(k))];
      const PointPx p = point(i + k);
      sum += w, x += w * p.x, y += w * p.y;
    }
    out[static_cast<std::size_t>(i)] = {x / sum, y / sum};
  }
  return out;
}

PointPx normal_at(const Polyline& line, std::size_t i) {
  constexpr std::size_t kReach = 2;
  const PointPx a = line[i >= kReach ? i - kReach : 0], b = line[std::min(line.size() - 1, i + kReach)];
  const double length = distance(a, b);
  if (!(length > 0)) return {0, 1};
  return {-(b.y - a.y) / length, (b.x - a.x) / length};
}

float grey_at(const Image<float>& grey, PointPx p) {
  const float x = std::clamp(static_cast<float>(p.x - 0.5), 0.0F, static_cast<float>(grey.width() - 1));
  const float y = std::clamp(static_cast<float>(p.y - 0.5), 0.0F, static_cast<float>(grey.height() - 1));
  const int i = std::min(static_cast<int>(x), std::max(0, grey.width() - 2));
  const int j = std::min(static_cast<int>(y), std::max(0, grey.height() - 2));
  const int i1 = std::min(i + 1, grey.width() - 1), j1 = std::min(j + 1, grey.height() - 1);
  const float s = x - static_cast<float>(i), t = y - static_cast<float>(j);
  const float top = grey(i, j) + s * (grey(i1, j) - grey(i, j));
  const float bottom = grey(i, j1) + s * (grey(i1, j1) - grey(i, j1));
  return top + t * (bottom - top);
}

Strip straighten(const Image<float>& grey, const Polyline& line, int half) {
  Strip strip{half, line.size(), {}};
  strip.grey.resize(strip.rows * static_cast<std::size_t>(2 * half + 1));
  for (std::size_t i = 0; i < line.size(); ++i) {
    const PointPx n = normal_at(line, i);
    float* row = strip.row(i);
    for (int k = -half; k <= half; ++k)
      row[k + half] = grey_at(grey, {line[i].x + k * n.x, line[i].y + k * n.y});
  }
  return strip;
}

Strip average_rows(const Strip& strip, int reach) {
  Strip out = strip;
  const std::size_t width = static_cast<std::size_t>(2 * strip.half + 1);
  const auto n = static_cast<std::ptrdiff_t>(strip.rows);
  std::vector<double> sum(width);
  for (std::ptrdiff_t i = 0; i < n; ++i) {
    const std::ptrdiff_t r = std::min<std::ptrdiff_t>({reach, i, n - 1 - i});
    std::ranges::fill(sum, 0.0);
    for (std::ptrdiff_t k = i - r; k <= i + r; ++k) {
      const float* from = strip.row(static_cast<std::size_t>(k));
      for (std::size_t c = 0; c < width; ++c) sum[c] += from[c];
    }
    float* to = out.row(static_cast<std::size_t>(i));
    for (std::size_t c = 0; c < width; ++c)
      to[c] = static_cast<float>(sum[c] / static_cast<double>(2 * r + 1));
  }
  return out;
}

Valley find_valley(const float* profile, int half, double reach, double foot_px) {
  const Reader read{profile, half};
  Valley out;
  const int r = std::min(half - 1, static_cast<int>(reach));
  int deepest = 0;
  double lowest = 1e300;
  for (int t = -r; t <= r; ++t) {
    const double value = 0.25 * read.at(t - 1) + 0.5 * read.at(t) + 0.25 * read.at(t + 1);
    if (value < lowest - 1e-9 * std::abs(lowest)) lowest = value, deepest = t;
  }
  out.floor = lowest;
  // Flanks are first sought near; farther out only where that makes the valley much deeper, as for a wide one
  // whose near flanks are its own floor.
  double first = 0, deepest_so_far = 0;
  for (const double beside : {4.0, 6.0, 9.0, 13.0, 18.0, 25.0}) {
    if (std::abs(deepest) + beside + kFlankWidth > half) break;
    const double depth = std::min(read.mean(deepest - beside - kFlankWidth, deepest - beside),
                                  read.mean(deepest + beside, deepest + beside + kFlankWidth)) -
                         out.floor;
    if (depth > kMuchDeeper * std::max(0.0, deepest_so_far)) first = beside, deepest_so_far = depth;
  }
  if (!(deepest_so_far > 0)) return out;
  double left = deepest - first, right = deepest + first;  // half heights
  for (int round = 0; round < 4; ++round) {
    const double beyond = round == 0 ? 0 : foot_px;
    out.left = read.mean(left - beyond - kFlankWidth, left - beyond);
    out.right = read.mean(right + beyond, right + beyond + kFlankWidth);
    if (!(out.depth() > 0)) return out;
    left = deepest - crossing(read, deepest, -1, 0.5 * (out.left + out.floor));
    right = deepest + crossing(read, deepest, 1, 0.5 * (out.right + out.floor));
    if (left < -half || right > half) return out;
    out.width_px = right - left;
    out.centre_px = 0.5 * (left + right);
    out.floor = floor_at(read, out.centre_px, out.width_px);
  }
  const auto side = [&](int sign, double flank) {
    const double height = flank - out.floor;
    return crossing(read, deepest, sign, out.floor + 0.75 * height) -
           crossing(read, deepest, sign, out.floor + 0.25 * height);
  };
  out.edge_px = 0.5 * (side(-1, out.left) + side(1, out.right));
  // An edge may carry a bright rim, narrower than the way to the flank: the step that blur smears then ends
  // at the rim's height, and its middle lies higher than between floor and flank.
  const double foot = std::clamp(kRimFoot * out.edge_px, 1.0, foot_px);
  const double rim = std::max(0.0, 0.5 * (read.mean(left - foot - kRimWidth, left - foot) - out.left +
                                          read.mean(right + foot, right + foot + kRimWidth) - out.right));
  const double rim_left = deepest - crossing(read, deepest, -1, 0.5 * (out.left + rim + out.floor)),
               rim_right = deepest + crossing(read, deepest, 1, 0.5 * (out.right + rim + out.floor));
  out.rim_width_px = rim_left < -half || rim_right > half ? out.width_px : rim_right - rim_left;
  const double from = std::max<double>(-half, left - foot_px), to = std::min<double>(half, right + foot_px);
  constexpr double kStep = 0.25;
  const auto steps = static_cast<int>((to - from) / kStep);
  for (int k = 0; k < steps; ++k) {
    const double t = from + (k + 0.5) * kStep, share = std::clamp((t - from) / (to - from), 0.0, 1.0);
    out.deficit += kStep * (out.left + share * (out.right - out.left) - read.at(t));
  }
  out.found = true;
  return out;
}

double blur_of(const Valley& valley) {
  constexpr double kStep = 1.349,
                   kGaussian = 2.355;  // quartile distance of a blurred step, width of a Gaussian, in sigma
  if (!valley.found || !(valley.edge_px > 0)) return 0;
  const double ratio = valley.width_px / valley.edge_px;  // 2.6 for a Gaussian
  if (ratio > 4.5) return valley.edge_px / kStep;
  return ratio < 3.2 ? valley.width_px / kGaussian : 0;
}

double slot_of_width(double width) {
  if (width > 6) return width;
  const auto phi = [](double x) { return 0.5 * std::erfc(-x / std::numbers::sqrt2); };
  double lo = 0, hi = width;
  for (int k = 0; k < 24; ++k) {
    const double slot = 0.5 * (lo + hi), x = 0.5 * width;
    const double at_edge = phi(x + 0.5 * slot) - phi(x - 0.5 * slot), peak = 2 * phi(0.5 * slot) - 1;
    // A wider slot is above half of its peak at the same place.
    (at_edge > 0.5 * peak ? hi : lo) = slot;
  }
  return 0.5 * (lo + hi);
}

}  // namespace litho
