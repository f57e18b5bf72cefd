#include "modules/sem/boundaries/kernel.hpp"

#include "modules/sem/boundaries/edge.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace litho {
namespace {

using boundaries::EdgeFit, boundaries::erf_step, boundaries::MeanProfile, boundaries::measure_edge,
    boundaries::measure_rimmed_edge;

constexpr double kStep = 0.25;      // px between trial positions
constexpr int kAlong = 2;           // samples either side along the boundary that are averaged
constexpr double kFirstBlur = 1.5;  // px, before it is measured
constexpr double kLostStep = 0.3, kWeakStep = 0.7;  // of the step between the phases, seen within the window
constexpr double kReadingVariance =
    1.0 / 6 + 1.0 / 48;  // px2: bilinear reading and the bins of the mean profile
constexpr double kBlurShare = 0.2;
constexpr double kWrongSign = 0.25;     // share of the expected contrast below which a step is not believed
constexpr double kBlurredShare = 0.15;  // blur / thickness that deserves a flag

/// Grey samples along one normal.
struct Profile {
  double u = 0, v = 0;    // upright, where the coarse boundary meets the column
  double nu = 0, nv = 1;  // unit normal, into the specimen
  std::vector<double> grey;
  bool usable = false;
};

class Sampler {
 public:
  Sampler(const Restored& picture, const Image<std::uint8_t>& usable, const Frame& frame)
      : grey_(upright(picture.grey, frame)), usable_(upright(usable, frame)) {}

  bool inside(double u, double v) const {
    const int a = static_cast<int>(std::floor(u)), b = static_cast<int>(std::floor(v));
    return grey_.contains(a, b) && usable_(a, b) != 0;
  }
  /// Bilinear between pixel centres, the edge repeated.
  double at(double u, double v) const {
    const double x = std::clamp(u - 0.5, 0.0, grey_.width() - 1.0),
                 y = std::clamp(v - 0.5, 0.0, grey_.height() - 1.0);
    const int a = std::min(static_cast<int>(x), grey_.width() - 2),
              b = std::min(static_cast<int>(y), grey_.height() - 2);
    const double s = x - a, t = y - b;
    return (1 - t) * ((1 - s) * grey_(a, b) + s * grey_(a + 1, b)) +
           t * ((1 - s) * grey_(a, b + 1) + s * grey_(a + 1, b + 1));
  }

