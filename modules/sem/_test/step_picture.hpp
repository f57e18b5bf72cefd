#pragma once
#include <cmath>
#include <functional>

#include "modules/sem/frame/kernel.hpp"
#include "pipeline/core/rng.hpp"

namespace litho {

/// A layer between two curves with edges blurred by a Gaussian, drawn from its formula: the analytic oracle
/// of the tests.
struct StepPicture {
  int width = 640, height = 480;  ///< of the upright frame
  Side side = Side::top;
  std::function<double(double)> outer = [](double) { return 120.0; };  ///< v(u), px
  std::function<double(double)> front = [](double) { return 200.0; };
  /// Interphase beyond the base front: true inside a filament.
  std::function<bool(double, double)> filament = [](double, double) { return false; };
  double outside = 40, interphase = 100, electrolyte = 160, blur = 1.2, noise = 4;

  Frame frame() const {
    const bool turned = side == Side::left || side == Side::right;
    return {side, turned ? height : width, turned ? width : height};
  }
  Image<float> draw() const {
    Image<float> image(frame().image_width, frame().image_height);
    const auto view = upright(image, frame());
    RandomStream random(7, "step_picture");
    const auto step = [&](double distance) {
      return 0.5 * (1 + std::erf(distance / (std::sqrt(2.0) * blur)));
    };
    const auto slope = [](const auto& curve, double u) { return (curve(u + 0.5) - curve(u - 0.5)); };
    for (int v = 0; v < height; ++v)
      for (int u = 0; u < width; ++u) {
        const double a = u + 0.5, b = v + 0.5;
        const double below_outer = (b - outer(a)) / std::hypot(1.0, slope(outer, a));
        const double below_front = (b - front(a)) / std::hypot(1.0, slope(front, a));
        double grey = outside + (interphase - outside) * step(below_outer);
        if (!filament(a, b)) grey += (electrolyte - interphase) * step(below_front);
        view(u, v) = static_cast<float>(grey + noise * random.normal());
      }
    return image;
  }
};

}  // namespace litho
