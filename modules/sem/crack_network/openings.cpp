#include "modules/sem/crack_network/openings.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>

#include "modules/sem/crack_profiles/slot_fit.hpp"

namespace litho::crack_network {
namespace {

constexpr int kAlong = 4;                    // points to each side that a profile is a mean over
constexpr std::size_t kEvery = 3;            // points from one fitted profile to the next
constexpr int kBeyond = 22;                  // px of a profile beyond the widest valley
constexpr double kFarFrom = 8, kFarTo = 12;  // px from a wall to where the solid shows no rim
constexpr double kWide = 5;                  // blurs from where a wall stands alone
constexpr double kProfileStep = 0.5, kProfileIn = -3, kProfileOut = 8;  // px
constexpr double kUsualDarkness = 0.95;                                 // (solid - floor) / (solid - void)
constexpr double kUsualRim = 0.15, kUsualRimPx = 2.5;                   // where no wall stands alone
constexpr double kClearlyLess = 0.97;  // of the residual, to believe a less usual look
constexpr std::size_t kSampled = 150;  // profiles that tell blur and rim there
constexpr double kLeastDepth = 0.3;    // of a fitted slot / of the valley it was fitted to
constexpr std::size_t kLeastWalls = 60, kLeastDark = 30;
constexpr double kNarrowFrom = 3.2,
                 kNarrowTo = 5.5;  // half-height width over blur of cracks whose darkness counts

double median_of(std::vector<float>& values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

/// Profiles across a path.
struct Profiles {
  Strip strip;
  const std::vector<Valley>* valley;
  double at(std::size_t i, double t) const {
    const double k = std::clamp(t + strip.half, 0.0, 2.0 * strip.half - 1e-6);
    const auto j = static_cast<std::size_t>(k);
    const float* row = strip.row(i);
    return row[j] + (k - static_cast<double>(j)) * (row[j + 1] - row[j]);
  }
  double mean(std::size_t i, double a, double b) const {
    double sum = 0;
    constexpr int kSteps = 4;
    for (int k = 0; k <= kSteps; ++k) sum += at(i, a + (b - a) * k / kSteps);
    return sum / (kSteps + 1);
  }
};

Profiles profiles_of(const Image<float>& grey, const CrackPath& path) {
  double widest = 0;
  for (const Valley& v : path.valley)
    if (v.found) widest = std::max(widest, v.width_px);
  const int half = static_cast<int>(0.5 * std::min(widest, 60.0)) + kBeyond;
  return {average_rows(straighten(grey, path.line, half), kAlong), &path.valley};
}

/// Means of walls that stand alone, by distance from where they are halfway.
class WallProfile {
 public:
  WallProfile() : grey_(static_cast<std::size_t>((kProfileOut - kProfileIn) / kProfileStep) + 1) {}
  void add(const Profiles& p, std::size_t i, double blur) {
    const Valley& v = (*p.valley)[i];
    if (!v.found || v.width_px < std::max(kWide * blur, 2 * -kProfileIn)) return;
    for (const int sign : {-1, 1}) {
      const double edge = v.centre_px + sign * 0.5 * v.width_px;
      if (std::abs(edge) + kFarTo > p.strip.half) continue;
      const double solid = p.mean(i, edge + sign * kFarFrom, edge + sign * kFarTo), full = solid - v.floor;
      if (!(full > 0)) continue;
      // Where the profile is halfway, near the valley's edge.
      double halfway = std::numeric_limits<double>::quiet_NaN();
      for (double d = -4; d < 4; d += 0.25) {
        const double a = p.at(i, edge + sign * d) - v.floor - 0.5 * full,
                     b = p.at(i, edge + sign * (d + 0.25)) - v.floor - 0.5 * full;
        if (a < 0 && b >= 0) halfway = d + 0.25 * a / (a - b);
      }
      if (!std::isfinite(halfway)) continue;
      for (std::size_t k = 0; k < grey_.size(); ++k)
        grey_[k].push_back(static_cast<float>(
            (p.at(i, edge + sign * (halfway + kProfileIn + static_cast<double>(k) * kProfileStep)) -
             v.floor) /
            full));
    }
  }
  std::optional<WallLook> look() {
    if (grey_.front().size() < kLeastWalls) return std::nullopt;
    std::vector<double> at, grey;
    for (std::size_t k = 0; k < grey_.size(); ++k) {
      at.push_back(kProfileIn + static_cast<double>(k) * kProfileStep);
      grey.push_back(median_of(grey_[k]));
    }
    return fit_wall(at, grey);
  }

 private:
  std::vector<std::vector<float>> grey_;
};

SlotFit start_of(const Valley& v, double blur) {
  const double width = std::max(0.5, blur * slot_of_width(std::max(2.5, v.width_px / blur)));
  return {v.centre_px - 0.5 * width, v.centre_px + 0.5 * width, v.floor, v.left, v.right, 0};
}

std::optional<SlotFit> fit_at(const Profiles& p, std::size_t i, const Wall& wall, const FloorPrior& prior) {
  const Valley& v = (*p.valley)[i];
  if (!v.found) return std::nullopt;
  const auto fit = fit_slot(p.strip.row(i), p.strip.half, start_of(v, wall.look().blur_px), wall, prior);
  if (!fit || std::abs(0.5 * (fit->left_px + fit->right_px) - v.centre_px) > 2 + 0.3 * v.width_px ||
      fit->width_px() > 1.5 * v.width_px + 2 ||
      std::min(fit->left, fit->right) - fit->floor < kLeastDepth * std::max(1e-6, v.depth()))
    return std::nullopt;
  return fit;
}

/// Where no wall stands alone: the blur and rim under which the profiles of all widths leave least over.
WallLook look_of_narrow(const std::vector<Profiles>& profiles, const CrackScene& scene) {
  std::size_t points = 0;
  for (const Profiles& p : profiles) points += p.strip.rows;
  const std::size_t every = std::max<std::size_t>(kEvery, points / kSampled);
  WallLook best{std::max(0.4, scene.blur_px), kUsualRim, kUsualRimPx};
  double least = std::numeric_limits<double>::infinity();
  for (const double blur : {1.0, 0.9, 1.1, 0.8, 1.25})
    for (const double rim : {0.05, 0.0, 0.15, 0.3, 0.45}) {
      const WallLook look{std::max(0.4, blur * scene.blur_px), rim, kUsualRimPx};
      const Wall wall(look);
      std::vector<float> left;
      for (const Profiles& p : profiles)
        for (std::size_t i = every / 2; i < p.strip.rows; i += every) {
          const auto fit = fit_at(p, i, wall, {scene.void_grey, kUsualDarkness, 0.1});
          left.push_back(fit ? static_cast<float>(fit->rms) : std::numeric_limits<float>::max());
        }
      if (left.size() < kLeastWalls) return best;
      if (const double middle = median_of(left); middle < kClearlyLess * least) least = middle, best = look;
    }
  return best;
}

/// Narrow cracks are not always as dark as a void: those just wide enough to tell stand for the narrower
/// ones.
FloorPrior floor_of_narrow(const std::vector<Profiles>& profiles, const Wall& wall, const CrackScene& scene) {
  FloorPrior open{scene.void_grey, kUsualDarkness, 1};
  std::vector<float> darkness;
  for (const Profiles& p : profiles)
    for (std::size_t i = 0; i < p.strip.rows; i += kEvery) {
      const double ratio = (*p.valley)[i].width_px / wall.look().blur_px;
      if (ratio < kNarrowFrom || ratio > kNarrowTo) continue;
      const auto fit = fit_at(p, i, wall, open);
      if (!fit) continue;
      const double solid = 0.5 * (fit->left + fit->right);
      if (solid > scene.void_grey)
        darkness.push_back(static_cast<float>((solid - fit->floor) / (solid - scene.void_grey)));
    }
  if (darkness.size() < kLeastDark) return {scene.void_grey, kUsualDarkness, 0.1};
  const double middle = median_of(darkness);
  for (float& d : darkness) d = std::abs(d - static_cast<float>(middle));
  return {scene.void_grey, std::clamp(middle, 0.4, 1.0), std::clamp(1.5 * median_of(darkness), 0.05, 0.2)};
}

}  // namespace

std::vector<std::vector<float>> measure_openings(const Image<float>& grey,
                                                 const std::vector<CrackPath>& paths,
                                                 const CrackScene& scene) {
  std::vector<Profiles> profiles;
  WallProfile walls;
  for (const CrackPath& path : paths) {
    profiles.push_back(profiles_of(grey, path));
    for (std::size_t i = 0; i < path.line.size(); i += kEvery) walls.add(profiles.back(), i, scene.blur_px);
  }
  const auto alone = walls.look();
  const Wall wall(alone ? *alone : look_of_narrow(profiles, scene));
  const FloorPrior prior = floor_of_narrow(profiles, wall, scene);
  std::vector<std::vector<float>> out;
  for (const Profiles& p : profiles) {
    const std::size_t n = p.strip.rows;
    std::vector<float> fitted(n, std::numeric_limits<float>::quiet_NaN()), opening(n);
    for (std::size_t i = 0; i < n; i += kEvery)
      if (const Valley& v = (*p.valley)[i]; v.found) {
        const auto fit = fit_at(p, i, wall, prior);
        fitted[i] = static_cast<float>(fit ? fit->width_px() : start_of(v, wall.look().blur_px).width_px());
      }
    constexpr std::size_t kReach = 4;
    float last = 0;
    for (std::size_t i = 0; i < n; ++i) {
      std::vector<float> near;
      for (std::size_t k = i >= kReach ? i - kReach : 0; k <= std::min(n - 1, i + kReach); ++k)
        if (std::isfinite(fitted[k])) near.push_back(fitted[k]);
      opening[i] = last = near.empty() ? last : static_cast<float>(median_of(near));
    }
    out.push_back(std::move(opening));
  }
  return out;
}

}  // namespace litho::crack_network
