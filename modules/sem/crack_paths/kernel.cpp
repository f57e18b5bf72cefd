#include "modules/sem/crack_paths/kernel.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <iterator>
#include <limits>

#include "modules/sem/crack_paths/evidence.hpp"
#include "modules/sem/crack_paths/join.hpp"
#include "modules/sem/crack_paths/skeleton.hpp"

namespace litho {
namespace {

using namespace crack_paths;

constexpr double kFootPx = 4;             // from a half height to where the flank begins
constexpr std::size_t kCalm = 25;         // points averaged to see the blur
constexpr double kUsualBlur = 1.2;        // px, where nothing tells
constexpr double kCertain = 3;            // log-odds of pieces that tell the blur
constexpr double kFaint = 3, kClear = 5;  // sigma: a line's pixels, and one pixel at least

constexpr int kCell = 8;              // px; strengths are compared over three cells
constexpr double kBesideShare = 0.3;  // a line this much weaker than what is beside it ends there

/// Ridge pixels without those that are weak beside a strong line: texture that touches a crack is cut off
/// from it.
Image<std::uint8_t> unshadowed(const RidgeMap& ridges) {
  const int width = ridges.ridge.width(), height = ridges.ridge.height();
  const int across = (width + kCell - 1) / kCell, down = (height + kCell - 1) / kCell;
  Image<std::uint8_t> peak(across, down);
  for (int y = 0; y < height; ++y) {
    const auto strength = ridges.strength.row(y), ridge = ridges.ridge.row(y);
    for (std::size_t x = 0; x < strength.size(); ++x)
      if (ridge[x]) {
        std::uint8_t& p = peak(static_cast<int>(x) / kCell, y / kCell);
        p = std::max(p, strength[x]);
      }
  }
  Image<std::uint8_t> least(across, down);
  for (int j = 0; j < down; ++j)
    for (int i = 0; i < across; ++i) {
      std::uint8_t most = 0;
      for (int b = std::max(0, j - 1); b <= std::min(down - 1, j + 1); ++b)
        for (int a = std::max(0, i - 1); a <= std::min(across - 1, i + 1); ++a)
          most = std::max(most, peak(a, b));
      least(i, j) = static_cast<std::uint8_t>(std::max(kFaint * kStrengthPerSigma, kBesideShare * most));
    }
  Image<std::uint8_t> out(width, height);
  for (int y = 0; y < height; ++y) {
    const auto strength = ridges.strength.row(y), ridge = ridges.ridge.row(y);
    auto to = out.row(y);
    for (std::size_t x = 0; x < strength.size(); ++x)
      to[x] = ridge[x] && strength[x] >= least(static_cast<int>(x) / kCell, y / kCell);
  }
  return out;
}

/// Ridge pixels that hang on a clear one.
Image<std::uint8_t> candidate_pixels(const RidgeMap& ridges) {
  const int width = ridges.ridge.width(), height = ridges.ridge.height();
  const Image<std::uint8_t> ridge = unshadowed(ridges);
  const auto clear = static_cast<std::uint8_t>(kClear * kStrengthPerSigma);
  Image<std::uint8_t> mask(width, height);
  std::vector<Pixel> stack;
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      if (mask(x, y) || !ridge(x, y) || ridges.strength(x, y) < clear) continue;
      mask(x, y) = 1;
      stack.push_back({x, y});
      while (!stack.empty()) {
        const Pixel p = stack.back();
        stack.pop_back();
        for (int b = p.y - 1; b <= p.y + 1; ++b)
          for (int a = p.x - 1; a <= p.x + 1; ++a) {
            if (!mask.contains(a, b) || mask(a, b) || !ridge(a, b)) continue;
            mask(a, b) = 1;
            stack.push_back({a, b});
          }
      }
    }
  return mask;
}

/// Widened by a pixel, so that lines of different levels that run side by side become one.
Image<std::uint8_t> widen(const Image<std::uint8_t>& mask) {
  Image<std::uint8_t> out(mask.width(), mask.height());
  for (int y = 1; y + 1 < mask.height(); ++y)
    for (int x = 1; x + 1 < mask.width(); ++x)
      if (mask(x, y))
        for (int b = y - 1; b <= y + 1; ++b)
          for (int a = x - 1; a <= x + 1; ++a) out(a, b) = 1;
  return out;
}

Trace to_trace(const Chain& chain, const RidgeMap& ridges) {
  Trace trace;
  double sum = 0;
  for (const Pixel p : chain) {
    trace.line.push_back({p.x + 0.5, p.y + 0.5});
    sum += ridges.strength(p.x, p.y);
  }
  trace.strength = sum / (kStrengthPerSigma * static_cast<double>(chain.size()));
  return trace;
}

double reach_of(const Polyline& line, const RidgeMap& ridges) {
  std::array<int, kRidgeLevels> seen{};
  for (const PointPx& p : line) {
    const int x = static_cast<int>(std::floor(p.x)), y = static_cast<int>(std::floor(p.y));
    if (!ridges.ridge.contains(x, y)) continue;
    const int level = ridges.ridge(x, y);
    if (level > 0) ++seen[static_cast<std::size_t>(level - 1)];
  }
  const auto most = std::ranges::max_element(seen) - seen.begin();
  return 2.0 + (1 << most);
}

constexpr double kPlausible = -4;   // log-odds
constexpr double kLongestGap = 40;  // px

std::vector<Seen> read_valleys(const Image<float>& grey, const RidgeMap& ridges,
                               const std::vector<Trace>& traces, double min_length_px) {
  std::vector<Seen> out;
  for (const Trace& t : traces) {
    if (static_cast<double>(t.line.size()) < 0.7 * min_length_px) continue;
    const Seen seen = follow_valley(grey, ridges, t.line, reach_of(t.line, ridges), kFootPx);
    for (Seen& piece : present_stretches(seen, min_length_px)) out.push_back(std::move(piece));
  }
  return out;
}

double quantile(std::vector<double>& values, double share) {
  if (values.empty()) return 0;
  const auto at =
      values.begin() + static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), at, values.end());
  return *at;
}

