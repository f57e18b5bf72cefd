#pragma once
#include <cstdint>
#include <opencv2/core.hpp>
#include <vector>

namespace litho::filaments {

/// Pixels first..last-1 of a row.
struct Run {
  int y = 0, first = 0, last = 0;
};

/// One 8-connected component of a mask.
struct Component {
  std::vector<Run> runs;  ///< in raster order
  cv::Rect box;
};

/// Components of rows `first_row` on of a mask of 0 and 255, in the raster order of their first pixels.
std::vector<Component> components(const cv::Mat& mask, int first_row);

/// Openings of a mask of 0 and 255 by discs of several radii, kept only where they hang on the top row, which
/// counts as filled. Chamfer distances (5 x 5 [Borgefors 1986, doi:10.1016/S0734-189X(86)80047-0]: discs to
/// 2 %) are taken only where a boundary is near.
class Opening {
 public:
  /// `widest`: the largest radius asked for, px. The mask must outlive this.
  Opening(const cv::Mat& filled, float widest);
  /// What hangs on the top row.
  cv::Mat base(float radius);
  /// Rows above it are filled and belong to every base.
  int first_row() const { return first_row_; }

 private:
  const cv::Mat& filled_;
  int first_row_ = 0;
  cv::Mat distance_;       // rows from first_row_ on, two px of border around
  std::vector<Run> near_;  // filled, and nearer than the widest radius to what is not; places in distance_
  std::vector<float> inside_;  // along near_: distance to what is not filled
};

}  // namespace litho::filaments
