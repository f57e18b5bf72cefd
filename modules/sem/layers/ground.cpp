#include "modules/sem/layers/coarse.hpp"

namespace litho::layers {

Ground make_ground(const Coarse& coarse, const Frame& frame, const Shade& shade) {
  const Frame small{frame.side, coarse.grey.width(), coarse.grey.height()};
  Ground ground{Image<float>(small.width(), small.height()),
                Image<std::uint8_t>(small.width(), small.height()), coarse.factor};
  Image<float> flat(coarse.grey.width(), coarse.grey.height());
  constexpr int kKnot = 16;
  const int w = coarse.grey.width(), h = coarse.grey.height();
  std::vector<float> knots(static_cast<std::size_t>(w / kKnot + 2));
  for (int y = 0; y < h; ++y) {
    for (std::size_t k = 0; k < knots.size(); ++k)
      knots[k] = static_cast<float>(
          1 / shade.at(2.0 * (static_cast<double>(kKnot * k) + 0.5) / w - 1, 2.0 * (y + 0.5) / h - 1));
    for (int x = 0; x < w; ++x) {
      const float t = static_cast<float>(x % kKnot) / kKnot;
      flat(x, y) = coarse.grey(x, y) * (knots[x / kKnot] + t * (knots[x / kKnot + 1] - knots[x / kKnot]));
    }
  }
  const auto standing = upright(flat, small);
  const auto weight = upright(coarse.weight, small);
  for (int v = 0; v < small.height(); ++v)
    for (int u = 0; u < small.width(); ++u) {
      ground.grey(u, v) = standing(u, v);
      ground.seen(u, v) = weight(u, v) > 0.5F;
    }
  return ground;
}

}  // namespace litho::layers
