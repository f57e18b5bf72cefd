#pragma once
#include <cstddef>
#include <vector>

#include "pipeline/core/image.hpp"

namespace litho {

using Polyline = std::vector<PointPx>;

double line_length(const Polyline& line);
/// Points `step` px apart along the line (the last piece may be longer or shorter by half a step), both ends
/// kept.
Polyline resample(const Polyline& line, double step);
/// Gaussian over the points (sigma in points), both ends kept where they are: takes the steps of a pixel grid
/// away without shortening the ends.
Polyline smooth_line(const Polyline& line, double sigma);
/// Unit normal at point i, to the right of the direction of travel in image coordinates (x right, y down).
PointPx normal_at(const Polyline& line, std::size_t i);
/// Bilinear between pixel centres; repeated beyond the border.
float grey_at(const Image<float>& grey, PointPx p);

/// The picture along a line: row i holds the grey values from -half to +half px across point i, 1 px apart.
struct Strip {
  int half = 0;
  std::size_t rows = 0;
  std::vector<float> grey;
  const float* row(std::size_t i) const { return grey.data() + i * static_cast<std::size_t>(2 * half + 1); }
  float* row(std::size_t i) { return grey.data() + i * static_cast<std::size_t>(2 * half + 1); }
};
Strip straighten(const Image<float>& grey, const Polyline& line, int half);
/// Mean over rows i - reach .. i + reach, as far as there are any on both sides.
Strip average_rows(const Strip& strip, int reach);

/// A dark valley across a line.
struct Valley {
  double centre_px = 0;        ///< offset of its middle from the line: between its two half heights
  double width_px = 0;         ///< distance of the half heights, each towards its own flank
  double rim_width_px = 0;     ///< the same, where the height goes up to the bright rims of the edges
  double floor = 0;            ///< grey in the middle
  double left = 0, right = 0;  ///< grey of the flanks
  double edge_px = 0;  ///< mean distance between a quarter and three quarters of the height, of its two sides
  double deficit = 0;  ///< integral of flank - grey over the valley, grey px
  bool found = false;  ///< both half heights lie in the profile
  double depth() const { return (left < right ? left : right) - floor; }
};
/// The valley whose deepest place lies within `reach` px of the middle of a profile from -half to +half.
/// Flanks are means over 3 px beyond the valley's foot: `foot_px` from its half heights.
Valley find_valley(const float* profile, int half, double reach, double foot_px);

/// The Gaussian's sigma that blurs the picture, px, as one valley tells it: from its sides where it is much
/// wider than they are, from its whole width where it is nothing but blur; 0 in between.
double blur_of(const Valley& valley);

/// Width of the slot whose image under a Gaussian of sigma 1 is `width` wide at half of its height, > 2.355.
double slot_of_width(double width);

}  // namespace litho
