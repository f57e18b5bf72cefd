#pragma once
#include <opencv2/core.hpp>
#include <vector>

#include "modules/sem/filaments/look.hpp"

namespace litho::filaments {

/// Pixels of one filament, branches and gaps that noise tore included; upright px of the full picture.
struct Shape {
  cv::Mat mask;  ///< CV_8U, 255 inside
  cv::Point at;  ///< of the mask's first px
};

/// What lies about the chain and is darker than midway between it and its nearer side, after the Gaussian
/// `sigma`, and hangs on it.
Shape cut_out(const Shares& shares, const LayerMap& layers, const Chain& chain, const Look& look,
              double sigma);

/// Root and tip against the base front, px of the upright full picture.
struct Extent {
  int left = 0, right = 0;  ///< columns of the root
  PointPx tip;
  double depth = 0, area = 0;
};
/// Only what lies beyond `front` (a row a column) counts. `slope`: of the mean front.
Extent measure_shape(const Shape& shape, const std::vector<float>& front, double slope);

}  // namespace litho::filaments
