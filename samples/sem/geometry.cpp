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
  const double wave = 2 * std::numbers::pi * u / wave_px + phase;
  return opening * std::pow(std::sin(std::numbers::pi * t), 0.3) *
         (1 + 0.12 * std::sin(wave) + 0.08 * std::sin(2.7 * wave));
}

double CrackPoint::opening() const {
  return std::hypot(right.x - left.x, right.y - left.y);
}

bool Scene::shows(PointPx p) const {
  if (!in_picture(p)) return false;
  double u, v;
  frame.to_scene(p.x, p.y, u, v);
  if (v <= outer.at(u)) return false;
  return std::ranges::none_of(gaps, [&](const Gap& gap) {
    const double from = front.at(u);
    return gap.at_front && v > from && v < from + gap.opening_at(u);
  });
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

Frame make_frame(Side side, double tilt_deg, int width, int picture_rows, double outer_depth) {
  Frame frame;
  PointPx u, v;
  switch (side) {
    case Side::top:
      u = {1, 0}, v = {0, 1};
      break;
    case Side::bottom:
      u = {1, 0}, v = {0, -1};
      break;
    case Side::left:
      u = {0, -1}, v = {1, 0};
      break;
    case Side::right:
      u = {0, -1}, v = {-1, 0};
      break;
  }
  const double extent = std::abs(v.x) * width + std::abs(v.y) * picture_rows;
  const double from_centre = outer_depth - extent / 2;
  frame.origin = {width / 2.0 + v.x * from_centre, picture_rows / 2.0 + v.y * from_centre};
  const double tilt = tilt_deg * std::numbers::pi / 180, c = std::cos(tilt), s = std::sin(tilt);
  // Counter-clockwise as seen, y pointing down.
  const auto turn = [&](PointPx p) { return PointPx{p.x * c + p.y * s, -p.x * s + p.y * c}; };
  frame.eu = turn(u);
  frame.ev = turn(v);
  frame.centre_y = picture_rows / 2.0;
  return frame;
}

}  // namespace litho::sem_sample
