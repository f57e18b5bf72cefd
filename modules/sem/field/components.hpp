#pragma once
#include <vector>

#include "modules/sem/field/parts.hpp"
#include "pipeline/core/image.hpp"

namespace litho::field {

/// Pixels [x0, x1) of row y that hold exactly the ink's grey value.
struct InkRun {
  int y, x0, x1;
  int component = -1;
  int next = -1;  ///< next run of the same component, -1 = last
};

/// Centre, direction of the long axis and variance across it (px^2) of a component.
struct Moments {
  double x, y, ux, uy, minor;
};

/// 8-connected ink.
struct Component {
  Rect box{0, 0, 0, 0};
  int area = 0;  ///< px
  int first_run = -1;
  double sx = 0, sy = 0, sxx = 0, sxy = 0, syy = 0;  ///< sums over pixels relative to the first pixel
  int ox = 0, oy = 0;

  Moments moments() const;
};

struct Components {
  std::vector<InkRun> runs;
  std::vector<Component> list;
};

/// Components side by side: a word, perhaps.
struct Group {
  Rect box;
  int count;
  int area;
};

std::vector<InkRun> ink_runs(const Image<float>& grey, const Rect& rect, float ink);
/// Where the picture is full of specks of ink, drops those in crowded tiles: no letter could be told there,
/// and connecting them would cost more than all the rest.
void drop_clipped_noise(std::vector<InkRun>& runs, const Rect& rect);
Components connect(std::vector<InkRun> runs);
/// Joins components of letter size whose rows overlap and whose gap is less than a letter.
std::vector<Group> neighbours(const std::vector<Component>& components);

}  // namespace litho::field
