#include "samples/sem/cracks.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <optional>

namespace litho::sem_sample {
namespace {

constexpr double kStep = 2;  // px between the points of a trace
constexpr double kPi = std::numbers::pi;

struct Place {
  double u, v;
};
double distance(Place a, Place b) {
  return std::hypot(a.u - b.u, a.v - b.v);
}

// A trace while it grows, in scene coordinates.
struct Draft {
  std::vector<Place> centre, left, right;
  std::vector<double> opening;
  double floor_lo, floor_hi;
};

// Smooth noise along a line, about unit standard deviation.
class Wander {
 public:
  Wander(RandomStream& random, double length, double cell) : cell_(cell) {
    for (int i = 0; i < static_cast<int>(length / cell) + 3; ++i) knots_.push_back(1.3 * random.normal());
  }
  double operator()(double s) const {
    const double x = std::clamp(s / cell_, 0.0, static_cast<double>(knots_.size()) - 1.001);
    const auto i = static_cast<std::size_t>(x);
    const double t = x - static_cast<double>(i);
    return knots_[i] + t * t * (3 - 2 * t) * (knots_[i + 1] - knots_[i]);
  }

 private:
  double cell_;
  std::vector<double> knots_;
};

struct Plan {
  Place start;
  double heading;  // 0 = along +u, pi/2 = along +v
  double length, opening;
  bool taper_start, taper_end;
};

class Grower {
 public:
  Grower(Scene& scene, RandomStream& random, const Hardness& hard, double scale)
      : scene_(scene), random_(random), hard_(hard), scale_(scale) {}

  /// `from`: the crack it branches off, or -1.
  bool grow(const Plan& plan, int from);
  void branch(double odds);
  void hand_over();
  std::size_t count() const { return drafts_.size(); }

 private:
  std::vector<Place> path(const Plan& plan) const;
  bool find_room(std::vector<Place>& path, const Plan& plan, int from, bool& stopped) const;
  void open(Draft& draft, const Plan& plan, bool taper_end);