 private:
  Upright<const float> grey_;
  Upright<const std::uint8_t> usable_;
};

/// Slope of the path about each column: least squares over +-`reach` columns that are not NaN.
std::vector<double> slopes(const std::vector<float>& path, int reach) {
  const int w = static_cast<int>(path.size());
  std::vector<double> out(path.size(), 0.0);
  for (int u = 0; u < w; ++u) {
    double n = 0, su = 0, sv = 0, suu = 0, suv = 0;
    for (int k = std::max(0, u - reach); k <= std::min(w - 1, u + reach); ++k) {
      if (std::isnan(path[k])) continue;
      const double d = k - u;
      n += 1, su += d, sv += path[k], suu += d * d, suv += d * path[k];
    }
    const double spread = suu - su * su / std::max(1.0, n);
    if (n >= 3 && spread > 0) out[u] = std::clamp((suv - su * sv / n) / spread, -3.0, 3.0);
  }
  return out;
}

/// Best position of a step of known blur: levels are free at every trial position, the least residual wins, a
/// parabola through it and its neighbours gives the fraction. Returns false where no step of the expected
/// sign stands out.
struct Step {
  double at = 0, contrast = 0;
  bool found = false;
};
Step find_step(const Profile& p, double blur, int reach, double search, double expected,
               const std::vector<double>& table, int table_middle) {
  const int n = static_cast<int>(p.grey.size());
  double sum = 0, squares = 0;
  for (const double g : p.grey) sum += g, squares += g * g;
  const double mean = sum / n;
  const double all = squares - sum * mean;
  std::vector<double> residual;
  int best = -1;
  double best_value = 0, best_contrast = 0;
  const int trials = static_cast<int>(search / kStep);
  residual.reserve(static_cast<std::size_t>(2 * trials + 1));
  for (int k = -trials; k <= trials; ++k) {
    double se = 0, see = 0, seg = 0;
    for (int i = 0; i < n; ++i) {
      const double e =
          table[static_cast<std::size_t>(table_middle + (i - reach) * static_cast<int>(1 / kStep) - k)];
      se += e, see += e * e, seg += e * p.grey[i];
    }
    const double spread = see - se * se / n, cross = seg - se * mean;
    const double contrast = cross / spread;
    const double gain = contrast * expected > 0 ? cross * cross / spread : 0.0;
    residual.push_back(all - gain);
    if (best < 0 || residual.back() < best_value)
      best = static_cast<int>(residual.size()) - 1, best_value = residual.back(), best_contrast = contrast;
  }
  Step step;
  step.contrast = best_contrast;
  if (best <= 0 || best + 1 >= static_cast<int>(residual.size()) || best_contrast / expected < kWrongSign)
    return step;
  const double a = residual[best - 1], b = residual[best], c = residual[best + 1];
  const double bend = a - 2 * b + c;
  step.at = (best - trials + (bend > 0 ? 0.5 * (a - c) / bend : 0.0)) * kStep;
  step.found = true;
  (void)blur;
  return step;
}

/// The mean of all profiles lined up at their steps, in bins of half a pixel.
MeanProfile line_up(const std::vector<Profile>& profiles, const std::vector<Step>& steps, int reach,
                    double expected) {
  const int bins = 4 * reach + 1;
  std::vector<double> sum(static_cast<std::size_t>(bins)), count(sum);
  for (std::size_t k = 0; k < profiles.size(); ++k) {
    if (!steps[k].found || steps[k].contrast / expected < 0.6) continue;
    for (int i = 0; i < static_cast<int>(profiles[k].grey.size()); ++i) {
      const int bin = static_cast<int>(std::lround(2 * (i - reach - steps[k].at))) + 2 * reach;
      if (bin < 0 || bin >= bins) continue;
      sum[bin] += profiles[k].grey[i];
      count[bin] += 1;
    }
  }
  MeanProfile mean;
  for (int b = 0; b < bins; ++b)
    if (count[b] >= 20 && std::abs(0.5 * b - reach) < 0.85 * reach) {
      mean.place.push_back(0.5 * b - reach);
      mean.grey.push_back(sum[b] / count[b]);
    }
  return mean;
}

/// `rim_blur`: the picture's blur where the layer's side may carry a bright rim, else 0.
Boundary refine(const Sampler& sampler, const Frame& frame, const std::vector<float>& path,
                const std::vector<bool>& carried, const std::vector<bool>& beside_gap, double expected,
                double thickness, double rim_blur) {
  const int w = frame.width(), h = frame.height();
  const auto slope = slopes(path, 12);
  const int reach = static_cast<int>(std::clamp(0.4 * thickness, 6.0, 12.0));
  const double search = 0.6 * reach;
  std::vector<Profile> profiles(path.size());
  Boundary out;
  out.points.resize(path.size());
  out.found.assign(path.size(), 0);
  for (int u = 0; u < w; ++u) {
    Profile& p = profiles[u];
    if (std::isnan(path[u])) continue;
    const double norm = std::hypot(1.0, slope[u]);
    p.u = u + 0.5, p.v = path[u], p.nu = -slope[u] / norm, p.nv = 1 / norm;
    out.points[u] = frame.to_image({p.u, p.v});
    if (path[u] < 1 || path[u] > h - 1) continue;
    if (carried[u]) {
      out.found[u] = 2;
      continue;
    }
    if (!sampler.inside(p.u, p.v)) continue;
    if (beside_gap[u]) {
      out.found[u] = 1;
      continue;
    }
    p.usable = true;
    for (int t = -reach; t <= reach; ++t) {
      double sum = 0;
      int n = 0;
      for (int k = -kAlong; k <= kAlong; ++k) {
        const double a = p.u + t * p.nu + k * p.nv, b = p.v + t * p.nv - k * p.nu;
        sum += sampler.at(a, b), ++n;
      }
      p.grey.push_back(sum / n);
    }
  }
  std::vector<Step> steps(path.size());
  double blur = kFirstBlur, offset = 0;
  for (int pass = 0; pass < 2; ++pass) {
    const int middle = static_cast<int>((reach + search) / kStep) + 2;
    std::vector<double> table(static_cast<std::size_t>(2 * middle + 1));
    for (int k = -middle; k <= middle; ++k)
      table[static_cast<std::size_t>(k + middle)] = erf_step(k * kStep, blur);
    for (int u = 0; u < w; ++u)
      if (profiles[u].usable) steps[u] = find_step(profiles[u], blur, reach, search, expected, table, middle);
    const MeanProfile mean = line_up(profiles, steps, reach, expected);
    const EdgeFit edge = pass == 1 && rim_blur > 0 ? measure_rimmed_edge(mean, rim_blur) : measure_edge(mean);
    if (edge.blur > 0) blur = edge.blur;
    offset = edge.offset;
    out.rim_u_px = edge.offset_u;
  }
  out.blur_px = std::sqrt(std::max(0.1, blur * blur - kReadingVariance));
  // The step between the ends of the normals, which pores and cracks at the boundary do not spoil.
  double across = 0, columns = 0;
  for (const Profile& p : profiles)
    if (p.usable) across += p.grey.back() + p.grey[p.grey.size() - 2] - p.grey[0] - p.grey[1], columns += 2;
  if (columns > 0) out.step_share = across / columns / expected;
  std::vector<double> jumps;
  for (int u = 0; u < w; ++u) {
    if (!profiles[u].usable) continue;
    out.found[u] = 1;
    const Profile& p = profiles[u];
    const double at = steps[u].found ? steps[u].at + offset : 0.0;
    out.points[u] = frame.to_image({p.u + at * p.nu, p.v + at * p.nv});
    const int back = u - 2 * kAlong - 1;
    if (back >= 0 && steps[u].found && profiles[back].usable && steps[back].found)
      jumps.push_back(std::abs((p.v + at * p.nv) - (profiles[back].v + steps[back].at * profiles[back].nv) -
                               slope[u] * (2 * kAlong + 1)));
  }
  if (!jumps.empty()) {
    const auto mid = jumps.begin() + static_cast<std::ptrdiff_t>(jumps.size() / 2);
    std::nth_element(jumps.begin(), mid, jumps.end());
    out.u_px = 1.4826 * *mid / std::sqrt(2.0);
  }
  out.correlation_px = 2 * kAlong + 1;
  return out;
}

/// How far the mean boundary moves when its spikes are cut (running median over +-20 columns): what hangs on
/// a few places that may be texture or filament.
double spikes(const Boundary& boundary, const Frame& frame) {
  std::vector<double> height;
  for (std::size_t u = 0; u < boundary.points.size(); ++u)
    if (boundary.found[u]) height.push_back(frame.to_upright(boundary.points[u]).y);
  constexpr std::size_t kReach = 20;
  if (height.size() < 4 * kReach) return 0;
  double moved = 0;
  std::vector<double> window;
  for (std::size_t k = kReach; k + kReach < height.size(); ++k) {
    window.assign(height.begin() + static_cast<std::ptrdiff_t>(k - kReach),
                  height.begin() + static_cast<std::ptrdiff_t>(k + kReach + 1));
    std::nth_element(window.begin(), window.begin() + kReach, window.end());
    moved += height[k] - window[kReach];
  }
  return std::abs(moved) / static_cast<double>(height.size() - 2 * kReach);
}

}  // namespace

