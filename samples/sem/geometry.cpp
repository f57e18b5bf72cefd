#include <algorithm>
#include <cmath>
#include <numbers>

#include "samples/sem/scene.hpp"

namespace litho::sem_sample {

double Curve::at(double u) const {
  const double x = std::clamp((u - u0) / du, 0.0, static_cast<double>(v.size()) - 1.001);
  const auto i = static_cast<std::size_t>(x);
  return v[i] + (x - static_cast<double>(i)) * (v[i + 1] - v[i]);
}

double Curve::slope(double u) const {
  return at(u + 0.5) - at(u - 0.5);
}

double Gap::opening_at(double u) const {
  if (u <= u0 || u >= u1) return 0;
  const double t = (u - u0) / (u1 - u0);
  return opening * std::sqrt(std::sin(std::numbers::pi * t));
}

double Fade::weight_at(double u) const {
  const double ramp = 30;
  const double t = std::clamp(std::min(u - u0, u1 - u) / ramp, 0.0, 1.0);
  return t * t * (3 - 2 * t);
}

double Frame::drift(double y) const {
  return shear * (y - centre_y) + wobble * std::sin(2 * std::numbers::pi * y / wobble_period + wobble_phase);
}

PointPx Frame::to_image(double u, double v) const {
  const double y = origin.y + u * eu.y + v * ev.y;
  return {origin.x + u * eu.x + v * ev.x + drift(y), y};
}

void Frame::to_scene(double x, double y, double& u, double& v) const {
  const double dx = x - drift(y) - origin.x, dy = y - origin.y;
  u = dx * eu.x + dy * eu.y;
  v = dx * ev.x + dy * ev.y;
}

}  // namespace litho::sem_sample