  Scene& scene_;
  RandomStream& random_;
  const Hardness& hard_;
  double scale_;
  std::vector<Draft> drafts_;
};

std::vector<Place> Grower::path(const Plan& plan) const {
  std::vector<Place> path{plan.start};
  const double stiff = 1 / (1 + plan.opening / 10);  // wide cracks do not turn within their own width
  const double unrest = random_.uniform(0.02, 0.09) * stiff, kink_odds = random_.uniform(0.005, 0.03);
  double angle = 0;
  Place p = plan.start;
  for (double s = 0; s < plan.length; s += kStep) {
    angle += unrest * random_.normal() - 0.02 * angle;
    if (chance(random_, kink_odds)) angle += 0.45 * stiff * random_.normal();
    angle = std::clamp(angle, -1.0, 1.0);
    p.u += kStep * std::cos(plan.heading + angle);
    p.v += kStep * std::sin(plan.heading + angle);
    path.push_back(p);
  }
  return path;
}

// Where a-b crosses c-d, as a share of a-b.
std::optional<double> crossing(Place a, Place b, Place c, Place d, double& sine) {
  const double ru = b.u - a.u, rv = b.v - a.v, su = d.u - c.u, sv = d.v - c.v;
  const double cross = ru * sv - rv * su;
  if (std::abs(cross) < 1e-12) return std::nullopt;
  const double t = ((c.u - a.u) * sv - (c.v - a.v) * su) / cross;
  const double w = ((c.u - a.u) * rv - (c.v - a.v) * ru) / cross;
  if (t < 0 || t > 1 || w < 0 || w >= 1) return std::nullopt;
  sine = std::abs(cross) / (std::hypot(ru, rv) * std::hypot(su, sv));
  return t;
}

// False where the path would run beside another crack or cross it at a shallow angle. It may be stopped by
// another crack, and then ends on its centreline.
bool Grower::find_room(std::vector<Place>& path, const Plan& plan, int from, bool& stopped) const {
  std::vector<Place> nodes;
  if (from >= 0) nodes.push_back(plan.start);
  for (std::size_t i = 0; i + 1 < path.size() && !stopped; ++i) {
    for (std::size_t k = 0; k < drafts_.size() && !stopped; ++k) {
      const Draft& other = drafts_[k];
      for (std::size_t j = 0; j + 1 < other.centre.size(); ++j) {
        if (std::abs(other.centre[j].u - path[i].u) > 3 * kStep) continue;
        double sine;
        const auto t = crossing(path[i], path[i + 1], other.centre[j], other.centre[j + 1], sine);
        if (!t || (from == static_cast<int>(k) && i < 3)) continue;
        const Place at{path[i].u + *t * (path[i + 1].u - path[i].u),
                       path[i].v + *t * (path[i + 1].v - path[i].v)};
        if (sine < 0.6) return false;
        for (const Place& node : nodes)
          if (distance(node, at) < 40) return false;
        nodes.push_back(at);
        if (!chance(random_, 0.65)) continue;
        path.resize(i + 1);
        if (distance(path.back(), at) < 0.5) path.pop_back();
        path.push_back(at);
        stopped = true;
        break;
      }
    }
  }
  if (path.size() < 12) return false;
  for (std::size_t i = 0; i < path.size(); i += 2)
    for (const Draft& other : drafts_)
      for (std::size_t j = 0; j < other.centre.size(); j += 2) {
        const double sum = plan.opening + other.opening[j];
        if (distance(path[i], other.centre[j]) > 0.7 * sum + 8) continue;
        const bool at_node = std::ranges::any_of(
            nodes, [&](const Place& node) { return distance(node, path[i]) < 1.6 * sum + 30; });
        if (!at_node) return false;
      }
  return true;
}

// Walls about the path: tapering, partly closed, rough; the centreline is moved midway between them.
void Grower::open(Draft& draft, const Plan& plan, bool taper_end) {
  std::vector<double> along{0};
  for (std::size_t i = 1; i < draft.centre.size(); ++i)
    along.push_back(along.back() + distance(draft.centre[i - 1], draft.centre[i]));
  const double length = along.back(), taper = std::min(0.5 * length, 25 * plan.opening + 40);
  const double wave = 4 + 0.4 * plan.opening;
  const Wander swell(random_, length, 30 * std::max(0.5, scale_)), wall_l(random_, length, wave),
      wall_r(random_, length, wave), fine_l(random_, length, 3), fine_r(random_, length, 3);
  double shut_from = 0, shut_to = 0, shut = 1;
  if (chance(random_, 0.35) && length > 150) {
    const double stretch = random_.uniform(15, 60);
    shut_from = random_.uniform(0.2, 0.7) * length;
    shut_to = shut_from + stretch;
    shut = random_.uniform(0.15, 0.45);
  }
  const double rough = random_.uniform(0.03, 0.10);
  const auto centre = draft.centre;
  for (std::size_t i = 0; i < centre.size(); ++i) {
    const double s = along[i];
    double opening = plan.opening * (1 + 0.18 * std::clamp(swell(s), -2.5, 2.5));
    if (plan.taper_start) opening *= std::sqrt(std::min(1.0, s / taper));
    if (taper_end) opening *= std::sqrt(std::min(1.0, (length - s) / taper));
    if (shut < 1) {
      const double t = std::clamp(std::min(s - shut_from, shut_to - s) / 12 + 0.5, 0.0, 1.0);
      opening *= 1 + (shut - 1) * t * t * (3 - 2 * t);
    }
    const bool tip = (plan.taper_start && s < 6) || (taper_end && length - s < 6);
    opening = std::max(opening, tip ? 0.3 : 0.7);
    const double at_ends = std::clamp(std::min(s, length - s) / 10, 0.0, 1.0);
    const double unit = at_ends * std::min(0.25 * opening, 0.15 + rough * std::min(opening, 12.0));
    const double left = opening / 2 + unit * (0.8 * wall_l(s) + 0.3 * fine_l(s));
    const double right = opening / 2 + unit * (0.8 * wall_r(s) + 0.3 * fine_r(s));
    const std::size_t reach = 1 + static_cast<std::size_t>(opening / 3);
    const Place a = centre[i - std::min(i, reach)], b = centre[std::min(i + reach, centre.size() - 1)];
    const double run = distance(a, b), nu = -(b.v - a.v) / run, nv = (b.u - a.u) / run;
    draft.left.push_back({centre[i].u - nu * left, centre[i].v - nv * left});
    draft.right.push_back({centre[i].u + nu * right, centre[i].v + nv * right});
    draft.centre[i] = {(draft.left[i].u + draft.right[i].u) / 2, (draft.left[i].v + draft.right[i].v) / 2};
    draft.opening.push_back(left + right);
  }
}

bool Grower::grow(const Plan& plan, int from) {
  Draft draft;
  draft.centre = path(plan);
  bool stopped = false;
  if (!find_room(draft.centre, plan, from, stopped)) return false;
  open(draft, plan, plan.taper_end && !stopped);
  draft.floor_lo = random_.uniform(0.05, 0.16) + 0.05 * hard_.rank;
  draft.floor_hi = random_.uniform(0.35, 0.55);
  drafts_.push_back(std::move(draft));
  return true;
}

// Branches leave cracks of some length, and branch again now and then.
void Grower::branch(double odds) {
  for (std::size_t k = 0; k < drafts_.size() && drafts_.size() < 60; ++k) {
    const double length = kStep * static_cast<double>(drafts_[k].centre.size());
    const int wanted = static_cast<int>(odds * length / (220 * std::max(0.4, scale_)) + random_.uniform());
    for (int b = 0; b < wanted; ++b) {
      const Draft& stem = drafts_[k];
      const auto i =
          static_cast<std::size_t>(random_.uniform(0.15, 0.85) * static_cast<double>(stem.centre.size()));
      if (i < 8 || i + 8 > stem.centre.size()) continue;
      const double along = std::atan2(stem.centre[i + 6].v - stem.centre[i - 6].v,
                                      stem.centre[i + 6].u - stem.centre[i - 6].u);
      const double side = chance(random_, 0.5) ? 1 : -1;
      const double opening = std::max(0.9, stem.opening[i] * random_.uniform(0.35, 0.8));
      const Plan plan{stem.centre[i],
                      along + side * random_.uniform(0.65, 1.25),
                      std::max(8 * opening, length * random_.uniform(0.15, 0.5)) + stem.opening[i] + 20,
                      opening,
                      false,
                      true};
      grow(plan, static_cast<int>(k));
    }
  }
}

void Grower::hand_over() {
  for (const Draft& draft : drafts_) {
    CrackTrace trace;
    for (std::size_t i = 0; i < draft.centre.size(); ++i) {
      const PointPx left = scene_.frame.to_image(draft.left[i].u, draft.left[i].v),
                    right = scene_.frame.to_image(draft.right[i].u, draft.right[i].v);
      // Less light comes out of a wide opening's bottom than out of a narrow one's lips.
      const double floor =
          draft.floor_lo + (draft.floor_hi - draft.floor_lo) * std::exp(-draft.opening[i] / 3);
      trace.push_back({{(left.x + right.x) / 2, (left.y + right.y) / 2}, left, right, floor});
    }
    scene_.cracks.push_back(std::move(trace));
  }
}

}  // namespace

void add_cracks(Scene& scene, RandomStream& random, const Hardness& hard, double half_span, double scale) {
  const int wanted = static_cast<int>(random.uniform(hard.crack_lo, hard.crack_hi + 1));
  if (wanted == 0) return;
  Grower grower(scene, random, hard, scale);
  const PointPx middle{scene.width / 2.0, scene.picture_rows / 2.0};
  const double diagonal = std::hypot(scene.width, scene.picture_rows);
  const double widest = scene.kind == Kind::fracture ? 30 : 10;
  const bool aligned = chance(random, 0.4);
  const double common = random.uniform(0, kPi);
  // Now and then one runs through the whole field.
  if (scene.kind == Kind::fracture && chance(random, 0.25)) {
    const double heading = random.uniform(0, 2 * kPi);
    double u, v;
    scene.frame.to_scene(middle.x, middle.y, u, v);
    const Place start{u - 0.6 * diagonal * std::cos(heading) + random.uniform(-0.15, 0.15) * diagonal,
                      v - 0.6 * diagonal * std::sin(heading) + random.uniform(-0.15, 0.15) * diagonal};
    grower.grow({start, heading, 1.3 * diagonal, std::max(1.2, log_uniform(random, 2, 30) * std::sqrt(scale)),
                 false, false},
                -1);
  }
  for (int attempt = 0; attempt < 8 * wanted && static_cast<int>(grower.count()) < wanted; ++attempt) {
    double heading = aligned ? common + 0.25 * random.normal() : random.uniform(0, 2 * kPi);
    double u, v;
    scene.frame.to_scene(random.uniform() * scene.width, random.uniform() * scene.picture_rows, u, v);
    const double kind = random.uniform();
    bool taper_start = true;
    if (scene.layer && kind < 0.25) {  // from the front into the electrolyte
      u = random.uniform(-half_span, half_span);
      v = scene.front.at(u);
      heading = kPi / 2 + 0.4 * random.normal();
      taper_start = false;
    } else if (scene.layer && kind < 0.5) {  // across the layer
      u = random.uniform(-half_span, half_span);
      v = scene.outer.at(u) - 10;
      heading = kPi / 2 + 0.3 * random.normal();
      taper_start = false;
    } else if (scene.layer && kind < 0.62) {  // within it
      u = random.uniform(-half_span, half_span);
      v = scene.outer.at(u) + scene.thickness * random.uniform(0.3, 0.7);
      heading = (chance(random, 0.5) ? 0 : kPi) + 0.1 * random.normal();
    }
    if (v < scene.outer.at(u) - 20) continue;  // not in the solid
    const double opening = std::max(1.0, log_uniform(random, 1, widest) * std::sqrt(scale));
    const double length = std::max(log_uniform(random, 80, 1200) * scale, 14 * opening);
    grower.grow({{u, v}, heading, length, opening, taper_start, true}, -1);
  }
  grower.branch(scene.kind == Kind::fracture ? random.uniform(0, 0.9) : random.uniform(0, 0.3));
  grower.hand_over();
}

}  // namespace litho::sem_sample