Result<BoundaryPair> refine_boundaries(const Restored& picture, const Image<std::uint8_t>& usable,
                                       const LayerMap& layers, const FilamentMap& filaments) {
  const Frame& frame = layers.frame;
  const int w = frame.width();
  std::vector<bool> none(static_cast<std::size_t>(w), false), roots(none);
  for (const Filament& f : filaments.filaments) {
    const double a = frame.to_upright(f.root_left).x, b = frame.to_upright(f.root_right).x;
    for (int u = std::max(0, static_cast<int>(a) - 3); u <= std::min(w - 1, static_cast<int>(b) + 3); ++u)
      roots[u] = true;
  }
  double thickness = 0;
  int columns = 0;
  for (int u = 0; u < w; ++u)
    if (!std::isnan(layers.outer_v[u]) && !std::isnan(filaments.front_v[u]))
      thickness += filaments.front_v[u] - layers.outer_v[u], ++columns;
  if (10 * columns < w)
    return Error{"sem.no_layer", "", "both boundaries were found over less than a tenth of the field", ""};
  thickness /= columns;
  // Beside a gap the layer's edge is a step into the dark, of another sign and height than the rest: the
  // labels' place is kept.
  std::vector<bool> gap_above(none), gap_below(none);
  const auto label = upright(layers.labels, frame);
  const auto gap_within = [&](int u, int from, int to) {
    for (int v = std::max(0, from); v < std::min(frame.height(), to); ++v)
      if (label(u, v) == static_cast<std::uint8_t>(Label::gap)) return true;
    return false;
  };
  for (int u = 0; u < w; ++u) {
    const int outer = static_cast<int>(layers.outer_v[u]);
    gap_above[u] = gap_within(u, outer - 4, outer + 1);
    if (std::isnan(filaments.front_v[u])) continue;
    const int front = static_cast<int>(filaments.front_v[u]);
    gap_below[u] = gap_within(u, front - 1, front + 4);
  }
  // Where a gap was fitted, its wall is the boundary.
  std::vector<float> outer_path = layers.outer_v, front_path = filaments.front_v;
  const auto keep_walls = [&](const GapEdges& gap, std::vector<float>& path, std::vector<bool>& beside) {
    for (std::size_t u = 0; u < gap.edge.size(); ++u)
      if (!std::isnan(gap.edge[u]) && !std::isnan(path[u])) path[u] = gap.edge[u], beside[u] = true;
  };
  keep_walls(layers.outer_gap, outer_path, gap_above);
  keep_walls(layers.front_gap, front_path, gap_below);
  const Sampler sampler(picture, usable, frame);
  BoundaryPair pair;
  pair.frame = frame;
  pair.front = refine(sampler, frame, front_path, roots, gap_below,
                      layers.electrolyte.mean - layers.interphase.mean, thickness, 0);
  // As bilinear reading and the bins of the mean profile widen it.
  const double blur = std::sqrt(pair.front.blur_px * pair.front.blur_px + kReadingVariance);
  pair.outer = refine(sampler, frame, outer_path, none, gap_above,
                      layers.interphase.mean - layers.outside.mean, thickness, blur);
  pair.segmentation_px = std::hypot(
      std::hypot(kBlurShare * std::hypot(pair.outer.blur_px, pair.front.blur_px), pair.outer.rim_u_px),
      spikes(pair.outer, frame), spikes(pair.front, frame));
  const double seen = std::min(pair.outer.step_share, pair.front.step_share);
  if (seen < kLostStep && !layers.by_edges)
    return Error{"sem.blurred", "",
                 "the boundaries' edges are far wider than the picture's sharp ones should be",
                 "a focused picture"};
  const bool blurred =
      seen < kWeakStep || std::max(pair.outer.blur_px, pair.front.blur_px) > kBlurredShare * thickness;
  // Faint steps that are wide as well are texture as like as boundaries.
  if (blurred && !layers.by_edges && raised(layers.flags, "sem.low_contrast"))
    return Error{"sem.no_layer", "", "what was found is too faint and too wide to be told from texture",
                 "a sharper picture with more contrast"};
  if (blurred) raise(pair.flags, "sem.blurred");
  return pair;
}

}  // namespace litho