/// The grey of a void: what the darkest valleys reach. The blur: from the mean profiles of the clearest
/// pieces, their sides where they are wide; narrow ones are hardly more than blur.
void calibrate(const Image<float>& grey, const std::vector<Seen>& pieces, CrackPaths& out) {
  std::vector<double> floors;
  for (const Seen& piece : pieces)
    for (const Valley& v : piece.valley)
      if (v.found) floors.push_back(v.floor);
  out.void_grey = quantile(floors, 0.002);
  out.blur_px = 0;  // no valley is told to be filled before the blur is known
  std::vector<double> blurs;
  for (const Seen& piece : pieces) {
    if (weigh(piece, out).score < kCertain) continue;
    for (std::size_t first = 0; first + kCalm <= piece.line.size(); first += kCalm) {
      const Polyline part(piece.line.begin() + static_cast<std::ptrdiff_t>(first),
                          piece.line.begin() + static_cast<std::ptrdiff_t>(first + kCalm));
      const int half = static_cast<int>(2 * std::min(40.0, piece.valley[first + kCalm / 2].width_px)) + 16;
      const Strip calm = average_rows(straighten(grey, part, half), kCalm / 2);
      const Valley v = find_valley(calm.row(kCalm / 2), half, 2, kFootPx);
      if (const double blur = blur_of(v); blur > 0) blurs.push_back(blur);
    }
  }
  out.blur_px = blurs.empty() ? kUsualBlur : std::clamp(quantile(blurs, 0.25), 0.5, 6.0);
}

/// The lowest score at which the false ones expected among all better paths stay within what the options
/// allow: each path is false with the probability that its log-odds leave.
double score_threshold(const std::vector<CrackPath>& paths, double pixels, const CrackPathOptions& options) {
  std::vector<double> scores;
  for (const CrackPath& path : paths)
    if (path.evidence.score > 0) scores.push_back(path.evidence.score);
  std::ranges::sort(scores, std::greater<>());
  const double allowed = options.false_per_mpx * pixels * 1e-6;
  double expected = 0;
  for (const double score : scores) {
    expected += 1 / (1 + std::exp(score));
    if (expected > allowed) return score;
  }
  return 0;
}

CrackPath to_path(const Seen& seen, const CrackPaths& scene) {
  CrackPath path{seen.line, seen.valley, weigh(seen, scene)};
  return path;
}

}  // namespace

CrackPaths find_crack_paths(const Image<float>& grey, const RidgeMap& ridges, const Filling& filling,
                            const CrackPathOptions& options) {
  CrackPaths out;
  out.filling = filling;
  Image<std::uint8_t> mask = widen(candidate_pixels(ridges));
  thin(mask);
  std::vector<Trace> traces;
  for (const Chain& chain : cut_into_chains(mask)) traces.push_back(to_trace(chain, ridges));
  mask = {};
  std::erase_if(traces, [](const Trace& t) { return t.line.size() < 4; });
  traces = join_ends(std::move(traces), {7, 0.7, 4});
  std::erase_if(traces, [](const Trace& t) { return t.line.size() < 12; });
  traces = join_ends(std::move(traces), {24, 0.8, 3});

  std::vector<Seen> pieces = read_valleys(grey, ridges, traces, 0.7 * options.min_length_px);
  calibrate(grey, pieces, out);
  // Pieces that may be cracks are weighed again where they go on from one another.
  traces.clear();
  for (const Seen& piece : pieces) {
    const PathEvidence e = weigh(piece, out);
    if (e.score > kPlausible) traces.push_back({piece.line, e.strength});
  }
  traces = join_ends(std::move(traces), {kLongestGap, 0.8, 6});
  for (const Seen& piece : read_valleys(grey, ridges, traces, options.min_length_px))
    out.rejected.push_back(to_path(piece, out));
  out.threshold = score_threshold(out.rejected, static_cast<double>(grey.size()), options);
  const auto first =
      std::stable_partition(out.rejected.begin(), out.rejected.end(),
                            [&](const CrackPath& path) { return path.evidence.score <= out.threshold; });
  std::move(first, out.rejected.end(), std::back_inserter(out.cracks));
  out.rejected.erase(first, out.rejected.end());
  out.filling = {};
  return out;
}

}  // namespace litho
