#pragma once
#include <cstdint>
#include <vector>

#include "pipeline/core/image.hpp"

namespace litho {

/// Sides of square blocks, ground px.
inline constexpr int kPatchSizes[] = {1, 8, 16, 32, 64};

/// One boundary in ground px (the picture at up to 1024 px), a value a ground column.
struct Trace {
  std::vector<float> v;      ///< below it lies the next region
  std::vector<float> above;  ///< mean grey beside it, the shade divided out, per column
  std::vector<float> below;
  /// Texture beside it, for each of kPatchSizes: variance of the mean share of the step over such a block,
  /// times the block's pixels: what one pixel's variance would be if pixels were independent. Empty blocks
  /// leave entries out.
  std::vector<double> patch_above, patch_below;
  double stiffness = 0;  ///< nats a ground px of jump, as the boundary's own jumps tell
  double patch() const;  ///< the largest, mean of both sides
};

/// What a boundary is traced in: the picture at up to 1024 px, upright, the shade divided out.
struct Ground {
  Image<float> grey;
  Image<std::uint8_t> seen;
  int factor = 1;
  /// Neither hidden nor as dark as cracks and pores are.
  bool counts(int u, int v, double dark) const { return seen(u, v) && grey(u, v) > dark; }
};

/// Least-cost boundary by dynamic programming. `cumulative` holds, column-major (u * (height + 1) + v), the
/// summed costs of rows 0..v-1 lying above the boundary minus those of lying below it. Row limits per column
/// (0 <= lowest <= highest <= height); a jump off the rise of `base` costs `stiffness` a px.
std::vector<int> best_boundary(const std::vector<float>& cumulative, int width, int height,
                               const std::vector<int>& lowest, const std::vector<int>& highest,
                               const std::vector<int>& base, float stiffness);

struct TraceSetup {
  double step = 0;         ///< expected, from above to below
  double dark = 0;         ///< what is darker bears no evidence
  double strip = 0;        ///< ground px beside the boundary that tell its levels
  double span = 0;         ///< share of the picture's width over which the boundary runs nearly straight
  double reach = 0;        ///< ground px either side of `start` that are looked at
  double lean = 0;         ///< added to the share of the step that parts both sides
  double stiffness = 1.5;  ///< of the first round
  int rounds = 3;          ///< levels, texture and stiffness are learnt anew in each
};

/// Places a boundary about `start` (ground rows, one a ground column): a dynamic programme on each pixel's
/// share of the local step, weighed by the texture's own patchiness, so that grains do not count as evidence
/// more often than they are many. Levels follow the boundary along the picture (curtains, charging).
/// `nearest`, `farthest`: rows that may not be passed.
Trace trace_boundary(const Ground& ground, const std::vector<float>& start, const std::vector<float>& nearest,
                     const std::vector<float>& farthest, const TraceSetup& setup);

/// Standard uncertainty of a traced boundary's mean place, ground px: the boundary is traced once more in a
/// surrogate, which has its shape and the picture's own texture from the strips beside it, moved along; how
/// far stretches of the new trace lie off tells the spread of such means and their bias. Added: how far it
/// moves where the share of the step that parts both sides is a tenth less or more, and the limit of any such
/// placement (Hinkley 1970, doi:10.1093/biomet/57.1.1).
double placement_u(const Ground& ground, const Trace& trace, const TraceSetup& setup);

/// Rows of a reduced picture as rows at `factor` times the size, at `width` columns; between its columns on
/// straight lines.
std::vector<float> spread_columns(const std::vector<float>& rows, double factor, int width, int height);

}  // namespace litho
