#pragma once
#include <optional>
#include <vector>

namespace litho {

/// How the walls of slots look in a picture: a step under a Gaussian blur, with a bright rim on the solid
/// that falls off exponentially from the wall.
struct WallLook {
  double blur_px = 1;  ///< sigma
  double rim = 0;      ///< brightness of the rim at the wall / of the solid
  double rim_px = 2;   ///< sigma of the tail
};

/// The solid beside a wall, in shares of its grey, over the distance from the wall; tabulated.
class Wall {
 public:
  explicit Wall(const WallLook& look);
  const WallLook& look() const { return look_; }
  double step(double d) const { return read(step_, d); }  ///< 0 in the slot .. 1, without the rim
  /// Share of the rim that a slot so wide lets out.
  double rim_share(double width_px) const;
  double solid(double d, double share) const { return read(step_, d) + share * read(rim_, d); }
  double step_slope(double d) const { return slope(step_, d); }  ///< derivatives, per px
  double solid_slope(double d, double share) const { return slope(step_, d) + share * slope(rim_, d); }

 private:
  double read(const std::vector<float>& table, double d) const;
  double slope(const std::vector<float>& table, double d) const;
  WallLook look_;
  double reach_;
  std::vector<float> step_, rim_;
};

struct SlotFit {
  double left_px = 0, right_px = 0;       ///< walls, from the middle of the profile
  double floor = 0, left = 0, right = 0;  ///< grey of the slot and of the solid on both sides
  double rms = 0;                         ///< grey
  double width_px() const { return right_px - left_px; }
};

/// What is known of a slot's floor before: narrow slots do not show it.
struct FloorPrior {
  double void_grey = 0;  ///< grey of an empty, wide hole
  double darkness = 1;   ///< (solid - floor) / (solid - void)
  double sd = 0.1;       ///< of `darkness`
};

/// Least squares of a slot with two walls to a profile from -half to +half px, from walls near `start`'s.
/// Nothing where it does not converge within the profile.
std::optional<SlotFit> fit_slot(const float* profile, int half, const SlotFit& start, const Wall& wall,
                                const FloorPrior& prior);

/// The look that fits the mean of walls best: `grey[k]` at distance `at[k]` from where the step is halfway,
/// 0 in the slot, 1 far in the solid.
WallLook fit_wall(const std::vector<double>& at, const std::vector<double>& grey);

}  // namespace litho
