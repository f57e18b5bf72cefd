#pragma once
#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "pipeline/core/image.hpp"
#include "pipeline/core/rng.hpp"

namespace litho {

/// A straight slot of known width under a Gaussian blur.
struct Slot {
  PointPx from, to;
  double width;
  double darkness = 1;  ///< 1 = as dark as a void
};

/// Even ground with slots, drawn from the formula of a slot under a Gaussian: the analytic oracle of the
/// tests of cracks.
struct SlotPicture {
  int width = 400, height = 300;
  double ground = 150, empty = 20, blur = 1.2, noise = 3;
  std::vector<Slot> slots;

  Image<float> draw(const std::string& stream = "slot_picture") const {
    const auto phi = [](double x) { return 0.5 * std::erfc(-x / std::sqrt(2.0)); };
    Image<float> image(width, height);
    RandomStream random(11, stream);
    for (int y = 0; y < height; ++y)
      for (int x = 0; x < width; ++x) {
        double taken = 0;
        for (const Slot& s : slots) {
          const double dx = s.to.x - s.from.x, dy = s.to.y - s.from.y, l = std::hypot(dx, dy);
          const double px = x + 0.5 - s.from.x, py = y + 0.5 - s.from.y;
          const double along = (px * dx + py * dy) / l, aside = (px * dy - py * dx) / l;
          const double across = phi((aside + s.width / 2) / blur) - phi((aside - s.width / 2) / blur);
          taken = std::max(taken, s.darkness * across * (phi(along / blur) - phi((along - l) / blur)));
        }
        image(x, y) = static_cast<float>(ground - (ground - empty) * taken + noise * random.normal());
      }
    return image;
  }
};

/// The picture turned clockwise by 90 degrees: (x, y) goes to (height - y, x).
inline Image<float> turned(const Image<float>& image) {
  Image<float> out(image.height(), image.width());
  for (int y = 0; y < image.height(); ++y)
    for (int x = 0; x < image.width(); ++x) out(image.height() - 1 - y, x) = image(x, y);
  return out;
}

}  // namespace litho
